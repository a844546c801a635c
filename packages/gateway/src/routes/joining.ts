import { type Actor, enter, listRooms, noSuchRoom, type Page, roomCompany } from '@stackbox/core';
import { type Entry, limits, type Position } from '@stackbox/protocol';
import type { Connection } from '../delivery/connection.ts';
import { entryJson } from '../delivery/frame.ts';
import { JsonFields, type Route, type RouteDeps } from './route.ts';

/** Room for `{"type":"reply","id":…}` and the fields that name the room. */
const envelopeBytes = 1_024;
/** Below this, a room's entries wait for the next page of `sync`. */
const leastBytes = 8 * 1_024;
const companyBytes = 12 * 1_024;
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
    const parts: string[] = [];
    const seats: { roomId: string; stretch: Stretch }[] = [];
    let last: string | undefined;
    let cutShort = rooms.length === syncedRooms;
    for (const { room, read, unread } of rooms) {
      if (parts.length > 0 && budget < leastBytes) {
        cutShort = true;
        break;
      }
      const { roomId, workspaceId } = room;
      last = roomId;
      const stretch = await takeSeat(deps, connection, roomId, () =>
        readStretch(deps, workspaceId, roomId, body.rooms[roomId], budget - envelopeBytes / 4),
      ).catch(() => undefined);
      // Removed while we read: as if they had never been in it.
      if (stretch === undefined) continue;
      const part = `{${stretchJson(roomId, stretch)},"read":${read},"unread":${unread}}`;
      parts.push(part);
      budget -= Buffer.byteLength(part) + 1;
      seats.push({ roomId, stretch });
    }
    const next = cutShort && last !== undefined ? `,"next":${JSON.stringify(last)}` : '';
    return {
      reply: new JsonFields(`"rooms":[${parts.join(',')}]${next}`),
      after: () => {
        for (const { roomId, stretch } of seats) settle(deps, connection, roomId, stretch);
      },
    };
  });

interface Stretch {
  readonly epoch: string;
  readonly head: number;
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly reset: boolean;
}

/** Joins of one connection go one behind the other: two at once could each deliver what the other already has (DEL1). */
async function oneByOne<T>(connection: Connection, join: () => Promise<T>): Promise<T> {
  const earlier = connection.joining;
  const mine = earlier === undefined ? join() : earlier.then(join, join);
  connection.joining = mine;
  try {
    return await mine;
  } finally {
    if (connection.joining === mine) connection.joining = undefined;
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
