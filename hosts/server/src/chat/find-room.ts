import type { RoomSummary } from '@stackbox/client';
import { oneLine } from './text/safe.ts';

/** No room, or no single one, is meant; the message says what there is. */
export class NoSuchRoom extends Error {}

/** The newest first; those that nobody wrote in lately go by their names. */
export function byActivity(rooms: readonly RoomSummary[]): RoomSummary[] {
  return rooms.toSorted(
    (a, b) => (b.latest?.at ?? 0) - (a.latest?.at ?? 0) || b.unread - a.unread || (a.name < b.name ? -1 : 1),
  );
}

/** The name for people; a direct room may have none. */
export function titleOf({ name, kind }: Pick<RoomSummary, 'name' | 'kind'>): string {
  return oneLine(name) || (kind === 'direct' ? 'a direct room' : 'a room without a name');
}

/**
 * The room that `wanted` means: an id, a name, the beginning of one, or a part of it, in whatever case. Without it, the
 * one that somebody wrote in last.
 * @throws NoSuchRoom
 */
export function findRoom(rooms: readonly RoomSummary[], wanted?: string): RoomSummary {
  const sorted = byActivity(rooms);
  if (wanted === undefined) {
    const [first] = sorted;
    if (first === undefined)
      throw new NoSuchRoom('You are in no room yet. Someone who is in one can add you.');
    return first;
  }
  const name = fold(wanted);
  const ways: ((room: RoomSummary) => boolean)[] = [
    ({ id }) => id === wanted,
    (room) => fold(titleOf(room)) === name,
    (room) => fold(titleOf(room)).startsWith(name),
    (room) => fold(titleOf(room)).includes(name),
  ];
  for (const way of ways) {
    const found = sorted.filter(way);
    const [only] = found;
    if (only === undefined) continue;
    if (found.length === 1) return only;
    throw new NoSuchRoom(
      `“${oneLine(wanted)}” could be ${some(found)}. Write more of the name, or the room's id.`,
    );
  }
  if (sorted.length === 0) throw new NoSuchRoom('You are in no room yet. Someone who is in one can add you.');
  throw new NoSuchRoom(`You are in no room called “${oneLine(wanted)}”. There is ${some(sorted)}.`);
}

const fold = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('en').trim();

function some(rooms: readonly RoomSummary[]): string {
  const named = rooms.slice(0, 5).map((room) => `${titleOf(room)} (${room.id})`);
  return rooms.length > 5 ? `${named.join(', ')} and ${rooms.length - 5} more` : named.join(', ');
}
