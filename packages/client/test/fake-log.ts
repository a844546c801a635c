import type { Cursor, Entry, RoomKind } from '@stackbox/protocol';

export type Fact = Entry extends infer E ? (E extends Entry ? Omit<E, 'seq' | 'at'> : never) : never;

/** A room on the fake server: its log, its members, how far each has got. */
export class FakeRoom {
  readonly id: string;
  readonly kind: RoomKind = 'client';
  epoch = 'epoch_1';
  log: Entry[] = [];
  readonly members = new Set<string>();
  readonly cursors = new Map<string, Cursor>();
  readonly #places = new Map<string, number>();
  readonly #now: () => number;

  constructor(id: string, now: () => number) {
    this.id = id;
    this.#now = now;
  }

  get head(): number {
    return this.log.length;
  }

  get name(): string {
    const named = this.log.findLast((entry) => entry.kind === 'room');
    return named?.kind === 'room' ? named.name : '';
  }

  /** LOG1, LOG4, LOG9: appends unless (author, clientId) is there already. */
  append(fact: Fact, clientId?: string): { entry: Entry; duplicate: boolean } {
    const key = `${fact.by} ${clientId}`;
    const place = clientId === undefined ? undefined : this.#places.get(key);
    if (place !== undefined) return { entry: this.log[place - 1] as Entry, duplicate: true };
    const entry = { ...fact, seq: this.head + 1, at: this.#now() } as Entry;
    this.log.push(entry);
    if (clientId !== undefined) this.#places.set(key, entry.seq);
    if (entry.kind === 'member') {
      if (entry.joined) this.members.add(entry.userId);
      else this.members.delete(entry.userId);
    }
    if (entry.kind === 'delete') this.#withdraw(entry.target);
    return { entry, duplicate: false };
  }

  unread(userId: string): number {
    const read = this.cursor(userId).read;
    return this.log.filter((entry) => entry.kind === 'message' && entry.seq > read && entry.by !== userId)
      .length;
  }

  cursor(userId: string): Cursor {
    return this.cursors.get(userId) ?? { userId, delivered: 0, read: 0 };
  }

  advance(userId: string, to: { delivered?: number; read?: number }): Cursor {
    const before = this.cursor(userId);
    const read = Math.min(this.head, Math.max(before.read, to.read ?? 0));
    const delivered = Math.min(this.head, Math.max(before.delivered, to.delivered ?? 0, read));
    const after = { userId, delivered, read };
    this.cursors.set(userId, after);
    return after;
  }

  /** Put back from a backup: another history, which ends at `head` (LOG6). */
  restore(head: number): void {
    this.epoch = `epoch_${Number(this.epoch.slice(6)) + 1}`;
    this.log = this.log.slice(0, head);
    for (const [key, seq] of this.#places) if (seq > head) this.#places.delete(key);
    this.cursors.clear();
  }

  #withdraw(target: number): void {
    this.log = this.log.map((entry) => {
      if (entry.seq === target && entry.kind === 'message') {
        return { ...entry, text: '', files: [], mentions: [], deleted: true };
      }
      if (entry.kind === 'edit' && entry.target === target) return { ...entry, text: '', mentions: [] };
      if (entry.kind === 'reaction' && entry.target === target) return { ...entry, emoji: '' };
      return entry;
    });
  }
}
