import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutboxItem } from '@stackbox/client';
import { fileOutbox } from '@stackbox/client/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TakenOutbox, takeOutbox } from './outbox.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stackbox-outbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The terminal is gone. */
async function end({ outbox, release }: TakenOutbox): Promise<void> {
  await outbox.close?.();
  release();
}

const item = (clientId: string, order: number): OutboxItem => ({
  clientId,
  roomId: 'room_1',
  order,
  at: 0,
  deed: { action: 'sendMessage', text: clientId },
});

const kept = async (outbox: { load(): Promise<OutboxItem[]> }) =>
  (await outbox.load()).sort((a, b) => a.order - b.order).map(({ clientId }) => clientId);

test('what a terminal that is gone left behind is there in the next one', async () => {
  const first = await takeOutbox(folder, 'usr_ana');
  await first.outbox.put(item('a', 1));
  await end(first);
  const next = await takeOutbox(folder, 'usr_ana');
  expect(await kept(next.outbox)).toEqual(['a']);
  await end(next);
});

test('two terminals of one person have an outbox each', async () => {
  const one = await takeOutbox(folder, 'usr_ana');
  const two = await takeOutbox(folder, 'usr_ana');
  await one.outbox.put(item('a', 1));
  await two.outbox.put(item('b', 1));
  expect(await kept(one.outbox)).toEqual(['a']);
  expect(await kept(two.outbox)).toEqual(['b']);
  await end(one);
  await end(two);
});

test('one terminal takes over what several left, in the order of each, after its own', async () => {
  const one = await takeOutbox(folder, 'usr_ana');
  const two = await takeOutbox(folder, 'usr_ana');
  await one.outbox.put(item('a', 1));
  await two.outbox.put(item('c', 2));
  await two.outbox.put(item('b', 1));
  await end(one);
  await end(two);
  const next = await takeOutbox(folder, 'usr_ana');
  expect(await kept(next.outbox)).toEqual(['a', 'b', 'c']);
  const second = fileOutbox(join(folder, 'usr_ana.2.outbox'));
  expect(await kept(second)).toEqual([]);
  await second.close?.();
  await end(next);
});

test('another person’s is left alone, also one whose id begins alike', async () => {
  const other = await takeOutbox(folder, 'usr_an');
  await other.outbox.put(item('x', 1));
  await end(other);
  const mine = await takeOutbox(folder, 'usr_ana');
  expect(await kept(mine.outbox)).toEqual([]);
  const again = await takeOutbox(folder, 'usr_an');
  expect(await kept(again.outbox)).toEqual(['x']);
  await end(mine);
  await end(again);
});
