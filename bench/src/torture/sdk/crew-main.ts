import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Room, type StackBox, StackBoxError, type Timers } from '@stackbox/client';
import { fileOutbox } from '@stackbox/client/node';
import type { RoomState } from '@stackbox/core/apply';
import { type Chance, chanceFrom } from '../chance.ts';
import type { CopyRecord, Deed } from '../history.ts';
import { Imagination } from '../raw/deeds.ts';
import type { Order, Part, Word } from './messages.ts';

/** A process full of SDK clients. It may be killed at any instant, and another one goes on with the same outbox files. */

/** Its timers run so much faster: a lost reply is waited for 15 s otherwise, and the run is over in minutes. */
const haste = 8;
const timers: Timers = {
  set: (run, ms) => setTimeout(run, ms / haste),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
const hourMs = 60 * 60_000;
/** A writer that has so many deeds on their way waits. */
const mostQueued = 12;

const stop = new AbortController();
const clients = new Map<Part, StackBox>();
const writing: Promise<void>[] = [];

process.on('message', (order: Order) => {
  obey(order).catch((error: Error) => tell({ word: 'fault', who: 'an SDK crew', what: `${error.stack}` }));
});

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case 'play':
      for (const part of order.parts) {
        const chance = chanceFrom(part.seed, `${part.name} ${order.life}`);
        const client = open(part, chance);
        clients.set(part, client);
        if (part.role === 'writer') writing.push(write(part, client, chance, order.life));
        else for (const roomId of part.person.rooms) void keepOpen(part, client.room(roomId));
      }
      return;
    case 'settle':
      stop.abort();
      await Promise.all(writing);
      for (const [part, client] of clients) await arrived(part, client);
      return tell({ word: 'settled' });
    case 'finish': {
      const copies: CopyRecord<RoomState>[] = [];
      for (const [{ role, name, person }, client] of clients) {
        if (role === 'writer') continue;
        for (const roomId of person.rooms) {
          const state = await wholeCopy(client.room(roomId), order.heads.get(roomId) ?? 0);
          if (state === undefined) await tell({ word: 'fault', who: name, what: `${roomId}: has no copy` });
          else copies.push({ reader: name, roomId, state });
        }
      }
      await tell({ word: 'finished', copies });
      for (const client of clients.values()) client.close();
      process.disconnect();
    }
  }
}

function open({ person, door, outbox, role }: Part, chance: Chance): StackBox {
  // People's clocks are as wrong as the server's.
  const skewMs = chance.int(-hourMs, hourMs);
  return connect({
    url: `http://127.0.0.1:${door}`,
    token: person.token,
    timers,
    clock: { now: () => Date.now() + skewMs },
    random: () => chance.next(),
    ...(role === 'writer' ? { outbox: fileOutbox(outbox) } : {}),
  });
}

async function write(part: Part, client: StackBox, chance: Chance, life: number): Promise<void> {
  const imagination = new Imagination(`${part.name}g${life}`, part.person, chance);
  for (let number = part.done; !stop.signal.aborted; number++) {
    await sleep(chance.int(0, 80));
    while (client.queued.getSnapshot().length >= mostQueued && !stop.signal.aborted) await sleep(20);
    const { roomId, deed } = imagination.next();
    // Known to the parent before the SDK hears of it: nothing may turn up in the log that nobody did.
    await tell({ word: 'begun', name: part.name, number, roomId, deed });
    const { clientId, stored } = await perform(client.room(roomId), deed);
    await tell({ word: 'kept', name: part.name, number, clientId });
    stored().then(
      ({ epoch, seq }) => {
        if (deed.kind === 'message') imagination.knows(roomId, seq);
        return tell({ word: 'stored', name: part.name, number, epoch, seq });
      },
      // What failed for good is told when the writer settles; a restart finds it in the outbox, too.
      () => {},
    );
  }
}

function perform(room: Room, deed: Deed): ReturnType<Room['send']> {
  switch (deed.kind) {
    case 'message':
      return room.send(deed.text, deed.replyTo === undefined ? {} : { replyTo: deed.replyTo });
    case 'edit':
      return room.edit(deed.target, deed.text);
    case 'delete':
      return room.delete(deed.target);
    case 'reaction':
      return room.react(deed.target, deed.emoji, deed.on);
    case 'pin':
      return room.pin(deed.target, deed.on);
  }
}

/** Everything has left the outbox but what was refused, which is told. */
async function arrived({ name }: Part, client: StackBox): Promise<void> {
  await client.ready();
  while (client.queued.getSnapshot().some(({ status }) => status !== 'failed')) await sleep(20);
  for (const { clientId, error } of client.queued.getSnapshot()) {
    await tell({ word: 'refused', name, clientId, code: (error?.code ?? 'internal') as 'internal' });
  }
}

/** Looks at the room for good, as somebody does who has it on the screen. */
async function keepOpen({ name }: Part, room: Room): Promise<void> {
  room.subscribe(() => {});
  try {
    await room.open();
    while (!stop.signal.aborted) {
      room.markRead();
      await sleep(500);
    }
  } catch (error) {
    if (error instanceof StackBoxError && error.code === 'closed') return;
    await tell({ word: 'fault', who: name, what: `${room.id}: ${error}` });
  }
}

/** The copy once it goes as far as `head`, and back to the beginning. */
async function wholeCopy(room: Room, head: number): Promise<RoomState | undefined> {
  const end = performance.now() + 40_000;
  while ((room.state?.head ?? 0) < head && performance.now() < end) await sleep(20);
  while ((room.state?.first ?? 1) > 1) await room.loadEarlier(500);
  return room.state;
}

/** Resolves once it is on its way: what was told is known, even if this process is killed right after. */
function tell(word: Word): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(word, undefined, {}, () => resolve());
  });
}
