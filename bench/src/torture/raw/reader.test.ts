import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '@stackbox/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { chanceFrom } from '../chance.ts';
import { RawReader } from './reader.ts';

// A server that says what a test has it say: the reader must notice what a right one never would.
const roomId = 'room_1';
const epoch = 'epoch_1';

const entry = (seq: number): Entry => ({
  kind: 'message',
  seq,
  at: 0,
  by: 'ana',
  clientId: `c${seq}`,
  text: '',
  files: [],
  mentions: [],
});
const upTo = (seq: number, from = 1) => Array.from({ length: seq - from + 1 }, (_, i) => entry(from + i));

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const each of cleanUp.splice(0)) each();
});

/** Reads from a server whose log has `head` entries and which then says `live` to those who join. */
async function read(head: number, live: readonly Entry[], lost = false): Promise<RawReader> {
  const http = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://server');
    const after = Number(searchParams.get('after') ?? 0);
    const page = { epoch, head, entries: upTo(head, after + 1), more: false };
    response.end(JSON.stringify(request.method === 'POST' ? { ticket: 't' } : page));
  });
  const sockets = new WebSocketServer({ server: http });
  let told = false;
  sockets.on('connection', (ws) => {
    ws.on('message', (data) => {
      const { action, id, after, rooms } = JSON.parse(String(data));
      const position = after ?? rooms?.[roomId];
      const stretch = { roomId, epoch, head, entries: upTo(head, (position?.seq ?? 0) + 1), more: false };
      if (action === 'ping') return;
      const reply =
        action === 'sync'
          ? { rooms: [{ ...stretch, read: 0, unread: 0 }] }
          : { ...stretch, delivered: head, read: head };
      ws.send(JSON.stringify({ type: 'reply', id, ok: true, ...reply }));
      if (told || action.startsWith('mark')) return;
      told = true;
      for (const each of live) ws.send(JSON.stringify({ type: 'entry', roomId, epoch, ...each }));
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const reader = new RawReader({
    name: 'reader',
    person: { workspaceId: 'ws_1', userId: 'ben', role: 'staff', token: 't', rooms: [roomId] },
    door: (http.address() as AddressInfo).port,
    chance: chanceFrom(1),
    lostOn: () => lost,
    absenceMs: 0,
  });
  cleanUp.push(
    () => reader.close(),
    () => sockets.close(),
    () => http.closeAllConnections(),
    () => http.close(),
  );
  void reader.run(AbortSignal.timeout(5_000));
  await expect.poll(() => reader.head(roomId)).toBeGreaterThanOrEqual(head);
  await sleep(100);
  return reader;
}

describe('the raw reader', () => {
  it('[DEL1] is content with each entry once, in order', async () => {
    const reader = await read(3, upTo(6, 4));
    expect(reader.head(roomId)).toBe(6);
    expect(reader.faults).toEqual([]);
  });

  it('[DEL2] notices an entry that comes live though the join told of it', async () => {
    const reader = await read(3, upTo(5, 3));
    expect(reader.faults[0]?.what).toContain('entry 3 came live after a join at 3');
  });

  it('[DEL1] notices an entry that comes twice', async () => {
    const reader = await read(3, [entry(4), entry(5), entry(4)]);
    expect(reader.faults[0]?.what).toContain('entry 4 came live after 5');
  });

  it('[DEL1] notices an entry that is missing where nothing was dropped', async () => {
    const reader = await read(3, [entry(4), entry(6)]);
    expect(reader.faults[0]?.what).toContain('entry 6 came live after 4');
  });

  it('[DEL3] takes a gap for what it is where something was dropped, and asks', async () => {
    const reader = await read(3, [entry(5)], true);
    expect(reader.faults).toEqual([]);
    expect(reader.stats.gaps).toBe(1);
  });
});
