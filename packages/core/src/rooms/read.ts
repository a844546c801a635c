import { type Cursor, limits, type Person, Refusal } from '@stackbox/protocol';
import type { Actor } from '../kernel/actor.ts';
import type { MessageLog, Page, Range, RoomRef } from '../log/log.ts';
import { admits, noSuchRoom } from '../policy/policy.ts';
import { enter } from './enter.ts';
import type { Cursors, Room, RoomSummary, Rooms } from './rooms.ts';

interface Needs {
  log: MessageLog;
  rooms: Rooms;
  cursors: Cursors;
}

/** A stretch of a room's log. */
export async function readEntries(
  { log, rooms }: Pick<Needs, 'log' | 'rooms'>,
  actor: Actor,
  roomId: string,
  range: Range,
): Promise<Page> {
  const { ref } = await enter(rooms, actor, roomId, 'room.read');
  const page = await log.read(ref, range);
  if (page === undefined) throw noSuchRoom();
  return page;
}

/** The rooms of the actor, ascending by id, each with what is unread. Fewer than `limit` only at the end of the list. */
export async function listRooms(
  { rooms }: Pick<Needs, 'rooms'>,
  actor: Actor,
  page: { after?: string; limit: number },
): Promise<RoomSummary[]> {
  const { workspaceId, userId, role } = actor;
  const listed: RoomSummary[] = [];
  let from = page;
  for (;;) {
    const mine = await rooms.ofMember(workspaceId, userId, from);
    // Rooms that the role no longer admits are passed over: a stretch full of them is not the end.
    const admitted = mine.filter((room) => admits(room, role)).map((room) => rooms.summary(room, userId));
    for (const summary of await Promise.all(admitted)) if (summary !== undefined) listed.push(summary);
    const last = mine.at(-1);
    if (last === undefined || mine.length < page.limit || listed.length >= page.limit)
      return listed.slice(0, page.limit);
    from = { after: last.roomId, limit: page.limit };
  }
}

export interface RoomDetails extends RoomSummary {
  size: number;
  /** Only for those who are in it: to a client there is no such thing (SEC4). */
  notesRoomId?: string;
}

export async function readRoom(
  { rooms }: Pick<Needs, 'rooms'>,
  actor: Actor,
  roomId: string,
): Promise<RoomDetails> {
  const { ref } = await enter(rooms, actor, roomId, 'room.read');
  const summary = await rooms.summary(ref, actor.userId);
  if (summary === undefined) throw noSuchRoom();
  const notes = await visibleNotes(rooms, actor, ref);
  const size = await rooms.size(ref);
  return { ...summary, size, ...(notes === undefined ? {} : { notesRoomId: notes.roomId }) };
}

async function visibleNotes(rooms: Rooms, actor: Actor, ref: RoomRef): Promise<Room | undefined> {
  const notes = await rooms.notesOf(ref);
  if (notes === undefined || !admits(notes, actor.role)) return undefined;
  return (await rooms.standing(notes, actor.userId)) === undefined ? undefined : notes;
}

export async function listPeople(
  { rooms }: Pick<Needs, 'rooms'>,
  actor: Actor,
  roomId: string,
  page: { after?: string; limit: number },
): Promise<Person[]> {
  const { ref } = await enter(rooms, actor, roomId, 'room.read');
  return rooms.people(ref, page);
}

/** Everyone in a room and how far each has read, if the room is small enough to say so at once. */
export async function roomCompany(
  { rooms, cursors }: Pick<Needs, 'rooms' | 'cursors'>,
  ref: RoomRef,
): Promise<{ people: Person[]; cursors: Cursor[] } | undefined> {
  if ((await rooms.size(ref)) > limits.listedMembers) return undefined;
  const people = await rooms.people(ref, { limit: limits.listedMembers });
  return { people, cursors: await cursors.of(ref) };
}

/** What a range of seqs may be: for reading, a page of at most `limits.pageEntries`. */
export function pageRange(query: {
  after?: number | undefined;
  before?: number | undefined;
  limit: number;
}): Range {
  const { after, before, limit } = query;
  if (after !== undefined && before !== undefined) {
    throw new Refusal('bad_request', 'Give after or before, not both.');
  }
  if (before !== undefined) return { before, limit };
  return after === undefined ? { before: Number.MAX_SAFE_INTEGER, limit } : { after, limit };
}
