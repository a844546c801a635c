import { setTimeout as sleep } from 'node:timers/promises';
import { pool, source } from './crowd.ts';
import { call } from './http.ts';
import type { StormJob, StormResult } from './jobs.ts';
import { metric } from './metrics.ts';
import type { RawClient } from './raw-client.ts';
import { ask, connectStackbox } from './stackbox-wire.ts';
import { texts } from './text.ts';
import { usageOf } from './usage.ts';

interface Position {
  epoch: string;
  seq: number;
}
type Positions = Record<string, Position>;

interface SyncReply {
  rooms: {
    roomId: string;
    epoch: string;
    head: number;
    entries: { seq: number; clientId?: string }[];
    more: boolean;
  }[];
  next?: string;
}

/** A person, their rooms, and how far they have read each. */
interface Person {
  token: string;
  from: { from?: string };
  rooms: string[];
  positions: Positions;
  client?: RawClient;
}

/** Everybody is cut off at once, misses some messages, and comes back at once. */
export async function reconnectStorm({ target, missed }: StormJob): Promise<StormResult> {
  const { port } = target;
  const people = peopleOf(target.rooms);
  await pool(people, 32, async (person) => {
    person.client = await connectStackbox({ port, ...person.from }, person.token);
    for (const room of await sync(person.client, {})) {
      person.positions[room.roomId] = { epoch: room.epoch, seq: room.head };
    }
    const strange = person.rooms.filter((id) => !person.positions[id]);
    if (strange.length > 0)
      throw new Error(`sync left out ${strange.length} of ${person.rooms.length} rooms`);
  });
  for (const { client } of people) client?.destroy();
  await sleep(500);
  await pool(target.rooms, 16, async ({ id, seats }) =>
    sendWhileAway(port, seats[0]?.token ?? '', id, missed),
  );

  const readsBefore = await metric(port, 'stackbox_log_reads_total');
  const used = usageOf(target.pid);
  let wrong = 0;
  let retries = 0;
  // As many at a time as a machine's listen backlog takes; the next comes as soon as one is through.
  await pool(people, 256, async (person) => {
    const back = await retrying(
      () => comeBack(port, person, missed),
      () => retries++,
    );
    person.client = back.client;
    if (!back.whole) wrong++;
  });
  const usage = used();
  const readsAfter = await metric(port, 'stackbox_log_reads_total');
  for (const { client } of people) client?.destroy();
  return {
    clients: people.length,
    rooms: target.rooms.length,
    ms: usage.seconds * 1000,
    usage,
    wrong,
    retries,
    ...(readsBefore !== undefined && readsAfter !== undefined && { logReads: readsAfter - readsBefore }),
  };
}

function peopleOf(rooms: StormJob['target']['rooms']): Person[] {
  const people = new Map<string, Person>();
  for (const { id, seats } of rooms) {
    for (const { userId, token } of seats) {
      const person = people.get(userId) ?? { token, from: source(people.size), rooms: [], positions: {} };
      person.rooms.push(id);
      people.set(userId, person);
    }
  }
  return [...people.values()];
}

async function sync(client: RawClient, positions: Positions): Promise<SyncReply['rooms']> {
  const rooms: SyncReply['rooms'] = [];
  let from: string | undefined;
  do {
    const reply = await ask<SyncReply>(client, 'sync', { rooms: positions, ...(from && { from }) });
    rooms.push(...reply.rooms);
    from = reply.next;
  } while (from);
  return rooms;
}

async function sendWhileAway(port: number, token: string, roomId: string, count: number): Promise<void> {
  const client = await connectStackbox({ port }, token);
  for (const [number, text] of texts(count, 2).entries()) {
    await ask(client, 'sendMessage', { roomId, clientId: `away-${number}`, text });
  }
  client.destroy();
}

/** Ticket, socket, sync: each client on TCP connections of its own, as from machines of their own. */
async function comeBack(port: number, { token, from, rooms, positions }: Person, missed: number) {
  const client = await connectStackbox({ port, ...from }, token, false);
  const synced = new Map((await sync(client, positions)).map((room) => [room.roomId, room]));
  let whole = true;
  for (const id of rooms) {
    const before = positions[id];
    const room = synced.get(id);
    if (!before || room?.epoch !== before.epoch) return { client, whole: false };
    const entries = [...room.entries];
    for (let { more } = room; more; ) {
      const after = entries.at(-1)?.seq ?? before.seq;
      const page = JSON.parse(
        await call({ port, token, path: `/api/v1/rooms/${id}/entries?after=${after}&limit=500` }),
      ) as SyncReply['rooms'][number];
      entries.push(...page.entries);
      more = page.more;
    }
    whole &&=
      entries.length === missed && entries.every((entry, i) => isMissed(entry, before.seq + 1 + i, i));
  }
  return { client, whole };
}

function isMissed(entry: { seq: number; clientId?: string }, seq: number, number: number): boolean {
  return entry.seq === seq && entry.clientId === `away-${number}`;
}

async function retrying<T>(attempt: () => Promise<T>, onRetry: () => void): Promise<T> {
  for (let left = 5; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      onRetry();
      await sleep(200 * Math.random());
    }
  }
}
