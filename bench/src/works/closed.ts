import { median } from '../load/histogram.ts';
import type { RoundResult } from '../load/jobs.ts';
import { figure } from '../report/row.ts';
import type { Rig, Running } from '../rig.ts';
import type { Shape } from '../servers/seed.ts';
import { faultsIn, middle, middles, type Rounds, usageText, type Work } from './work.ts';

/** A crowd: rooms of a size, and the messages of each room that are under way in the closed loop. */
export interface Crowd {
  name: string;
  title: string;
  rooms: number;
  members: number;
  inFlight: number;
  /** Times the peer's deliveries. */
  goal: number;
}

export const crowds: Crowd[] = [
  {
    name: 'room200',
    title: 'one room of 200, 32 messages in flight',
    rooms: 1,
    members: 200,
    inFlight: 32,
    goal: 10,
  },
  {
    name: 'rooms50',
    title: '50 rooms of 20, 4 in flight each',
    rooms: 50,
    members: 20,
    inFlight: 4,
    goal: 4,
  },
  {
    name: 'rooms250',
    title: '250 rooms of 4, 2 in flight each',
    rooms: 250,
    members: 4,
    inFlight: 2,
    goal: 1.5,
  },
];

export const shapeOf = ({ rooms, members }: Crowd): Shape => ({ workspaces: 1, rooms, members, messages: 0 });

export const closedWorks: Work[] = crowds.map((crowd) => ({
  name: crowd.name,
  title: `${crowd.title}: deliveries per second`,
  async run(rig, book) {
    await using both = await rig.startBoth(shapeOf(crowd));
    const rounds: Rounds = { ours: [], peer: [] };
    for (let round = 1; round <= rig.options.rounds; round++) {
      for (const running of both.running) {
        const { side } = running.target;
        const result = await closedRound(rig, running, crowd);
        rounds[side].push(result);
        rig.say(`${crowd.name} round ${round}, ${side}: ${figure(result.deliveriesPerSecond)} deliveries/s`);
      }
    }
    const messages = middles(rounds, ({ messagesPerSecond }) => messagesPerSecond);
    book.maxima.set(crowd.name, messages.ours ?? messages.peer ?? 0);
    return {
      rows: [
        {
          work: crowd.name,
          title: crowd.title,
          unit: 'deliveries/s',
          better: 'more',
          ...middles(rounds, ({ deliveriesPerSecond }) => deliveriesPerSecond),
          goal: { kind: 'ratio', atLeast: crowd.goal },
          faults: faultsIn([...rounds.ours, ...rounds.peer]),
          notes: [
            ...both.running.map(({ target }) => said(target.side, rounds[target.side])),
            ...indexing(rounds.ours),
          ],
          detail: rounds,
        },
      ],
    };
  },
}));

export function closedRound(rig: Rig, { target }: Running, { inFlight }: Crowd): Promise<RoundResult> {
  const [warmMs, measureMs] = rig.options.quick ? [500, 1500] : [3000, 8000];
  return rig.load({ kind: 'closed', target, inFlight, warmMs, measureMs, awake: rig.cores.apart });
}

function said(side: string, rounds: RoundResult[]): string {
  const rates = rounds.map(({ deliveriesPerSecond }) => deliveriesPerSecond);
  const ms = (name: 'p50' | 'p99') => figure(middle(rounds, ({ latency }) => latency[name]));
  return (
    `${side}: rounds from ${figure(Math.min(...rates))} to ${figure(Math.max(...rates))}, ${usageText(rounds)}, ` +
    `${figure(middle(rounds, (round) => round.deliveriesPerSecond / (round.usage.server ?? Number.NaN)))} to a second of its CPU, ` +
    `${figure(middle(rounds, ({ bytesPerDelivery }) => bytesPerDelivery))} bytes to a delivery, ` +
    `latency p50 ${ms('p50')} ms, p99 ${ms('p99')} ms`
  );
}

/** What the closed loop left to do. */
function indexing(ours: RoundResult[]): string[] {
  const told = ours.flatMap(({ searchDrainMs, searchLagAtEnd }) =>
    searchDrainMs === undefined ? [] : [{ ms: searchDrainMs, lag: searchLagAtEnd ?? 0 }],
  );
  if (told.length === 0) return ours.length > 0 ? ['ours: the server tells no search lag'] : [];
  const lag = figure(median(told.map(({ lag }) => lag)));
  const ms = figure(median(told.map(({ ms }) => ms)));
  return [`ours: when the load ended the search index was ${lag} entries behind, and level ${ms} ms later`];
}
