// The load, a process of its own: takes one job from its parent, answers with the result, ends.
import { generatorLimit } from './generator.ts';
import { historyPages } from './history.ts';
import { idleConnections } from './idle.ts';
import type { Job, Results } from './jobs.ts';
import { closedLoop, openLoop } from './round.ts';
import { searches } from './search.ts';
import { reconnectStorm } from './storm.ts';

export type Answer = { result: Results[Job['kind']] } | { error: string };

process.on('message', (job: Job) => {
  run(job).then(
    (result) => reply({ result }),
    (error) => reply({ error: said(error) }),
  );
});
process.on('uncaughtException', (error) => reply({ error: said(error) }));
process.on('disconnect', () => process.exit(1));

function run(job: Job): Promise<Results[Job['kind']]> {
  switch (job.kind) {
    case 'closed':
      return closedLoop(job);
    case 'open':
      return openLoop(job);
    case 'generator':
      return generatorLimit(job);
    case 'idle':
      return idleConnections(job);
    case 'storm':
      return reconnectStorm(job);
    case 'history':
      return historyPages(job);
    case 'search':
      return searches(job);
  }
}

function reply(answer: Answer): void {
  process.send?.(answer, () => process.exit('error' in answer ? 1 : 0));
}

function said(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
