import type { Cursor, Entry, Person, PresenceState, Role } from './entries.ts';
import type { ErrorCode, Retry, WireError } from './errors.ts';

/** What each action answers when it succeeds, beside `type`, `id` and `ok`. */
export interface Replies {
  hello: {
    connectionId: string;
    userId: string;
    workspaceId: string;
    role: Role;
    limits: { frameBytes: number; textBytes: number; idleMs: number; lifetimeMs: number };
    /** Send `ping` this often to be kept. Milliseconds. */
    heartbeatMs: number;
  };
  sendMessage: { roomId: string; epoch: string; seq: number; at: number; duplicate: boolean };
  joinRoom: {
    roomId: string;
    epoch: string;
    head: number;
    entries: Entry[];
    more: boolean;
    reset?: true;
    members?: (Person & { state: PresenceState })[];
    cursors?: Cursor[];
  };
  leaveRoom: { roomId: string };
  typing: { roomId: string };
  sync: {
    rooms: {
      roomId: string;
      epoch: string;
      head: number;
      read: number;
      unread: number;
      entries: Entry[];
      more: boolean;
      reset?: true;
    }[];
    /** More rooms follow: ask again with `from` set to this. */
    next?: string;
  };
  editMessage: Written;
  deleteMessage: Written;
  react: Written;
  pin: Written;
  markDelivered: { delivered: number; read: number };
  markRead: { delivered: number; read: number };
  authenticate: { expiresAt: number };
  ping: { at: number };
}

interface Written {
  epoch: string;
  seq: number;
  at: number;
  duplicate: boolean;
}

export type Action = keyof Replies;

export type OkReply<A extends Action = Action> = { type: 'reply'; id?: string; ok: true } & Replies[A];
export interface ErrorReply {
  type: 'reply';
  id?: string;
  ok: false;
  error: WireError;
}

export type EntryEvent = { type: 'entry'; roomId: string; epoch: string } & Entry;
export type CursorEvent = { type: 'cursor'; roomId: string } & Cursor;
export interface TypingEvent {
  type: 'typing';
  roomId: string;
  userId: string;
  on: boolean;
}
export interface PresenceEvent {
  type: 'presence';
  userId: string;
  state: PresenceState;
}
export interface ClosingEvent {
  type: 'closing';
  code: ErrorCode;
  message: string;
  retry: Retry;
}

/** What the server sends without being asked. */
export type ServerEvent = EntryEvent | CursorEvent | TypingEvent | PresenceEvent | ClosingEvent;
/** Any frame from the server. */
export type ServerFrame = OkReply | ErrorReply | ServerEvent;
