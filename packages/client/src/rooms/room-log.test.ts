import type { Entry } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { RoomLog } from './room-log.ts';

const message = (seq: number): Entry => ({
  seq,
  at: 0,
  by: 'ben',
  kind: 'message',
  clientId: `c${seq}`,
  text: `text ${seq}`,
  files: [],
  mentions: [],
});
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const seqs = (log: RoomLog) => [...(log.state?.messages.keys() ?? [])].sort((a, b) => a - b);

function holding(from: number, to: number, epoch = 'e1'): RoomLog {
  const log = new RoomLog();
  log.read({ epoch, head: to, entries: run(from, to) });
  return log;
}

test('[DEL3] an entry beyond a gap is held until the gap is read, and each is folded once', () => {
  const log = holding(1, 3);
  expect(log.hear('e1', message(5))).toEqual([]);
  expect(log.behind).toBe(true);
  expect(log.position).toEqual({ epoch: 'e1', seq: 3 });
  const folded = log.read({ epoch: 'e1', head: 5, entries: run(4, 5) });
  expect(folded.map(({ seq }) => seq)).toEqual([4, 5]);
  expect(log.behind).toBe(false);
});

test('[DEL2] an entry that is held already changes nothing', () => {
  const log = holding(1, 3);
  const { version } = log;
  expect(log.hear('e1', message(2))).toEqual([]);
  expect(log.read({ epoch: 'e1', head: 3, entries: run(1, 3) })).toEqual([]);
  expect(log.version).toBe(version);
});

test('[DEL2] entries that come before the first reply are merged with it', () => {
  const log = new RoomLog();
  log.hear('e1', message(4));
  log.hear('e1', message(6));
  log.read({ epoch: 'e1', head: 3, entries: run(2, 3) });
  expect(seqs(log)).toEqual([2, 3, 4]);
  expect(log.behind).toBe(true);
  log.read({ epoch: 'e1', head: 6, entries: run(5, 6) });
  expect(seqs(log)).toEqual([2, 3, 4, 5, 6]);
});

test('[DEL2] a reply whose head lies further than its entries leaves the room behind', () => {
  const log = holding(1, 3);
  log.read({ epoch: 'e1', head: 9, entries: run(4, 5) });
  expect(log.behind).toBe(true);
});

test('[LOG6] another epoch throws the copy away', () => {
  const log = holding(1, 3);
  log.read({ epoch: 'e2', head: 2, entries: run(1, 2) });
  expect(log.state).toMatchObject({ epoch: 'e2', first: 1, head: 2 });
});

test('[LOG6] so does a reset in the same epoch', () => {
  const log = holding(1, 9);
  log.read({ epoch: 'e1', head: 2, entries: run(1, 2), reset: true });
  expect(log.state).toMatchObject({ epoch: 'e1', head: 2 });
});

test('[LOG6] an entry of another epoch is not mixed in: it makes the client ask, and counts once that epoch is ours', () => {
  const log = holding(1, 3);
  log.hear('e2', message(3));
  expect(log.state).toMatchObject({ epoch: 'e1', head: 3 });
  expect(log.behind).toBe(true);
  log.read({ epoch: 'e2', head: 2, entries: run(1, 2), reset: true });
  expect(log.state).toMatchObject({ epoch: 'e2', head: 3 });
  expect(log.behind).toBe(false);
});

test('[LOG6] a late entry of the old epoch is forgotten with the next reply', () => {
  const log = holding(1, 3, 'e2');
  log.hear('e1', message(9));
  log.read({ epoch: 'e2', head: 3, entries: [] });
  expect(log.behind).toBe(false);
  expect(log.state).toMatchObject({ epoch: 'e2', head: 3 });
});

test('a room of which nothing came is held from its head on', () => {
  const log = new RoomLog();
  log.read({ epoch: 'e1', head: 7, entries: [] });
  expect(log.state).toMatchObject({ first: 8, head: 7 });
  expect(log.prepend({ epoch: 'e1', head: 7, entries: run(5, 7) })).toBe(true);
  expect(seqs(log)).toEqual([5, 6, 7]);
});

test('earlier entries are put before, overlap or not; a gap or another epoch is refused', () => {
  const log = holding(6, 8);
  expect(log.prepend({ epoch: 'e1', head: 8, entries: run(3, 4) })).toBe(false);
  expect(log.prepend({ epoch: 'e2', head: 8, entries: run(3, 5) })).toBe(false);
  expect(log.prepend({ epoch: 'e1', head: 8, entries: run(4, 7) })).toBe(true);
  expect(seqs(log)).toEqual([4, 5, 6, 7, 8]);
});

test('a flood beyond a gap is bounded, and read from the log instead', () => {
  const log = holding(1, 1);
  for (const entry of run(3, 5_000)) log.hear('e1', entry);
  log.read({ epoch: 'e1', head: 5_000, entries: run(2, 501) });
  expect(log.state?.head).toBeGreaterThanOrEqual(501);
  expect(log.state?.head).toBeLessThan(2_500);
  expect(log.behind).toBe(true);
  while (log.behind) {
    const from = (log.state?.head ?? 0) + 1;
    log.read({ epoch: 'e1', head: 5_000, entries: run(from, Math.min(5_000, from + 499)) });
  }
  expect(seqs(log)).toHaveLength(5_000);
});
