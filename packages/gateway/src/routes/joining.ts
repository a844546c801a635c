import {
  type Actor,
  enter,
  listRooms,
  noSuchRoom,
  type Page,
  type RoomSummary,
  roomCompany,
} from '@stackbox/core';
import { type Action, type Entry, limits, type Position, Refusal } from '@stackbox/protocol';
import type { Connection } from '../delivery/connection.ts';
import { entryJson } from '../delivery/frame.ts';
import { JsonFields, type Outcome, type Route, type RouteDeps } from './route.ts';

/** Room for `{"type":"reply","id":…}` and the fields that name the room. */
const envelopeBytes = 1_024;
/** Below this, a room's entries wait for the next page of `sync`. */
const leastBytes = 8 * 1_024;
/** A hundred people with names of some twenty characters, and their cursors. */
const companyBytes = 20 * 1_024;
const syncedRooms = 100;

export const joinRoomRoute: Route<'joinRoom'> = (deps, { connection, body }) =>
  oneByOne(connection, async () => {
    const { roomId, after } = body;
    const stretch = await takeSeat(deps, connection, roomId, async () => {
      const { ref } = await enter(deps.rooms, connection.actor, roomId, 'room.read');
      const company = await companyJson(deps, connection.actor, roomId);
      const budget = limits.frameBytes - envelopeBytes - Buffer.byteLength(company);
      return { ...(await readStretch(deps, ref.workspaceId, roomId, after, budget)), company };
    });
    return {
      reply: new JsonFields(`${stretchJson(roomId, stretch)}${stretch.company}`),
      after: () => settle(deps, connection, roomId, stretch),
    };
  });

export const leaveRoomRoute: Route<'leaveRoom'> = (deps, { connection, body }) =>
  oneByOne(connection, async () => {
    const { roomId } = body;
    if (!deps.hub.isJoined(connection, roomId))
      await enter(deps.rooms, connection.actor, roomId, 'room.leave');
    deps.hub.leave(connection, roomId);
    return { reply: { roomId } };
  });

/** Every room of the member: what they missed, and from here on what comes (DEL2). */
export const syncRoute: Route<'sync'> = (deps, { connection, body }) =>
  oneByOne(connection, async () => {
    const { actor } = connection;
    const rooms = await listRooms(deps, actor, {
      ...(body.from === undefined ? {} : { after: body.from }),
      limit: syncedRooms,
    });
    let budget = limits.frameBytes - envelopeBytes;
    const parts: { roomId: string; json: string; stretch: Stretch }[] = [];
    let last: string | undefined;
    let cutShort = rooms.length === syncedRooms;
    try {
      for (const summary of rooms) {
        if (parts.length > 0 && budget < leastBytes) {
          cutShort = true;
          break;
        }
        const { roomId, workspaceId } = summary.room;
        last = roomId;
        const stretch = await takeSeat(deps, connection, roomId, async () => {
          // Asked again with the seat taken: who was removed since the listing had no seat to lose (SEC2).
          await enter(deps.rooms, actor, roomId, 'room.read');
          return readStretch(deps, workspaceId, roomId, body.rooms[roomId], budget - envelopeBytes / 4);
        }).catch(unlessHidden);
        if (stretch === undefined) continue;
        const unread = await unreadAt(deps, summary, actor.userId, stretch.head);
        const json = `{${stretchJson(roomId, stretch)},"read":${summary.read},"unread":${unread}}`;
        parts.push({ roomId, json, stretch });
        budget -= Buffer.byteLength(json) + 1;
      }
    } catch (error) {
      for (const { roomId } of parts) deps.hub.leave(connection, roomId);
      throw error;
    }
    // Who was removed from one room while another was read is told nothing of it: as if they had never been in it.
    const told = parts.filter(({ roomId }) => deps.hub.holds(connection, roomId));
    const next = cutShort && last !== undefined ? `,"next":${JSON.stringify(last)}` : '';
    return {
      reply: new JsonFields(`"rooms":[${told.map(({ json }) => json).join(',')}]${next}`),
      after: () => {
        for (const { roomId, stretch } of told) settle(deps, connection, roomId, stretch);
      },
    };
  });

/** A room that is hidden from them by now is left out. */
function unlessHidden(error: unknown): undefined {
  if (!(error instanceof Refusal) || error.code !== 'not_found') throw error;
}

/** Unread up to `head`, the one that the reply names: what committed since the summary counts too (DEL5). */
async function unreadAt(
  { log }: RouteDeps,
  summary: RoomSummary,
  userId: string,
  head: number,
): Promise<number> {
  let { head: counted, unread } = summary;
  while (counted < head) {
    const page = await log.read(summary.room, { after: counted, limit: limits.pageEntries });
    const news = page?.entries.filter(({ seq }) => seq <= head) ?? [];
    if (news.length === 0) break;
    unread += news.filter(
      ({ kind, by, seq }) => kind === 'message' && by !== userId && seq > summary.read,
    ).length;
    counted += news.length;
  }
  return unread;
}

interface Stretch {
  readonly epoch: string;
  readonly head: number;
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly reset: boolean;
}

/**
 * Joins of one connection go one behind the other, the next once the reply to the earlier is on its way and its seat
 * released: two at once would take the seat from under each other (DEL1).
 */
async function oneByOne<A extends Action>(
  connection: Connection,
  join: () => Promise<Outcome<A>>,
): Promise<Outcome<A>> {
  const earlier = connection.joining;
  const { promise: mine, resolve } = Promise.withResolvers<void>();
  connection.joining = mine;
  const done = () => {
    if (connection.joining === mine) connection.joining = undefined;
    resolve();
  };
  await earlier;
  try {
    const { reply, after } = await join();
    return {
      reply,
      after: () => {
        after?.();
        done();
      },
    };
  } catch (error) {
    done();
    throw error;
  }
}

/**
 * Takes the seat first, then checks and reads: a member removed in between loses the seat and gets nothing (SEC2), and
 * what commits in between is held back for them (DEL2).
 */
async function takeSeat<T>(
  deps: RouteDeps,
  connection: Connection,
  roomId: string,
  read: () => Promise<T>,
): Promise<T> {
  const { hub } = deps;
  if (connection.closed) throw noSuchRoom();
  hub.hold(connection, roomId);
  try {
    const result = await read();
    if (!hub.holds(connection, roomId)) throw noSuchRoom();
    return result;
  } catch (error) {
    hub.leave(connection, roomId);
    throw error;
  }
}

function settle(
  { hub, presence }: RouteDeps,
  connection: Connection,
  roomId: string,
  stretch: Stretch,
): void {
  // With more to read the client isn't at the head yet: it joins again when it is.
  if (stretch.more) return hub.leave(connection, roomId);
  hub.release(connection, roomId, stretch.head + 1);
  if (!connection.closed) presence.joined(connection, roomId);
}

/** The entries after a position, as many as fit `budget` bytes; without one, or with another history's, the last few. */
async function readStretch(
  { log, resumes }: RouteDeps,
  workspaceId: string,
  roomId: string,
  after: Position | undefined,
  budget: number,
): Promise<Stretch> {
  const ref = { workspaceId, roomId };
  if (after !== undefined) {
    const page = (await log.read(ref, { after: after.seq, limit: limits.pageEntries })) ?? gone();
    // A position past the head is of a history that this log never had.
    if (page.epoch === after.epoch && after.seq <= page.head) {
      const stretch = continued(page, after.seq, budget);
      resumes[stretch.more ? 'more' : 'continued']++;
      return stretch;
    }
  }
  const page =
    (await log.read(ref, { before: Number.MAX_SAFE_INTEGER, limit: limits.freshEntries })) ?? gone();
  const { epoch, head } = page;
  resumes[after === undefined ? 'fresh' : 'reset']++;
  return {
    epoch,
    head,
    entries: newestWithin(page.entries, budget),
    more: false,
    reset: after !== undefined,
  };
}

function continued({ epoch, head, entries }: Page, seq: number, budget: number): Stretch {
  let bytes = 0;
  let fit = 0;
  for (const entry of entries) {
    bytes += Buffer.byteLength(entryJson(entry)) + 1;
    if (bytes > budget) break;
    fit++;
  }
  const more = seq + fit < head;
  return {
    epoch,
    head,
    entries: fit === entries.length ? entries : entries.slice(0, fit),
    more,
    reset: false,
  };
}

function newestWithin(entries: readonly Entry[], budget: number): readonly Entry[] {
  let bytes = 0;
  let from = entries.length;
  while (from > 0) {
    bytes += Buffer.byteLength(entryJson(entries[from - 1] as Entry)) + 1;
    if (bytes > budget) break;
    from--;
  }
  return entries.slice(from);
}

function stretchJson(roomId: string, { epoch, head, entries, more, reset }: Stretch): string {
  const list = entries.map(entryJson).join(',');
  return `"roomId":${JSON.stringify(roomId)},"epoch":${JSON.stringify(epoch)},"head":${head},"entries":[${list}],"more":${more}${reset ? ',"reset":true' : ''}`;
}

/** Members and cursors as further fields; nothing for a room too large to list in a frame. */
async function companyJson(deps: RouteDeps, { workspaceId }: Actor, roomId: string): Promise<string> {
  const company = await roomCompany(deps, { workspaceId, roomId });
  if (company === undefined) return '';
  const members = company.people.map((person) => ({
    ...person,
    state: deps.presence.stateOf(workspaceId, person.userId),
  }));
  const json = `,"members":${JSON.stringify(members)},"cursors":${JSON.stringify(company.cursors)}`;
  return Buffer.byteLength(json) <= companyBytes ? json : '';
}

function gone(): never {
  throw noSuchRoom();
}
