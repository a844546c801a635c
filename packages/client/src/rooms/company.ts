import type { Cursor, MemberEntry, Person, PresenceState } from '@stackbox/protocol';

export interface PersonHere extends Person {
  readonly state: PresenceState;
}

/** Who is in a room, how far each has got, and who is there now. Known once the room was joined with somebody looking. */
export class Company {
  readonly #people = new Map<string, PersonHere>();
  readonly #cursors = new Map<string, Cursor>();
  /** The lists came, and nobody joined since whose name is not known. */
  known = false;

  get people(): PersonHere[] {
    return [...this.#people.values()];
  }

  get cursors(): Cursor[] {
    return [...this.#cursors.values()];
  }

  /** The members as the server lists them. */
  learn(people: readonly (Person & { state?: PresenceState })[]): void {
    const before = new Map(this.#people);
    this.#people.clear();
    for (const person of people) {
      // A list without presence (a large room's) does not undo what events told.
      const state = person.state ?? before.get(person.userId)?.state ?? 'offline';
      this.#people.set(person.userId, { ...person, state });
    }
    this.known = true;
  }

  /** Forward only: an older word that comes late moves nothing back (DEL5). */
  advance({ userId, delivered, read }: Cursor): boolean {
    const before = this.#cursors.get(userId);
    if (before !== undefined && before.delivered >= delivered && before.read >= read) return false;
    this.#cursors.set(userId, {
      userId,
      delivered: Math.max(before?.delivered ?? 0, delivered),
      read: Math.max(before?.read ?? 0, read),
    });
    return true;
  }

  hear({ userId, joined }: MemberEntry): void {
    if (joined) {
      if (!this.#people.has(userId)) this.known = false;
    } else {
      this.#people.delete(userId);
      this.#cursors.delete(userId);
    }
  }

  presence(userId: string, state: PresenceState): boolean {
    const person = this.#people.get(userId);
    if (person === undefined || person.state === state) return false;
    this.#people.set(userId, { ...person, state });
    return true;
  }

  deliveredTo(seq: number, except: string): string[] {
    return this.#whose((cursor) => cursor.delivered >= seq, except);
  }

  readBy(seq: number, except: string): string[] {
    return this.#whose((cursor) => cursor.read >= seq, except);
  }

  #whose(reached: (cursor: Cursor) => boolean, except: string): string[] {
    return this.cursors
      .filter((cursor) => cursor.userId !== except && reached(cursor))
      .map(({ userId }) => userId);
  }

  clear(): void {
    this.#people.clear();
    this.#cursors.clear();
    this.known = false;
  }
}
