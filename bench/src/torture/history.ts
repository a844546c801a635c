import type { Entry, ErrorCode, Position } from '@stackbox/protocol';

/** What one client set out to do, once, under one clientId. */
export type Deed =
  | { readonly kind: 'message'; readonly text: string; readonly replyTo?: number }
  | { readonly kind: 'edit'; readonly target: number; readonly text: string }
  | { readonly kind: 'delete'; readonly target: number }
  | { readonly kind: 'reaction'; readonly target: number; readonly emoji: string; readonly on: boolean }
  | { readonly kind: 'pin'; readonly target: number; readonly on: boolean };

/** An ok reply to a deed: one of several, when the request was sent again. */
export interface Answer extends Position {
  readonly duplicate: boolean;
  /** Milliseconds since 1970 by this machine's clock; not before it was heard. */
  readonly heardAt?: number;
}

/** A deed and all that its author was told about it. */
export interface DeedRecord {
  /** Which of the torture's clients did it. */
  readonly writer: string;
  readonly by: string;
  readonly roomId: string;
  readonly clientId: string;
  readonly deed: Deed;
  /** Counts up per writer in the order in which it did things; undefined where it did not wait, so that any order is right. */
  readonly order?: number;
  /** How often it was sent, by the client's count: the proxy may have doubled it besides. */
  tries: number;
  readonly answers: Answer[];
  /** The code with which it was refused for good. */
  refused?: ErrorCode;
  /** Its client was killed before it could know: it may be in the log, once, or not. Its `clientId` may be unknown ('') too. */
  abandoned?: true;
  /** An outbox has it on disk: it must be in the log by the end, whoever was killed. */
  kept?: true;
}

/** A cursor position that was acknowledged. */
export interface MarkRecord {
  readonly userId: string;
  readonly roomId: string;
  readonly read: number;
}

/** A reader's copy of a room when the load had ended, folded from what came over its connections. */
export interface CopyRecord<State> {
  readonly reader: string;
  readonly roomId: string;
  readonly state: State;
}

/** Something that must not happen, seen while it happened. */
export interface Fault {
  readonly who: string;
  readonly what: string;
}

/** A room's log as it reads afterwards. */
export interface FreshLog {
  readonly roomId: string;
  readonly epoch: string;
  readonly head: number;
  readonly entries: readonly Entry[];
}

/** How far a person has got by the server's word afterwards. */
export interface Standing {
  readonly userId: string;
  readonly roomId: string;
  readonly read: number;
  readonly unread: number;
}

/** A search for a word that begins one text and stands in no other. */
export interface SearchRecord {
  readonly word: string;
  /** Where it should be found; undefined: nowhere, its text being withdrawn or replaced. */
  readonly at: { readonly roomId: string; readonly seq: number } | undefined;
  readonly found: readonly { readonly roomId: string; readonly seq: number }[];
}
