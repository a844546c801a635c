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
  /** The last entries up to the head, contiguous. undefined: not read, or let go again. */
  readonly tail: readonly Entry[] | undefined;
}

type Followed = { -readonly [Key in keyof CachedRoom]: CachedRoom[Key] } & { tail: Entry[] | undefined };

export const tailLength = 200;
/** Entries that a tail takes on while nobody asks for it. Live readers don't: they are told. */
const takenUnasked = 100;
/** Entries in all tails together. */
const mostHeld = 100_000;

/** Rooms by id, the least lately used forgotten first. */
export class RoomCache {
  readonly #rooms = new Map<string, Followed>();
  readonly #capacity: number;
  /** Rooms with a tail, the least lately asked first, and what each has taken on since. */
  readonly #unasked = new Map<Followed, number>();
  #held = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(roomId: string): CachedRoom | undefined {
    return this.#rooms.get(roomId);
  }

  set(roomId: string, room: CachedRoom): void {
    if (this.#rooms.size >= this.#capacity) {
      const [oldest] = this.#rooms.keys();
      if (oldest !== undefined) this.delete(oldest);
    }
    this.#rooms.set(roomId, room as Followed);
  }

  delete(roomId: string): void {
    const cached = this.#rooms.get(roomId);
    if (cached === undefined) return;
    this.#letGo(cached);
    this.#rooms.delete(roomId);
  }

  /** The end of the room's log, from `read` if it is not at hand: for who comes back, and thousands may at once. */
  tail(room: CachedRoom, read: () => Entry[]): readonly Entry[] {
    const followed = room as Followed;
    if (followed.tail === undefined) {
      followed.tail = read();
      this.#held += followed.tail.length;
    }
    const { tail } = followed;
    this.#unasked.delete(followed);
    this.#unasked.set(followed, 0);
    for (const [oldest] of this.#unasked) {
      if (this.#held <= mostHeld) break;
      this.#letGo(oldest);
    }
    return tail;
  }

  #letGo(room: Followed): void {
    if (room.tail === undefined) return;
    this.#held -= room.tail.length;
    room.tail = undefined;
    this.#unasked.delete(room);
  }

  /** Follows the log. Whatever was read from disk in the meantime is not older: entries up to its head are passed over. */
  follow(roomId: string, entry: Entry): void {
    const cached = this.#rooms.get(roomId);
    if (cached === undefined || entry.seq <= cached.head) return;
    if (entry.seq !== cached.head + 1 || (entry.kind === 'room' && entry.deleted)) {
      this.delete(roomId);
      return;
    }
    cached.head = entry.seq;
    switch (entry.kind) {
      case 'message':
        cached.messages++;
        break;
      case 'member':
        if (entry.joined) cached.members.add(entry.userId);
        else cached.members.delete(entry.userId);
        break;
      case 'room':
        cached.room = { ...cached.room, name: entry.name, topic: entry.topic ?? '' };
        break;
      case 'edit':
      case 'delete':
        // Earlier entries read otherwise now (LOG9).
        this.#letGo(cached);
        break;
      case 'reaction':
      case 'pin':
        break;
    }
    if (cached.tail === undefined) return;
    const unasked = (this.#unasked.get(cached) ?? 0) + 1;
    if (unasked > takenUnasked) return this.#letGo(cached);
    this.#unasked.set(cached, unasked);
    cached.tail.push(entry);
    this.#held++;
    if (cached.tail.length > 2 * tailLength) {
      this.#held -= cached.tail.length - tailLength;
      cached.tail = cached.tail.slice(-tailLength);
    }
  }
}
