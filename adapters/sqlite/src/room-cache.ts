import type { Room } from '@stackbox/core';
import type { Entry } from '@stackbox/protocol';

/** What is remembered of a room for reading: its facts, who is in it, and its latest entries. */
export interface CachedRoom {
  readonly no: number;
  readonly room: Room;
  readonly head: number;
  /** Message entries up to the head. */
  readonly messages: number;
  readonly members: Set<string>;
  /** The last entries up to the head, contiguous. undefined: not read yet. */
  tail: Entry[] | undefined;
}

export const tailLength = 200;
const tailKept = 400;

/** Rooms by id, the least lately used forgotten first. */
export class RoomCache {
  readonly #rooms = new Map<string, CachedRoom>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(roomId: string): CachedRoom | undefined {
    return this.#rooms.get(roomId);
  }

  set(roomId: string, room: CachedRoom): void {
    if (this.#rooms.size >= this.#capacity) {
      const [oldest] = this.#rooms.keys();
      if (oldest !== undefined) this.#rooms.delete(oldest);
    }
    this.#rooms.set(roomId, room);
  }

  delete(roomId: string): void {
    this.#rooms.delete(roomId);
  }

  /** Follows the log. Whatever was read from disk in the meantime is not older: entries up to its head are passed over. */
  follow(roomId: string, entry: Entry): void {
    const cached = this.#rooms.get(roomId);
    if (cached === undefined || entry.seq <= cached.head) return;
    if (entry.seq !== cached.head + 1 || (entry.kind === 'room' && entry.deleted)) {
      this.#rooms.delete(roomId);
      return;
    }
    const next = cached as { -readonly [Key in keyof CachedRoom]: CachedRoom[Key] };
    next.head = entry.seq;
    switch (entry.kind) {
      case 'message':
        next.messages++;
        break;
      case 'member':
        if (entry.joined) next.members.add(entry.userId);
        else next.members.delete(entry.userId);
        break;
      case 'room':
        next.room = { ...next.room, name: entry.name, topic: entry.topic ?? '' };
        break;
      case 'edit':
      case 'delete':
        // Earlier entries read otherwise now (LOG9).
        next.tail = undefined;
        break;
      case 'reaction':
      case 'pin':
        break;
    }
    if (next.tail === undefined) return;
    next.tail.push(entry);
    if (next.tail.length > tailKept) next.tail = next.tail.slice(-tailLength);
  }
}
