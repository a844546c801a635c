import {
  type CursorEvent,
  type Entry,
  limits,
  type PresenceState,
  type Replies,
  type RoomKind,
} from '@stackbox/protocol';
import type { Ambient } from '../ambient.ts';
import { StackBoxError } from '../errors.ts';
import { Company } from './company.ts';
import { OwnCursor } from './own-cursor.ts';
import type { RoomStatus } from './room.ts';
import { RoomLog, type Stretch } from './room-log.ts';
import { TypingHeard } from './typing.ts';
import { type Counted, Unread } from './unread.ts';

export interface HeldRoomEars {
  /** The room is behind its log, or its people are asked for. */
  behind(room: HeldRoom): void;
  /** The own cursor has something for the server. */
  mark(room: HeldRoom): void;
  /** Entries went into the copy of the log, or it was thrown away. */
  folded(room: HeldRoom, entries: readonly Entry[]): void;
  changed(room: HeldRoom): void;
}

/** What the server's list says of a room; the log's copy knows it better once it holds the entry that says so. */
export interface RoomInfo {
  readonly kind: RoomKind;
  readonly name: string;
  readonly topic: string;
}

/** What this client holds of a room, and what comes in for it. */
export class HeldRoom {
  readonly id: string;
  readonly log = new RoomLog();
  readonly own = new OwnCursor();
  readonly company = new Company();
  readonly typing: TypingHeard;
  readonly #me: () => string;
  readonly #ears: HeldRoomEars;
  readonly #unread = new Unread();
  #gone = false;
  #stopped: StackBoxError | undefined;
  #opening: { resolve(): void; reject(why: StackBoxError): void }[] = [];
  info: RoomInfo | undefined;
  /** Somebody looks at the room: its people matter. */
  watched = false;

  constructor(id: string, needs: { ambient: Ambient; me: () => string }, ears: HeldRoomEars) {
    this.id = id;
    this.#me = needs.me;
    this.#ears = ears;
    this.typing = new TypingHeard(needs.ambient.timers, () => this.#changed());
  }

  get status(): RoomStatus {
    if (this.#gone) return 'gone';
    return this.log.state === undefined ? 'loading' : 'ready';
  }

  get unread(): number {
    const { state } = this.log;
    return state === undefined ? 0 : this.#unread.count(state, this.own.read, this.#me());
  }

  /** What is unread lies in part before what is held, and the server's count is of another cursor. */
  get needsCount(): boolean {
    const { state } = this.log;
    return state !== undefined && this.#unread.needsCount(state, this.own.read);
  }

  get needsCatchUp(): boolean {
    return !this.#gone && (this.log.behind || this.thin || (this.watched && !this.company.known));
  }

  /** A sync of many rooms gives few entries of each, or none: too little for a room that is looked at. */
  get thin(): boolean {
    const { state } = this.log;
    return (
      this.watched &&
      state !== undefined &&
      state.first > 1 &&
      state.head - state.first + 1 < limits.freshEntries
    );
  }

  hearEntry(epoch: string, entry: Entry): void {
    this.#gone = false;
    this.#folded(this.log.hear(epoch, entry));
    if (this.needsCatchUp) this.#ears.behind(this);
  }

  hearCursor({ userId, delivered, read }: CursorEvent): void {
    const moved = this.company.advance({ userId, delivered, read });
    if (userId === this.#me()) this.takeOwn({ delivered, read });
    if (moved) this.#changed();
  }

  hearPresence(userId: string, state: PresenceState): void {
    if (this.company.presence(userId, state)) this.#changed();
  }

  /** What was read from the log after `log.position`, by whichever way. */
  take(stretch: Stretch): void {
    const { state } = this.log;
    // Positions in another history mean nothing (LOG6).
    if (state !== undefined && (stretch.reset || state.epoch !== stretch.epoch)) this.#forgetPlaces();
    this.#gone = false;
    this.#folded(this.log.read(stretch));
    this.#changed();
  }

  takeSync(room: Replies['sync']['rooms'][number]): void {
    this.take(room);
    this.takeCount(room);
  }

  takeJoin(reply: Replies['joinRoom']): void {
    this.take(reply);
    for (const cursor of reply.cursors ?? []) {
      this.company.advance(cursor);
      if (cursor.userId === this.#me()) this.own.confirm(cursor);
    }
    if (reply.members !== undefined) this.takePeople(reply.members);
  }

  takeEarlier(stretch: Stretch): boolean {
    const taken = this.log.prepend(stretch);
    if (taken) this.#changed();
    return taken;
  }

  takePeople(people: Parameters<Company['learn']>[0]): void {
    this.company.learn(people);
    this.#changed();
  }

  takeInfo(info: RoomInfo): void {
    this.info = info;
    this.#changed();
  }

  takeCount(counted: Counted): void {
    if (counted.epoch !== this.log.state?.epoch) return;
    this.own.confirm({ read: counted.read });
    this.#unread.learn(counted);
    this.#changed();
  }

  mark(to: { delivered?: number; read?: number }): void {
    this.own.want(to);
    this.#ears.mark(this);
    if (to.read !== undefined) this.#changed();
  }

  /** The own cursor as the server has it now. */
  takeOwn(cursor: { delivered: number; read: number }): void {
    if (!this.own.confirm(cursor) && !this.needsCount) return;
    if (this.needsCount) this.#ears.behind(this);
    this.#changed();
  }

  /** Resolves once there is nothing to catch up with. The room may have become the user's again since it was gone. */
  opened(): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    if (!this.#gone && !this.needsCatchUp) return Promise.resolve();
    this.#gone = false;
    return new Promise((resolve, reject) => {
      this.#opening.push({ resolve, reject });
      this.#ears.behind(this);
    });
  }

  caughtUp(): void {
    if (this.needsCatchUp) return;
    for (const { resolve } of this.#opening.splice(0)) resolve();
  }

  /** It can't be caught up with: those who wait for it to open need not wait on. */
  refuse(why: StackBoxError): void {
    for (const { reject } of this.#opening.splice(0)) reject(why);
  }

  /** The room ended, or the user is in it no longer: nothing of it may stay here (SEC2). */
  leave(): void {
    this.#gone = true;
    this.log.clear();
    this.#forgetPlaces();
    this.refuse(new StackBoxError('not_found', 'never', 'There is no such room, or you are not in it.'));
    this.#ears.folded(this, []);
    this.#changed();
  }

  /** The link is gone: people come and go unheard. */
  offline(): void {
    this.typing.clear();
    this.company.known = false;
  }

  stop(why: StackBoxError): void {
    this.offline();
    this.#stopped = why;
    this.refuse(why);
  }

  #folded(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const me = this.#me();
    let standing = true;
    for (const entry of entries) {
      if (entry.kind === 'message') this.typing.hear(entry.by, false);
      if (entry.kind === 'room') standing = standing && !entry.deleted;
      if (entry.kind !== 'member') continue;
      this.company.hear(entry);
      if (entry.userId === me) standing = entry.joined;
    }
    this.#ears.folded(this, entries);
    if (!standing) return this.leave();
    if (entries.some(({ by }) => by !== me)) this.mark({ delivered: this.log.state?.head ?? 0 });
    this.#changed();
  }

  #forgetPlaces(): void {
    this.own.clear();
    this.company.clear();
    this.typing.clear();
  }

  #changed(): void {
    this.#ears.changed(this);
  }
}
