import type { Cursor, Person, Role, RoomKind } from '@stackbox/protocol';
import type { Appended, RoomRef } from '../log/log.ts';

export interface Room extends RoomRef {
  readonly kind: RoomKind;
  readonly name: string;
  readonly topic: string;
  readonly epoch: string;
  readonly createdAt: number;
  /** This room holds the staff's notes on that client room (SEC4). Never shown to a client. */
  readonly notesFor?: string;
}

/** A member's place in a room, as it is now. */
export interface Standing {
  readonly room: Room;
  readonly role: Role;
}

export interface NewRoom extends RoomRef {
  readonly kind: RoomKind;
  readonly name: string;
  readonly topic: string;
  readonly by: string;
  /** Founding members, the maker among them, at most `limits.foundingMembers`. */
  readonly memberIds: readonly string[];
  readonly notesFor?: string;
  /** A second `create` with the same (workspace, by, clientId) answers the first's room. */
  readonly clientId: string;
}

/** A member's state in a room, computed from the log and the cursor (DEL5). */
export interface RoomSummary {
  readonly room: Room;
  readonly head: number;
  readonly delivered: number;
  readonly read: number;
  readonly unread: number;
}

/**
 * Port: which rooms there are and who is in them. Reads give the membership that the last answered `append` left:
 * no answer is older than an acknowledged change (SEC2).
 */
export interface Rooms {
  /** Makes the room with its first entries: the name, then one joining per member, in one atomic step. */
  create(room: NewRoom): Promise<{ roomId: string; duplicate: boolean }>;
  /** undefined for a room that doesn't exist, or is another workspace's, or that the user isn't in: no one can tell which (SEC3). */
  standing(room: RoomRef, userId: string): Promise<Standing | undefined>;
  /** The rooms that a member is in, ascending by id, those after `after`. */
  ofMember(workspaceId: string, userId: string, page: { after?: string; limit: number }): Promise<Room[]>;
  /** The people in a room, ascending by id. */
  people(room: RoomRef, page: { after?: string; limit: number }): Promise<Person[]>;
  /** How many are in the room. */
  size(room: RoomRef): Promise<number>;
  /** The notes room of a client room. */
  notesOf(room: RoomRef): Promise<Room | undefined>;
  /** The summary of a room for a member of it; undefined if they are none. */
  summary(room: RoomRef, userId: string): Promise<RoomSummary | undefined>;
  /** Ends the room's life: a last entry, then the room and its log are gone. */
  end(room: RoomRef, by: string): Promise<Appended>;
}

/**
 * Port: how far each member has got in each room. Forward only (DEL5): an older position changes nothing.
 */
export interface Cursors {
  /** Moves on, never past the head, and answers where the cursor stands. `read` carries `delivered` with it. */
  advance(
    room: RoomRef,
    userId: string,
    to: { delivered?: number; read?: number },
  ): Promise<Cursor & { moved: boolean }>;
  of(room: RoomRef): Promise<Cursor[]>;
}
