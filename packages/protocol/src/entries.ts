/** Who may do what in a workspace. `client` is the business's customer. */
export type Role = 'owner' | 'admin' | 'staff' | 'client';

/** `client`: a client with the staff who serve them; `team`: staff only; `direct`: a few people. */
export type RoomKind = 'client' | 'team' | 'direct';

/** Where an entry stands: `seq` counts from 1 without a gap within one `epoch`, one history of a room (LOG1, LOG6). */
export interface Position {
  epoch: string;
  seq: number;
}

/** A file that a message names. Bytes are kept elsewhere. */
export interface FileRef {
  name: string;
  type?: string | undefined;
  /** Bytes. */
  size?: number | undefined;
}

interface EntryBase {
  seq: number;
  /** Milliseconds since 1970 by the server's clock. For people; never decides order (LOG2). */
  at: number;
  /** The user who did it. */
  by: string;
}

export interface MessageEntry extends EntryBase {
  kind: 'message';
  clientId: string;
  /** The newest text; empty once withdrawn. */
  text: string;
  files: FileRef[];
  /** The root of the thread (LOG10). */
  replyTo?: number;
  /** User ids named in the text as `<@userId>`, and `all` for `<@all>`. */
  mentions: string[];
  /** When it was first written, for what came from another system. */
  sentAt?: number;
  /** Withdrawn: a tombstone (LOG9). */
  deleted?: true;
}

export interface EditEntry extends EntryBase {
  kind: 'edit';
  target: number;
  /** The newest text of the target: an earlier text is for those who may audit (LOG9). */
  text: string;
  mentions: string[];
}

export interface DeleteEntry extends EntryBase {
  kind: 'delete';
  target: number;
}

export interface ReactionEntry extends EntryBase {
  kind: 'reaction';
  target: number;
  /** Empty once its target is withdrawn. */
  emoji: string;
  on: boolean;
}

export interface PinEntry extends EntryBase {
  kind: 'pin';
  target: number;
  on: boolean;
}

export interface MemberEntry extends EntryBase {
  kind: 'member';
  userId: string;
  joined: boolean;
}

export interface RoomEntry extends EntryBase {
  kind: 'room';
  name: string;
  topic?: string;
  /** The last entry of a room's life. */
  deleted?: true;
}

/** One fact in a room's log. */
export type Entry =
  | MessageEntry
  | EditEntry
  | DeleteEntry
  | ReactionEntry
  | PinEntry
  | MemberEntry
  | RoomEntry;

export type EntryKind = Entry['kind'];

/** How far one member has got in one room. `read` never exceeds `delivered`, and neither moves back (DEL5). */
export interface Cursor {
  userId: string;
  delivered: number;
  read: number;
}

export type PresenceState = 'online' | 'away' | 'offline';

/** A person as the members of a shared room see them (SEC4). */
export interface Person {
  userId: string;
  name: string;
  role: Role;
}
