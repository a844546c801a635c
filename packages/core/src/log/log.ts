import type { Entry, FileRef, Position } from '@stackbox/protocol';

/** Names a room. Every key of every store starts with the workspace: nothing crosses it. */
export interface RoomRef {
  readonly workspaceId: string;
  readonly roomId: string;
}

interface DraftBase {
  /** The author, who must be a member when the entry commits. */
  readonly by: string;
}

interface KeyedDraft extends DraftBase {
  /** With room and author, unique for as long as the room lives (LOG4). */
  readonly clientId: string;
}

/** An entry before the log gave it a place. */
export type Draft =
  | (KeyedDraft & {
      readonly kind: 'message';
      readonly text: string;
      readonly files: readonly FileRef[];
      readonly mentions: readonly string[];
      readonly replyTo?: number;
      readonly sentAt?: number;
    })
  | (KeyedDraft & {
      readonly kind: 'edit';
      readonly target: number;
      readonly text: string;
      readonly mentions: readonly string[];
    })
  | (KeyedDraft & { readonly kind: 'delete'; readonly target: number })
  | (KeyedDraft & {
      readonly kind: 'reaction';
      readonly target: number;
      readonly emoji: string;
      readonly on: boolean;
    })
  | (KeyedDraft & { readonly kind: 'pin'; readonly target: number; readonly on: boolean })
  | (DraftBase & { readonly kind: 'member'; readonly userId: string; readonly joined: boolean })
  | (DraftBase & {
      readonly kind: 'room';
      readonly name: string;
      readonly topic: string;
      readonly deleted?: true;
    });

export interface Appended extends Position {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The entry was there already: nothing was appended (LOG4). */
  readonly duplicate: boolean;
}

/** Which part of a log: `limit` entries after a seq, or the last `limit` before one. */
export type Range =
  | { readonly after: number; readonly limit: number }
  | { readonly before: number; readonly limit: number };

export interface Page {
  readonly epoch: string;
  readonly head: number;
  /** Ascending by seq, without a gap. */
  readonly entries: Entry[];
}

/** An earlier text of a message, for those who may audit (LOG9). */
export interface Revision {
  readonly text: string;
  /** The edit that replaced it. */
  readonly replacedBy: number;
  readonly at: number;
}

export interface Committed extends RoomRef {
  readonly epoch: string;
  readonly entry: Entry;
}

/**
 * Port: the log of every room. Shaped by the weaker store: each call is one atomic operation, no callback inside.
 *
 * An implementation owes:
 * - LOG1 `seq` from 1 with no gap; LOG3 `append` answers only once the entry would survive power loss; LOG5 after a
 *   crash at any instant a gap-free prefix remains that holds every answered entry once.
 * - LOG4 a draft whose (room, by, clientId) is there answers that entry's place; with another `kind` it is a `conflict`.
 * - In the same atomic step: the author is a member, else `not_found`; the target of an edit, delete, reaction or pin
 *   is a message that stands, else `not_found`; a `member` draft changes the membership; an `edit` keeps the earlier
 *   text as a revision; a `delete` withdraws text, files, mentions, revisions and reactions (LOG9).
 * - A member draft that changes nothing answers `duplicate`.
 * - `onCommitted` hears every entry once, after it is durable and before its `append` answers, in `seq` order per room.
 * - A full disk or a lost database is `unavailable`: the log stays as it was.
 */
export interface MessageLog {
  append(room: RoomRef, draft: Draft): Promise<Appended>;
  /** undefined if there is no such room. */
  read(room: RoomRef, range: Range): Promise<Page | undefined>;
  entry(room: RoomRef, seq: number): Promise<Entry | undefined>;
  revisions(room: RoomRef, seq: number): Promise<Revision[]>;
  onCommitted(listener: (batch: readonly Committed[]) => void): void;
}
