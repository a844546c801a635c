import { createHash } from 'node:crypto';
import type {
  Draft,
  Ids,
  ImportedMessage,
  ImportedRoom,
  ImportedUser,
  ImportSource,
  NotTaken,
  RoomRef,
} from '@stackbox/core';
import { limits, Refusal, type Role } from '@stackbox/protocol';
import type { Store } from '@stackbox/sqlite';

/** What an import did. */
export interface ImportReport {
  readonly users: number;
  readonly rooms: number;
  /** Messages new to the log, and those an earlier import brought (LOG4). */
  messages: number;
  already: number;
  replies: number;
  reactions: number;
  /** What was not taken: how often by `what: why`, with the first few places. */
  readonly notTaken: Map<string, { count: number; where: string[] }>;
}

interface Person {
  readonly userId: string;
  /** Wrote once, and may not read on. */
  readonly past: boolean;
}

interface OpenRoom {
  readonly ref: RoomRef;
  readonly members: Set<string>;
  /** Members only for as long as the import needs them as authors. */
  readonly visitors: Set<string>;
  /** Where each message lies, by its ref: replies need their root's. */
  readonly places: Map<string, Promise<number>>;
  readonly waiting: Promise<unknown>[];
}

interface Needs {
  readonly store: Pick<Store, 'founding' | 'log' | 'rooms'>;
  readonly ids: Ids;
  readonly workspaceId: string;
  /** In every imported room, so that somebody of the business sees it. */
  readonly ownerId: string;
  readonly onProgress: (messages: number) => void;
}

const inFlight = 2_000;
const placesShown = 3;

/**
 * Writes a source's conversations into the log. Every write has a key that follows from the source, so that a second
 * run, or one after a break, appends only what is not there yet. Order is `seq`; original times are kept as `sentAt`.
 */
export class ImportRun {
  readonly report: ImportReport = {
    users: 0,
    rooms: 0,
    messages: 0,
    already: 0,
    replies: 0,
    reactions: 0,
    notTaken: new Map(),
  };
  readonly #needs: Needs;
  readonly #source: ImportSource;
  readonly #people = new Map<string, Person>();
  readonly #drafts = new Map<string, ImportedRoom>();
  #room: { refInSource: string; open: OpenRoom } | undefined;

  constructor(source: ImportSource, needs: Needs) {
    this.#source = source;
    this.#needs = needs;
  }

  async run(): Promise<ImportReport> {
    for await (const item of this.#source.items()) {
      switch (item.kind) {
        case 'user':
          await this.#user(item);
          break;
        case 'room':
          // Opened when its first message comes, or at the end.
          this.#drafts.set(item.ref, item);
          break;
        case 'message':
          await this.#message(item);
          break;
        case 'skipped':
          this.#skip(item);
          break;
      }
    }
    await this.#close();
    for (const refInSource of [...this.#drafts.keys()]) {
      await this.#open(refInSource);
      await this.#close();
    }
    return this.report;
  }

  async #user({ ref, name, email, bot, deactivated, guest }: ImportedUser): Promise<void> {
    const { store, ids, workspaceId } = this.#needs;
    // The least that lets them take part: an import gives nobody of another system the run of this one.
    const role: Role = this.#source.name === 'mbox' || guest || bot || deactivated ? 'client' : 'staff';
    const address = email ?? `${key('user', ref).slice(0, 32)}@imported.invalid`;
    const member = { workspaceId, userId: ids.fresh('usr'), name, email: address, role };
    const { userId } = await store.founding.addMember(member);
    this.#people.set(ref, { userId, past: bot === true || deactivated === true });
    (this.report as { users: number }).users++;
  }

  async #message(message: ImportedMessage): Promise<void> {
    const room =
      this.#room?.refInSource === message.roomRef ? this.#room.open : await this.#open(message.roomRef);
    const author = this.#people.get(message.byRef);
    if (author === undefined)
      return this.#skip({
        kind: 'skipped',
        what: 'message',
        why: 'its author is not in the source',
        where: message.ref,
      });
    await this.#admit(room, author);
    const root =
      message.replyToRef === undefined
        ? undefined
        : await room.places.get(message.replyToRef)?.catch(() => undefined);
    const { text, mentions } = this.#named(message.text);
    const place = this.#append(room, message, {
      kind: 'message',
      by: author.userId,
      clientId: message.ref,
      text,
      files: message.files,
      mentions,
      sentAt: message.sentAt,
      ...(root === undefined ? {} : { replyTo: root }),
    });
    room.places.set(
      message.ref,
      place.then(({ seq }) => seq),
    );
    if (root !== undefined) this.report.replies++;
    room.waiting.push(place.then(({ seq }) => this.#follow(room, message, seq)).catch(() => {}));
    if (room.waiting.length >= inFlight) await this.#settle(room);
  }

  /** Counts a message as new or known; what the log refuses is reported, and the rest goes on. */
  async #append(room: OpenRoom, message: ImportedMessage, draft: Draft): Promise<{ seq: number }> {
    try {
      const appended = await this.#needs.store.log.append(room.ref, draft);
      if (appended.duplicate) this.report.already++;
      else this.report.messages++;
      this.#needs.onProgress(this.report.messages + this.report.already);
      return appended;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'unavailable') throw error;
      this.#skip({ kind: 'skipped', what: 'message', why: error.message, where: message.ref });
      throw error;
    }
  }

  async #follow(room: OpenRoom, { ref, reactions, pinned }: ImportedMessage, target: number): Promise<void> {
    const { log } = this.#needs.store;
    for (const { emoji, byRefs } of reactions) {
      for (const byRef of byRefs) {
        const person = this.#people.get(byRef);
        if (person === undefined) {
          this.#skip({
            kind: 'skipped',
            what: 'reaction',
            why: 'who gave it is not in the source',
            where: ref,
          });
          continue;
        }
        await this.#admit(room, person);
        const clientId = key('reaction', ref, emoji, byRef);
        const { duplicate } = await log.append(room.ref, {
          kind: 'reaction',
          by: person.userId,
          clientId,
          target,
          emoji,
          on: true,
        });
        if (!duplicate) this.report.reactions++;
      }
    }
    if (pinned)
      await log.append(room.ref, {
        kind: 'pin',
        by: this.#needs.ownerId,
        clientId: key('pin', ref),
        target,
        on: true,
      });
  }

  async #open(refInSource: string): Promise<OpenRoom> {
    await this.#close();
    const { store, ids, workspaceId, ownerId } = this.#needs;
    const draft = this.#drafts.get(refInSource);
    if (draft === undefined)
      throw new Refusal(
        'bad_request',
        `The source has messages of a room ${refInSource} that it does not name.`,
      );
    this.#drafts.delete(refInSource);
    const present = draft.memberRefs
      .flatMap((ref) => this.#people.get(ref) ?? [])
      .filter(({ past }) => !past);
    const memberIds = [...new Set([ownerId, ...present.map(({ userId }) => userId)])];
    const { roomId } = await store.rooms.create({
      workspaceId,
      roomId: ids.fresh('room'),
      // People from outside may be in it: a team room would not admit them.
      kind: draft.roomKind === 'direct' ? 'direct' : 'client',
      name: draft.name.slice(0, limits.nameChars),
      topic: (draft.topic ?? '').slice(0, limits.topicChars),
      by: ownerId,
      memberIds,
      clientId: key('room', this.#source.name, refInSource),
    });
    const ref = { workspaceId, roomId };
    const members = new Set<string>();
    for (const userId of memberIds) if (await store.rooms.standing(ref, userId)) members.add(userId);
    const open: OpenRoom = { ref, members, visitors: new Set(), places: new Map(), waiting: [] };
    this.#room = { refInSource, open };
    (this.report as { rooms: number }).rooms++;
    return open;
  }

  /** An author has to be in the room. Who has left it in the source leaves it again at the end. */
  async #admit(room: OpenRoom, { userId, past }: Person): Promise<void> {
    if (room.members.has(userId)) return;
    room.members.add(userId);
    // A mail archive knows no subscribers: who wrote to the list was on it, and stays.
    if (past || this.#source.name !== 'mbox') room.visitors.add(userId);
    await this.#needs.store.log.append(room.ref, {
      kind: 'member',
      by: this.#needs.ownerId,
      userId,
      joined: true,
    });
  }

  async #settle(room: OpenRoom): Promise<void> {
    await Promise.all(room.waiting);
    room.waiting.length = 0;
  }

  async #close(): Promise<void> {
    const room = this.#room?.open;
    if (room === undefined) return;
    await this.#settle(room);
    for (const userId of room.visitors) {
      await this.#needs.store.log.append(room.ref, {
        kind: 'member',
        by: this.#needs.ownerId,
        userId,
        joined: false,
      });
    }
    this.#room = undefined;
  }

  #named(text: string): { text: string; mentions: string[] } {
    const mentions = new Set<string>();
    const named = text.replace(/<@([^<>\s]{1,64})>/g, (whole, ref: string) => {
      const userId = ref === 'all' ? 'all' : this.#people.get(ref)?.userId;
      if (userId === undefined) return whole;
      mentions.add(userId);
      return `<@${userId}>`;
    });
    return { text: named, mentions: [...mentions] };
  }

  #skip({ what, why, where }: NotTaken): void {
    const cause = `${what}: ${why}`;
    const known = this.report.notTaken.get(cause) ?? { count: 0, where: [] };
    known.count++;
    if (known.where.length < placesShown) known.where.push(where);
    this.report.notTaken.set(cause, known);
  }
}

/** A clientId that follows from what it stands for: the same at every run, 43 characters. */
function key(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
