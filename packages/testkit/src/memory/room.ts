import { assertNever, type Draft, type Page, type Range, type Revision, type Room } from '@stackbox/core';
import type { Entry, FileRef, MessageEntry } from '@stackbox/protocol';

/** What happened, as it happened. Never changed: what a reader may see of it is worked out at each read. */
interface Fact {
  readonly seq: number;
  readonly at: number;
  readonly draft: Draft;
}

/** A room as plainly as it can be kept: the list of its facts. The model that other stores are compared with. */
export class MemoryRoom {
  room: Room;
  readonly madeBy: string;
  readonly clientId: string;
  readonly members = new Set<string>();
  readonly cursors = new Map<string, { delivered: number; read: number }>();
  readonly #facts: Fact[] = [];
  readonly #byClientId = new Map<string, Fact>();
  readonly #onTarget = new Map<number, Fact[]>();

  constructor(room: Room, madeBy: string, clientId: string) {
    this.room = room;
    this.madeBy = madeBy;
    this.clientId = clientId;
  }

  get head(): number {
    return this.#facts.length;
  }

  add(draft: Draft, at: number): Fact {
    const fact = { seq: this.head + 1, at, draft };
    this.#facts.push(fact);
    if ('clientId' in draft) this.#byClientId.set(`${draft.by} ${draft.clientId}`, fact);
    if ('target' in draft)
      this.#onTarget.set(draft.target, [...(this.#onTarget.get(draft.target) ?? []), fact]);
    if (draft.kind === 'member') {
      if (draft.joined) this.members.add(draft.userId);
      else {
        this.members.delete(draft.userId);
        this.cursors.delete(draft.userId);
      }
    }
    if (draft.kind === 'room') this.room = { ...this.room, name: draft.name, topic: draft.topic };
    return fact;
  }

  /** The fact that has this author's clientId already (LOG4). */
  earlier(by: string, clientId: string): Fact | undefined {
    return this.#byClientId.get(`${by} ${clientId}`);
  }

  /** The last joining of somebody. */
  joining(userId: string): Fact | undefined {
    return this.#facts.findLast(
      ({ draft }) => draft.kind === 'member' && draft.userId === userId && draft.joined,
    );
  }

  stands(target: number): boolean {
    return this.#facts[target - 1]?.draft.kind === 'message' && !this.#isWithdrawn(target);
  }

  entry(seq: number): Entry | undefined {
    const fact = this.#facts[seq - 1];
    return fact && this.#read(fact);
  }

  page(range: Range): Page {
    const facts =
      'after' in range
        ? this.#facts.slice(range.after, range.after + range.limit)
        : this.#facts.slice(0, Math.max(0, range.before - 1)).slice(-range.limit);
    const entries = facts.map((fact) => this.#read(fact));
    return { epoch: this.room.epoch, head: this.head, entries };
  }

  revisions(seq: number): Revision[] {
    const draft = this.#facts[seq - 1]?.draft;
    if (draft?.kind !== 'message' || !this.stands(seq)) return [];
    let { text } = draft;
    return this.#edits(seq).map((fact) => {
      const revision = { text, replacedBy: fact.seq, at: fact.at };
      text = fact.draft.text;
      return revision;
    });
  }

  unread(userId: string, read: number): number {
    return this.#facts.filter(
      ({ seq, draft }) => seq > read && draft.kind === 'message' && draft.by !== userId,
    ).length;
  }

  #isWithdrawn(seq: number): boolean {
    return (this.#onTarget.get(seq) ?? []).some(({ draft }) => draft.kind === 'delete');
  }

  #edits(seq: number) {
    const onTarget = this.#onTarget.get(seq) ?? [];
    return onTarget.filter((fact): fact is Fact & { draft: { kind: 'edit' } } => fact.draft.kind === 'edit');
  }

  /** The message as it reads now: withdrawn, or with the text of its last edit (LOG9). */
  #message({ seq, at, draft }: Fact & { draft: { kind: 'message' } }): MessageEntry {
    const { by, clientId, replyTo, sentAt } = draft;
    const withdrawn = this.#isWithdrawn(seq);
    const { text, mentions } = this.#edits(seq).at(-1)?.draft ?? draft;
    return {
      seq,
      at,
      by,
      kind: 'message',
      clientId,
      text: withdrawn ? '' : text,
      files: withdrawn ? [] : (draft.files as FileRef[]),
      mentions: withdrawn ? [] : (mentions as string[]),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(sentAt === undefined ? {} : { sentAt }),
      ...(withdrawn ? { deleted: true } : {}),
    };
  }

  #read(fact: Fact): Entry {
    const { seq, at, draft } = fact;
    const base = { seq, at, by: draft.by };
    switch (draft.kind) {
      case 'message':
        return this.#message({ ...fact, draft });
      case 'edit': {
        const { text, mentions } = this.entry(draft.target) as MessageEntry;
        return { ...base, kind: 'edit', target: draft.target, text, mentions };
      }
      case 'delete':
        return { ...base, kind: 'delete', target: draft.target };
      case 'reaction': {
        const { target, emoji, on } = draft;
        if (this.#isWithdrawn(target)) return { ...base, kind: 'reaction', target, emoji: '', on: false };
        return { ...base, kind: 'reaction', target, emoji, on };
      }
      case 'pin':
        return { ...base, kind: 'pin', target: draft.target, on: draft.on };
      case 'member':
        return { ...base, kind: 'member', userId: draft.userId, joined: draft.joined };
      case 'room': {
        const { name, topic, deleted } = draft;
        return { ...base, kind: 'room', name, topic, ...(deleted ? { deleted } : {}) };
      }
      default:
        return assertNever(draft);
    }
  }
}
