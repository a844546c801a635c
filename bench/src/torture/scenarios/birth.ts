import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { faultsIn } from '@stackbox/sqlite';
import { freePort } from '../../servers/server.ts';
import type { Finding } from '../judge/charges.ts';
import { ServerProcess, serverEntry } from '../server-process.ts';
import { until } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const rounds = 8;

/**
 * The very first start, on an empty folder, is killed: the next one finds whatever there is and makes the rest, demo
 * workspace and all.
 */
export const birth: Scenario = async ({ chance, folder }, say) => {
  const findings: Finding[] = [];
  const port = await freePort();
  /** The quickest first start so far. The first round's is not killed. */
  let usualMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const data = join(folder, `data-${round}`);
    mkdirSync(data, { recursive: true });
    const log = join(data, 'stackbox.db');
    const server = new ServerProcess({ port, data, logFile: join(folder, 'server.log') });
    const charge = (what: string) =>
      findings.push({ charge: 'faults', what: `after a first start that was killed: ${what}` });
    try {
      if (round > 0) {
        server.spawn();
        // Before there is anything, or while the first of it is being made.
        if (chance.hit(0.2)) await sleep(chance.int(0, usualMs));
        else await until(() => existsSync(log), 20_000);
        await sleep(chance.magnitude(1, 100) - 1);
        if (server.runs) await server.end('SIGKILL');
      }
      const begun = performance.now();
      await server.start();
      usualMs = Math.min(usualMs, Math.round(performance.now() - begun));
      await promisify(execFile)(process.execPath, [
        serverEntry,
        'token',
        '--as',
        'ana@demo.example',
        '--data',
        data,
      ]);
      await server.end('SIGTERM');
      for (const fault of faultsIn(log)) charge(fault);
    } catch (error) {
      charge((error as Error).message);
    } finally {
      server.close();
    }
    say(`${round + 1} first starts`);
  }
  return {
    name: 'birth',
    findings,
    figures: { 'first starts killed': rounds - 1, 'a first start, ms': usualMs },
  };
};
