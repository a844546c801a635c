import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chanceFrom } from './torture/chance.ts';
import { type Options, parse, replay, usage } from './torture/options.ts';
import { Progress, table } from './torture/report.ts';
import { birth } from './torture/scenarios/birth.ts';
import { diskFull } from './torture/scenarios/disk-full.ts';
import { drain } from './torture/scenarios/drain.ts';
import { fuzz } from './torture/scenarios/fuzz.ts';
import { kills } from './torture/scenarios/kills.ts';
import { power } from './torture/scenarios/power.ts';
import type { Scenario } from './torture/scenarios/scenario.ts';

/** `./stackbox torture`: breaks what can break, and then holds what was promised against what is there. */

const scenarios: Record<string, Scenario> = { kills, drain, birth, power, 'disk-full': diskFull, fuzz };

// So that what runs when a process exits, the end of every server, runs then too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

let options: Options | undefined;
try {
  options = parse(process.argv.slice(2), Object.keys(scenarios));
} catch (error) {
  process.stderr.write(`stackbox torture: ${(error as Error).message}\nSee ./stackbox torture --help\n`);
  process.exitCode = 2;
}
if (options?.help) process.stdout.write(usage);
else if (options !== undefined) process.exitCode = await torture(options);

/** @returns 0 if all is well, else 1 */
async function torture(options: Options): Promise<number> {
  process.stdout.write(`seed ${options.seed}    again: ${replay(options)}\n`);
  const folder =
    options.data === undefined ? mkdtempSync(join(tmpdir(), 'stackbox-torture-')) : resolve(options.data);
  const progress = new Progress();
  let bad = false;
  for (const name of options.scenarios) {
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    const scenario = scenarios[name] as Scenario;
    const outcome = await scenario(
      { ...options, chance: chanceFrom(options.seed, name), folder: place },
      (text) => progress.say(`${name}: ${text}`),
    ).catch((error: Error) => ({
      name,
      figures: {},
      findings: [{ charge: 'faults', what: `the scenario broke off: ${error.stack}` }] as const,
    }));
    progress.done();
    process.stdout.write(`${table(outcome)}\n`);
    if (outcome.findings.length === 0) continue;
    bad = true;
    writeFileSync(join(place, 'findings.json'), JSON.stringify(outcome.findings, undefined, 1));
  }
  if (bad) process.stdout.write(`NOT WELL. What is left lies in ${folder}\nAgain: ${replay(options)}\n`);
  else if (options.data === undefined) rmSync(folder, { recursive: true });
  return bad ? 1 : 0;
}
