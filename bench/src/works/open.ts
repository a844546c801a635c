import type { RoundResult } from '../load/jobs.ts';
import { figure } from '../report/row.ts';
import type { Rig, Started } from '../rig.ts';
import { type Crowd, closedRound, crowds, shapeOf } from './closed.ts';
import { type Book, faultsIn, middle, middles, type Rounds, usageText, type Work } from './work.ts';

export const openWorks: Work[] = crowds.map((crowd) => ({
  name: `open-${crowd.name}`,
  title: `the same rooms at a given rate: p99 from due to delivered`,
  async run(rig, book) {
    await using both = await rig.startBoth(shapeOf(crowd));
    const messagesPerSecond = await rateFor(rig, book, both, crowd);
    rig.say(`open-${crowd.name} at ${figure(messagesPerSecond)} messages/s`);
    const [warmMs, measureMs] = rig.options.quick ? [500, 1500] : [3000, 10_000];
    const rounds: Rounds = { ours: [], peer: [] };
    for (let round = 1; round <= Math.min(rig.options.rounds, 3); round++) {
      for (const { target } of both.running) {
        const result = await rig.load({
          kind: 'open',
          target,
          messagesPerSecond,
          warmMs,
          measureMs,
          awake: rig.cores.apart,
        });
        rounds[target.side].push(result);
        rig.say(`open-${crowd.name} round ${round}, ${target.side}: p99 ${figure(result.latency.p99)} ms`);
      }
    }
    return {
      rows: [
        {
          work: `open-${crowd.name}`,
          title: `${roomsOf(crowd)} at ${figure(messagesPerSecond)} messages/s, p99 to all receivers`,
          unit: 'ms',
          better: 'less',
          ...middles(rounds, ({ latency }) => latency.p99),
          goal: { kind: 'limit', atMost: 25, belowPeer: true },
          // The peer may drown at a rate that is half of ours: that shows in its latency and is no fault of the run.
          faults: faultsIn(rounds.ours),
          notes: both.running.map(({ target }) => said(target.side, rounds[target.side])),
          detail: { messagesPerSecond, ...rounds },
        },
      ],
    };
  },
}));

const roomsOf = ({ title }: Crowd) => title.split(',')[0] ?? title;

/** Half of what ours can do: from the closed loop of this run, or one round of it now. */
async function rateFor(rig: Rig, book: Book, both: Started, crowd: Crowd): Promise<number> {
  if (rig.options.rate) return rig.options.rate;
  const ours = both.running.at(-1);
  const maximum =
    book.maxima.get(crowd.name) ?? (ours && (await closedRound(rig, ours, crowd)).messagesPerSecond) ?? 0;
  return Math.max(1, Math.round(maximum / 2));
}

function said(side: string, rounds: RoundResult[]): string {
  const ms = (name: 'p50' | 'p99' | 'p999' | 'max') => figure(middle(rounds, ({ latency }) => latency[name]));
  const late = faultsIn(rounds);
  return (
    `${side}: p50 ${ms('p50')}, p99 ${ms('p99')}, p99.9 ${ms('p999')}, max ${ms('max')} ms, ` +
    usageText(rounds) +
    (late > 0
      ? `; ${figure(late)} deliveries had not come 5 s after the end and count with their age then`
      : '')
  );
}
