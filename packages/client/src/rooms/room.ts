import type { MessageState, RoomState } from '@stackbox/core/apply';
import type { Cursor, FileRef, RoomKind } from '@stackbox/protocol';
import type { Queued, Sent } from '../outbox/outbox.ts';
import type { Store } from '../store.ts';
import type { PersonHere } from './company.ts';

/** `loading`: nothing is held yet. `gone`: the room ended, or the user is not in it. */
export type RoomStatus = 'loading' | 'ready' | 'gone';

/** A room in a list. The same object until something in it changes. */
export interface RoomSummary {
  readonly id: string;
  readonly status: RoomStatus;
  /** Empty until known. */
  readonly name: string;
  readonly topic: string;
  readonly kind: RoomKind | undefined;
  /** Messages by others after the read cursor (DEL5). */
  readonly unread: number;
  /** The newest message that is held. */
  readonly latest: MessageState | undefined;
}

/** A room as it is now, to draw from. */
export interface RoomSnapshot extends RoomSummary {
  /** Grows with every change of the log's copy. */
  readonly version: number;
  /** Ascending by seq; the newest stretch of the log, extended by `loadEarlier`. */
  readonly messages: readonly MessageState[];
  readonly hasEarlier: boolean;
  /** The user's own read cursor. */
  readonly read: number;
  /** Of rooms that somebody subscribed to or opened. */
  readonly people: readonly PersonHere[];
  /** How far each has got, of rooms of up to 100 members. */
  readonly cursors: readonly Cursor[];
  /** User ids of the others who type. */
  readonly typing: readonly string[];
  /** What the user did here that isn't in the log yet, in order. */
  readonly queued: readonly Queued[];
}

export interface SendOptions {
  readonly files?: readonly FileRef[];
  /** Seq of the message replied to. */
  readonly replyTo?: number;
}

/** How far an own message has come with the others: at least one of them has it, or has read it. */
export type Reach = 'stored' | 'delivered' | 'read';

/**
 * A room. Whatever changes it goes through the outbox: the promise resolves once it is kept there, its `stored()` once
 * the server has it. Offline, too.
 */
export interface Room extends Store<RoomSnapshot> {
  readonly id: string;
  readonly status: RoomStatus;
  /** The fold of the held stretch of the log (LOG8). Read it, don't change it. */
  readonly state: RoomState | undefined;
  readonly version: number;
  readonly unread: number;
  readonly people: readonly PersonHere[];
  readonly cursors: readonly Cursor[];
  readonly typing: readonly string[];
  readonly queued: readonly Queued[];

  /** Resolves once the room is caught up with and its people are known; they are kept up to date from then on. */
  open(): Promise<void>;
  /** Reads up to `limit` entries before those held. Answers whether there are more. */
  loadEarlier(limit?: number): Promise<boolean>;

  send(text: string, options?: SendOptions): Promise<Sent>;
  /** `seq` is the message's. */
  edit(seq: number, text: string): Promise<Sent>;
  delete(seq: number): Promise<Sent>;
  react(seq: number, emoji: string, on?: boolean): Promise<Sent>;
  pin(seq: number, on?: boolean): Promise<Sent>;

  /** Up to and with `seq`; without it, all that is held. */
  markRead(seq?: number): void;
  /** Done by itself for what arrives. */
  markDelivered(seq?: number): void;
  /** Call it at each key; it is throttled, and ends by itself. */
  setTyping(on: boolean): void;

  reach(seq: number): Reach;
  /** User ids of the others who have the message. */
  deliveredTo(seq: number): string[];
  readBy(seq: number): string[];
}
