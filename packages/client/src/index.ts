export type { MessageState, RoomState } from '@stackbox/core/apply';
export type {
  Action,
  Cursor,
  DeleteEntry,
  EditEntry,
  Entry,
  ErrorCode,
  FileRef,
  MemberEntry,
  MessageEntry,
  Person,
  PinEntry,
  Position,
  PresenceState,
  ReactionEntry,
  Replies,
  Retry,
  Role,
  RoomEntry,
  RoomKind,
  WireError,
} from '@stackbox/protocol';
export type { Clock, Timer, Timers } from './ambient.ts';
export type { StackBox } from './client.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { type ClientErrorCode, StackBoxError } from './errors.ts';
export { indexedDbOutbox } from './outbox/indexed-db.ts';
export {
  type Deed,
  memoryOutbox,
  type Outbox,
  type OutboxItem,
  type Queued,
  type Sent,
} from './outbox/outbox.ts';
export type { Requests } from './requests.ts';
export type { Ask, Fetch, FetchResponse, Method, Query } from './rest/rest.ts';
export type { TokenSource } from './rest/tokens.ts';
export type { PersonHere } from './rooms/company.ts';
export type { ListedRoom, ListOfRooms, SearchHits } from './rooms/lists.ts';
export type { Reach, Room, RoomSnapshot, RoomStatus, RoomSummary, SendOptions } from './rooms/room.ts';
export type { ConnectionState, Me } from './socket/connection.ts';
export type { Socket, SocketConstructor, SocketEvent } from './socket/socket.ts';
export type { Store } from './store.ts';
