import type {
  DeleteEntry,
  EditEntry,
  Entry,
  FileRef,
  MessageEntry,
  PinEntry,
  ReactionEntry,
} from '@stackbox/protocol';
import { assertNever } from '../kernel/assert-never.ts';

/** A message as the entries so far leave it. A new object after each change, so that a view can compare by identity. */
export interface MessageState {
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly clientId: string;
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly mentions: readonly string[];
  readonly replyTo?: number;
  readonly sentAt?: number;
  readonly edited?: { readonly seq: number; readonly at: number };
  readonly deleted?: true;
  readonly pinned?: true;
  /** Who reacted, by emoji, in the order in which they did. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
}

type Effect = EditEntry | DeleteEntry | ReactionEntry | PinEntry;

/**
 * A room as a fold of a contiguous stretch of its log, `first`..`head` (LOG8). `apply` extends it at either end.
 * Nothing is held while `first` is `head + 1`.
 */
export interface RoomState {
  epoch: string;
  first: number;
  head: number;
  name: string;
  topic: string;
  deleted: boolean;
  /** Who is in the room, as far as the held stretch tells. */
  readonly members: Set<string>;
  readonly messages: Map<number, MessageState>;
  /** Seqs of the replies to a root, ascending (LOG10). */
  readonly threads: Map<number, number[]>;
  readonly pinned: Set<number>;
  /** What befell messages that lie before `first`, by target, ascending. */
  readonly pending: Map<number, Effect[]>;
  /** The seq that last decided a member's standing, or the room's name: older facts read later do not undo newer ones. */
  readonly decided: Map<string, number>;
}

/** A room of which nothing is held yet: the first entries applied may start anywhere if `after` says where. */
export function emptyRoom(epoch: string, after = 0): RoomState {
  return {
    epoch,
    first: after + 1,
    head: after,
    name: '',
    topic: '',
    deleted: false,
    members: new Set(),
    messages: new Map(),
    threads: new Map(),
    pinned: new Set(),
    pending: new Map(),
    decided: new Map(),
  };
}

/** Entries that would leave a gap: ask for what lies between (DEL3). */
export class GapInLog extends Error {
  readonly head: number;
  readonly next: number;

  constructor(head: number, next: number) {
    super(`the log is held up to ${head}, and the next entry is ${next}`);
    this.name = 'GapInLog';
    this.head = head;
    this.next = next;
  }
}

/**
 * Folds `entries` (ascending, without a gap) into `state`, which it changes and returns. Entries that are held already
 * are passed over; later ones must follow `head`, earlier ones must end just before `first`.
 * @throws GapInLog if they would leave a gap; `state` is then as before.
 */
export function apply(state: RoomState, entries: readonly Entry[]): RoomState {
  const earlier = entries.filter((entry) => entry.seq < state.first);
  const later = entries.filter((entry) => entry.seq > state.head);
  checkRun(earlier, state.first - earlier.length);
  checkRun(later, state.head + 1);
  // Messages last: what later entries did to them waits already, and the effects of this page belong before that.
  for (const entry of earlier) if (entry.kind !== 'message') fold(state, entry);
  for (const entry of earlier) if (entry.kind === 'message') fold(state, entry);
  for (const entry of later) fold(state, entry);
  state.first -= earlier.length;
  state.head += later.length;
  return state;
}

function checkRun(entries: readonly Entry[], from: number): void {
  let expected = from;
  for (const { seq } of entries) {
    if (seq !== expected) throw new GapInLog(expected - 1, seq);
    expected++;
  }
}

function fold(state: RoomState, entry: Entry): void {
  switch (entry.kind) {
    case 'message':
      return place(state, entry);
    case 'edit':
    case 'delete':
    case 'reaction':
    case 'pin':
      return affect(state, entry);
    case 'member':
      if (decides(state, `member ${entry.userId}`, entry.seq)) {
        if (entry.joined) state.members.add(entry.userId);
        else state.members.delete(entry.userId);
      }
      return;
    case 'room':
      if (decides(state, 'room', entry.seq)) {
        state.name = entry.name;
        state.topic = entry.topic ?? '';
        state.deleted = entry.deleted === true;
      }
      return;
    default:
      assertNever(entry);
  }
}

function decides(state: RoomState, subject: string, seq: number): boolean {
  if (seq < (state.decided.get(subject) ?? 0)) return false;
  state.decided.set(subject, seq);
  return true;
}

function place(state: RoomState, entry: MessageEntry): void {
  state.messages.set(entry.seq, {
    seq: entry.seq,
    at: entry.at,
    by: entry.by,
    clientId: entry.clientId,
    text: entry.text,
    files: entry.files,
    mentions: entry.mentions,
    reactions: {},
    ...(entry.replyTo === undefined ? {} : { replyTo: entry.replyTo }),
    ...(entry.sentAt === undefined ? {} : { sentAt: entry.sentAt }),
    ...(entry.deleted ? { deleted: true } : {}),
  });
  if (entry.replyTo !== undefined) addReply(state, entry.replyTo, entry.seq);
  const waiting = state.pending.get(entry.seq);
  if (waiting === undefined) return;
  state.pending.delete(entry.seq);
  for (const effect of waiting) affect(state, effect);
}

function addReply(state: RoomState, root: number, seq: number): void {
  const replies = state.threads.get(root);
  if (replies === undefined) state.threads.set(root, [seq]);
  else if (seq > (replies.at(-1) ?? 0)) replies.push(seq);
  else {
    replies.push(seq);
    replies.sort((a, b) => a - b);
  }
}

function affect(state: RoomState, effect: Effect): void {
  const message = state.messages.get(effect.target);
  if (message === undefined) {
    // A page of earlier entries may bring an earlier effect on a message that lies earlier still.
    const waiting = [...(state.pending.get(effect.target) ?? []), effect].sort((a, b) => a.seq - b.seq);
    state.pending.set(effect.target, stillTold(waiting));
    return;
  }
  const changed = after(message, effect);
  state.messages.set(effect.target, changed);
  if (changed.pinned) state.pinned.add(effect.target);
  else state.pinned.delete(effect.target);
}

/** Of what befell a message, what a fresh read tells: nothing of a withdrawn one, no earlier text of an edited one (LOG9). */
function stillTold(effects: Effect[]): Effect[] {
  const withdrawn = effects.find(({ kind }) => kind === 'delete');
  if (withdrawn !== undefined) return [withdrawn];
  const lastEdit = effects.findLast(({ kind }) => kind === 'edit');
  return effects.filter((effect) => effect.kind !== 'edit' || effect === lastEdit);
}

function after(message: MessageState, effect: Effect): MessageState {
  if (effect.kind === 'delete') return tombstone(message);
  if (message.deleted) return message;
  switch (effect.kind) {
    case 'edit':
      return {
        ...message,
        text: effect.text,
        mentions: effect.mentions,
        edited: { seq: effect.seq, at: effect.at },
      };
    case 'reaction':
      return { ...message, reactions: react(message.reactions, effect) };
    case 'pin': {
      const { pinned: _, ...rest } = message;
      return effect.on ? { ...rest, pinned: true } : rest;
    }
    default:
      return assertNever(effect);
  }
}

function react(
  reactions: MessageState['reactions'],
  { emoji, by, on }: ReactionEntry,
): MessageState['reactions'] {
  const others = (reactions[emoji] ?? []).filter((userId) => userId !== by);
  if (on) {
    const already = reactions[emoji]?.includes(by);
    return already ? reactions : { ...reactions, [emoji]: [...others, by] };
  }
  const { [emoji]: _, ...rest } = reactions;
  return others.length === 0 ? rest : { ...reactions, [emoji]: others };
}

/** What remains of a withdrawn message: its place, its author, its thread (LOG9). */
function tombstone({ seq, at, by, clientId, replyTo, sentAt }: MessageState): MessageState {
  return {
    seq,
    at,
    by,
    clientId,
    text: '',
    files: [],
    mentions: [],
    reactions: {},
    deleted: true,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(sentAt === undefined ? {} : { sentAt }),
  };
}
