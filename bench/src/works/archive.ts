import { setTimeout as sleep } from 'node:timers/promises';
import type { Spread } from '../load/histogram.ts';
import { metric } from '../load/metrics.ts';
import { figure, type Row } from '../report/row.ts';
import type { Rig } from '../rig.ts';
import type { Archive } from './archive-place.ts';
import type { Book, Work } from './work.ts';

export const historyWork: Work = {
  name: 'history',
  title: 'a page of 50 at a random place of a room with 1,000,000 messages: p99',
  async run(rig, book) {
    if (!rig.options.sides.includes('ours')) return { rows: [] };
    const { messages, ...target } = await archive(rig, book);
    rig.say('history');
    const spread = await rig.load({ kind: 'history', ...target, requests: rig.options.quick ? 200 : 5000 });
    return {
      rows: [row('history', `a page of 50 from ${figure(messages)} messages, p99`, spread, 'p99', 5)],
    };
  },
};

export const searchWork: Work = {
  name: 'search',
  title: 'a search over 1,000,000 messages for a common word, a rare word, and by an outsider: p95',
  async run(rig, book) {
    if (!rig.options.sides.includes('ours')) return { rows: [] };
    const { messages, ...target } = await archive(rig, book);
    rig.say('search');
    const result = await rig.load({ kind: 'search', ...target, requests: rig.options.quick ? 60 : 1000 });
    const over = `over ${figure(messages)} messages, p95`;
    const sample = (words: string[]) => `; words such as ${words.slice(0, 5).join(', ')}`;
    return {
      rows: [
        row('search-common', `common word ${over}`, result.common, 'p95', 30, sample(result.words.common)),
        row('search-rare', `rare word ${over}`, result.rare, 'p95', 30, sample(result.words.rare)),
        row('search-outsider', `search by an outsider ${over}`, result.outsider, 'p95', 30),
      ],
    };
  },
};

function row(work: string, title: string, spread: Spread, of: 'p95' | 'p99', atMost: number, more = ''): Row {
  const { p50, p95, p99, max } = spread;
  const note = `ours: p50 ${figure(p50)}, p95 ${figure(p95)}, p99 ${figure(p99)}, max ${figure(max)} ms${more}`;
  const goal = { kind: 'limit', atMost } as const;
  return {
    work,
    title,
    unit: 'ms',
    better: 'less',
    ours: spread[of],
    goal,
    faults: 0,
    notes: [note],
    detail: spread,
  };
}

/** Made once for all works that read it. */
function archive(rig: Rig, book: Book): Promise<Archive> {
  book.archive ??= open(rig);
  return book.archive;
}

async function open(rig: Rig): Promise<Archive> {
  await using stack = new AsyncDisposableStack();
  const messages = rig.options.quick ? 20_000 : 1_000_000;
  const seeded = stack.use(await rig.seed({ workspaces: 1, rooms: 1, members: 2, people: 3, messages }));
  const { server } = stack.use(await rig.startOurs(seeded));
  const [room] = seeded.rooms;
  const [member] = room?.seats ?? [];
  const [outsider] = seeded.outsiders;
  if (!room || !member || !outsider) throw new Error('the archive needs a room and someone who is not in it');
  const { port } = server;
  await indexed(rig, port);
  const kept = stack.move();
  return {
    port,
    roomId: room.id,
    token: member.token,
    outsiderToken: outsider.token,
    messages,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function indexed(rig: Rig, port: number): Promise<void> {
  for (let waited = 0; await metric(port, 'stackbox_search_lag_entries'); waited++) {
    if (waited === 0) rig.say('waiting for the search index');
    if (waited > 600) throw new Error('the search index was not level with the log after ten minutes');
    await sleep(1000);
  }
}
