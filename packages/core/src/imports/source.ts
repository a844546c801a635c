/** A person or program of the other system. Says who wrote, never what they may do: no role comes with an import. */
export interface ImportedUser {
  kind: 'user';
  /** The user's name in the source, the same at every run. */
  ref: string;
  /** For people to read, one line. */
  name: string;
  /** Lower case. */
  email?: string;
  /** A program. */
  bot?: boolean;
  /** Switched off in the source: wrote once, may not come back by being imported. */
  deactivated?: boolean;
  /** Saw only the rooms they were asked into: makes a client, not staff. */
  guest?: boolean;
}

export interface ImportedRoom {
  kind: 'room';
  ref: string;
  name: string;
  /** `direct` also for a group's private conversation, and for notes to oneself. */
  roomKind: 'team' | 'direct';
  /**
   * Who may read the room today. Somebody who wrote in it and has left is not among them: putting them back would show
   * them what they were shut out from. Empty where the source doesn't say (a mail archive knows no subscribers).
   */
  memberRefs: string[];
  topic?: string;
  archived?: boolean;
}

export interface ImportedFile {
  name: string;
  /** MIME type. */
  type?: string;
  /** Bytes. */
  size?: number;
}

export interface ImportedMessage {
  kind: 'message';
  roomRef: string;
  /** The message's clientId (LOG4): the same at every run, at most 64 characters. */
  ref: string;
  byRef: string;
  /**
   * Fit for the wire: NFC, at most 12 KiB of UTF-8, no control characters but \n and \t; Markdown. `<@REF>` names the
   * user with that ref, `<@all>` everyone; a `<@` that merely looks like one has been broken by a word joiner. Empty
   * only with files.
   */
  text: string;
  /** When it was written, milliseconds since 1970. Data: order is `seq` (LOG2). */
  sentAt: number;
  /** Ref of the thread's root, never of another reply (LOG10). */
  replyToRef?: string;
  /** At most `limits.filesPerMessage`. Named, not brought along. */
  files: ImportedFile[];
  /** Each emoji once, each person once per emoji. */
  reactions: { emoji: string; byRefs: string[] }[];
  edited?: boolean;
  pinned?: boolean;
}

/**
 * Something that was left behind. `what` and `why` are from a small fixed set of sentences, so that a report of a
 * million can count them; what is particular to the one case stands in `where`.
 */
export interface NotTaken {
  kind: 'skipped';
  what: string;
  why: string;
  where: string;
}

export type ImportItem = ImportedUser | ImportedRoom | ImportedMessage | NotTaken;

/**
 * Port: conversations kept elsewhere, as one normalized stream. A source reads; who writes them into the log is another.
 *
 * An implementation owes:
 * - All users, then all rooms, then the messages, room by room; `skipped` anywhere. A ref is yielded before it is used.
 * - Each user, room and (room, message) ref at most once.
 * - Within a room messages ascend by `sentAt`, ties as they lie in the source. A reply whose clock ran behind its root's
 *   comes after the root all the same, with its own `sentAt`.
 * - A reply whose root is not in the source becomes the root of the thread's other replies.
 * - The same input gives the same items at every run, on every machine.
 * - Nothing is left out without a `skipped` item that says so.
 * - Damage costs the damaged part (a file, a message), not the import. Input that is hostile, or none of its kind, is a
 *   `Refusal` before the first item.
 * - Memory grows with the number of messages and not with their size: texts are read as they are yielded.
 */
export interface ImportSource {
  readonly name: string;
  /** Reads from the beginning at every call. */
  items(): AsyncIterable<ImportItem>;
}
