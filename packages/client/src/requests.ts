import type { Action, FileRef, Position } from '@stackbox/protocol';

interface InRoom {
  roomId: string;
}

interface OnMessage extends InRoom {
  /** The message it is about. */
  seq: number;
  clientId: string;
}

/** What each action of the wire takes, beside `action` and `id`. */
export interface Requests extends Record<Action, object> {
  hello: Record<never, never>;
  sendMessage: InRoom & { clientId: string; text?: string; files?: readonly FileRef[]; replyTo?: number };
  joinRoom: InRoom & { after?: Position };
  leaveRoom: InRoom;
  typing: InRoom & { on: boolean };
  sync: { rooms: Record<string, Position>; from?: string };
  editMessage: OnMessage & { text: string };
  deleteMessage: OnMessage;
  react: OnMessage & { emoji: string; on: boolean };
  pin: OnMessage & { on: boolean };
  markDelivered: InRoom & { seq: number };
  markRead: InRoom & { seq: number };
  authenticate: { token: string };
  ping: Record<never, never>;
}
