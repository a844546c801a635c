import type { Committed } from '@stackbox/core';
import type { PresenceState } from '@stackbox/protocol';
import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';

const awayAfterMs = 5 * 60_000;
/** A reload or a lost link is not leaving. */
const goneAfterMs = 3_000;

interface Person {
  readonly workspaceId: string;
  readonly userId: string;
  state: PresenceState;
  /** Rooms whose people have been told. */
  readonly rooms: Set<string>;
  goneAt: number | undefined;
}

/** Who is here, per person over all their connections (DEL6). Told only in rooms that they are joined to (SEC4). */
export class Presence {
  readonly #people = new Map<string, Person>();
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  stateOf(workspaceId: string, userId: string): PresenceState {
    return this.#people.get(`${workspaceId} ${userId}`)?.state ?? 'offline';
  }

  joined({ actor }: Connection, roomId: string): void {
    const { workspaceId, userId } = actor;
    const key = `${workspaceId} ${userId}`;
    let person = this.#people.get(key);
    if (person === undefined) {
      person = { workspaceId, userId, state: 'online', rooms: new Set(), goneAt: undefined };
      this.#people.set(key, person);
    }
    person.goneAt = undefined;
    if (person.rooms.has(roomId)) return;
    person.rooms.add(roomId);
    this.#tellRoom(person, roomId);
  }

  /** Who left a room is no longer its people's to know of (SEC4), and of an ended room there are none. */
  follow(batch: readonly Committed[]): void {
    for (const { workspaceId, roomId, entry } of batch) {
      if (entry.kind === 'member' && !entry.joined) {
        this.#people.get(`${workspaceId} ${entry.userId}`)?.rooms.delete(roomId);
      } else if (entry.kind === 'room' && entry.deleted) {
        for (const { rooms } of this.#people.values()) rooms.delete(roomId);
      }
    }
  }

  /** Looks at everyone again; called every second or so. */
  sweep(now: number): void {
    for (const [key, person] of this.#people) {
      const state = this.#look(person, now);
      if (state !== person.state) {
        person.state = state;
        for (const roomId of person.rooms) this.#tellRoom(person, roomId);
      }
      if (state === 'offline') this.#people.delete(key);
    }
  }

  #look(person: Person, now: number): PresenceState {
    const connections = this.#hub.of(person);
    if (connections.size === 0) {
      person.goneAt ??= now;
      return now - person.goneAt >= goneAfterMs ? 'offline' : person.state;
    }
    person.goneAt = undefined;
    for (const { actedAt } of connections) if (now - actedAt < awayAfterMs) return 'online';
    return 'away';
  }

  #tellRoom({ workspaceId, userId, state }: Person, roomId: string): void {
    this.#hub.passing({ workspaceId, roomId }, { type: 'presence', userId, state }, userId);
  }
}
