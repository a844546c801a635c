import type { RoomKind } from '@stackbox/protocol';

/** A room of the member as REST lists it. */
export interface ListedRoom {
  readonly roomId: string;
  readonly kind: RoomKind;
  readonly name: string;
  readonly topic: string;
  readonly epoch: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** This room holds the staff's notes on that client room (SEC4). */
  readonly notesFor?: string;
  readonly head: number;
  readonly delivered: number;
  readonly read: number;
  readonly unread: number;
}

/** One room as REST tells it. */
export interface RoomDetails extends ListedRoom {
  readonly size: number;
  /** The staff-only notes beside a client room, for those who are in it (SEC4). */
  readonly notesRoomId?: string;
}

export interface ListOfRooms {
  readonly rooms: readonly ListedRoom[];
  /** There are more: ask again with `cursor` set to this. */
  readonly next?: string;
}

export interface SearchHits {
  readonly hits: readonly {
    readonly roomId: string;
    readonly seq: number;
    readonly at: number;
    readonly by: string;
    /** Plain text around the first match; the matches stand between U+E000 and U+E001. */
    readonly snippet: string;
  }[];
  /** There are more: ask again with `cursor` set to this. */
  readonly next?: string;
}
