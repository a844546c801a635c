import { type Options, parse, usage } from './options.ts';
import type { Report } from './report/figures.ts';
import { describeMachine } from './report/machine.ts';
import { markdown } from './report/markdown.ts';
import { writeReport } from './report/report.ts';
import { Rig } from './rig.ts';
import { works } from './works/all.ts';
import type { Book } from './works/work.ts';

// So that what runs when a process exits, the end of every server, runs then too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  const options = parse(
    process.argv.slice(2),
    works.map(({ name }) => name),
  );
  if (options.help) process.stdout.write(usage(works));
  else process.exitCode = await bench(options);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\nSee ./stackbox bench --help\n`);
  process.exitCode = 2;
}

/** @returns 0 when every work ran and every delivery was right, whether or not the goals are met; else 1 */
async function bench(options: Options): Promise<number> {
  const rig = new Rig(options);
  const report: Report = {
    date: new Date().toISOString(),
    machine: describeMachine(rig.cores.note, options.data),
    quick: options.quick,
    rounds: options.rounds,
    rows: [],
    notes: [],
    failed: [],
  };
  const book: Book = { maxima: new Map() };
  rig.say(rig.cores.note);
  for (const { name, run } of works) {
    if (options.only && !options.only.includes(name)) continue;
    rig.say(`== ${name}`);
    try {
      const { rows, notes = [] } = await run(rig, book);
      report.rows.push(...rows);
      report.notes.push(...notes);
    } catch (error) {
      const { message } = error as Error;
      rig.say(`${name} failed: ${message}`);
      report.failed.push({ work: name, why: message.split('\n')[0] ?? '' });
    }
  }
  await (await book.archive?.catch(() => undefined))?.[Symbol.asyncDispose]();
  const path = writeReport(report, options.out);
  process.stdout.write(markdown(report, `${path}.svg`));
  rig.say(`written to ${path}.md, .json and .svg`);
  return report.failed.length > 0 || report.rows.some(({ faults }) => faults > 0) ? 1 : 0;
}
