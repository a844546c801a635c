import type {
  Action,
  ClosingEvent,
  CursorEvent,
  Entry,
  EntryKind,
  PresenceEvent,
  Replies,
  TypingEvent,
} from '@stackbox/protocol';

/**
 * What the WebSocket page says of each action and event. The keys are the protocol's types: a field that is added,
 * renamed or dropped there does not compile here until it is told.
 */

export interface ActionNote<A extends Action> {
  readonly does: string;
  readonly reply: { readonly [F in keyof Required<Replies[A]>]: string };
  /** The request's fields, beside `action` and `id`. */
  readonly example: object;
}

const room = 'The room';
const written = {
  epoch: 'The history of the room',
  seq: 'The place of the entry',
  at: 'When, by the server',
  duplicate: 'It was there already: nothing was appended',
};
const cursor = { delivered: 'How far your devices have got', read: 'How far you have read' };
const onMessage = { roomId: 'room_spruce', seq: 11, clientId: '0190a5e2-7b1c-7e55-9d0e-2f4f5d1a9c02' };

export const actionNotes: { readonly [A in Action]: ActionNote<A> } = {
  hello: {
    does: 'Who you are to the server, and its limits. The server never speaks first: ask this when the connection opens.',
    reply: {
      connectionId: 'This connection, for logs',
      userId: 'You',
      workspaceId: 'Your workspace',
      role: 'Your role now',
      limits: 'The wire’s [limits](#limits)',
      heartbeatMs: 'Send `ping` this often to be kept',
    },
    example: {},
  },
  sendMessage: {
    does: 'Appends a message to a room. The reply comes once it would survive a power cut; the same `clientId` again answers the first one’s place.',
    reply: { roomId: room, ...written },
    example: {
      roomId: 'room_spruce',
      clientId: '0190a5e2-7b1c-7e55-9d0e-2f4f5d1a9c01',
      text: 'It renews on 1 March.',
    },
  },
  joinRoom: {
    does: 'Listens to a room. With `after`, exactly the entries behind that position, then live ones; without, the last 50. `more` means: read on with `GET /api/v1/rooms/{id}/entries?after=…`, then join again.',
    reply: {
      roomId: room,
      epoch: 'The history of the room',
      head: 'The last `seq` of its log',
      entries: 'Ascending, without a gap',
      more: 'The reply was full before the log ended: you are not joined yet',
      reset: 'Your position is of another history: throw your copy away',
      members: 'Who is in it and whether they are here, in rooms of up to 100',
      cursors: 'How far each has read, in rooms of up to 100',
    },
    example: { roomId: 'room_spruce', after: { epoch: 'epoch_q7m2', seq: 10 } },
  },
  leaveRoom: {
    does: 'Listens to a room no longer. You stay a member of it.',
    reply: { roomId: room },
    example: { roomId: 'room_spruce' },
  },
  typing: {
    does: 'Tells the room’s others that you write, or stopped. It ends by itself after 6 seconds.',
    reply: { roomId: room },
    example: { roomId: 'room_spruce', on: true },
  },
  sync: {
    does: 'Joins every room you are in, each from the position given for it. The way to start, and to resume.',
    reply: {
      rooms: 'As for `joinRoom`, without members and cursors, each with `read` and `unread`',
      next: 'More rooms follow: ask again with `from` set to this',
    },
    example: { rooms: { room_spruce: { epoch: 'epoch_q7m2', seq: 10 } } },
  },
  editMessage: {
    does: 'Gives a message a new text. Its author only.',
    reply: written,
    example: { ...onMessage, text: 'It renews on 1 April.' },
  },
  deleteMessage: {
    does: 'Withdraws a message everywhere and leaves a tombstone. Its author, owners and admins.',
    reply: written,
    example: onMessage,
  },
  react: {
    does: 'Puts your reaction on a message, or takes it off.',
    reply: written,
    example: { ...onMessage, emoji: '👍', on: true },
  },
  pin: {
    does: 'Pins a message, or unpins it. Not for clients.',
    reply: written,
    example: { ...onMessage, on: true },
  },
  markDelivered: {
    does: 'Says how far your devices have got. Forward only.',
    reply: cursor,
    example: { roomId: 'room_spruce', seq: 12 },
  },
  markRead: {
    does: 'Says how far you have read; takes `delivered` along. Forward only.',
    reply: cursor,
    example: { roomId: 'room_spruce', seq: 12 },
  },
  authenticate: {
    does: 'Goes on with a newer token of the same person, before the old one expires.',
    reply: { expiresAt: 'When the new one expires' },
    example: { token: 'eyJhbGciOi…' },
  },
  ping: {
    does: 'Keeps the connection. Not a sign of presence.',
    reply: { at: 'The server’s clock' },
    example: {},
  },
};

type Own<E, Shared extends string> = { readonly [F in Exclude<keyof Required<E>, Shared>]: string };

export const entryNotes: {
  readonly [K in EntryKind]: Own<Extract<Entry, { kind: K }>, 'kind' | 'seq' | 'at' | 'by'>;
} = {
  message: {
    clientId: 'The author’s own name for it',
    text: 'The newest text; empty once withdrawn',
    files: 'The files it names',
    replyTo: 'The root of the thread',
    mentions: 'User ids named as `<@userId>`, and `all`',
    sentAt: 'When it was first written, for what was imported',
    deleted: 'Withdrawn: a tombstone',
  },
  edit: { target: 'The message', text: 'Its new text', mentions: 'Who that names' },
  delete: { target: 'The message that was withdrawn' },
  reaction: {
    target: 'The message',
    emoji: 'Empty once the message is withdrawn',
    on: 'Put on, or taken off',
  },
  pin: { target: 'The message', on: 'Pinned, or unpinned' },
  member: { userId: 'Who', joined: 'Came, or left' },
  room: {
    name: 'The name from now on',
    topic: 'The topic from now on',
    deleted: 'The last entry of the room’s life',
  },
};

interface Passing {
  cursor: CursorEvent;
  typing: TypingEvent;
  presence: PresenceEvent;
  closing: ClosingEvent;
}

export const eventNotes: {
  readonly [T in keyof Passing]: { readonly says: string; readonly fields: Own<Passing[T], 'type'> };
} = {
  cursor: {
    says: 'Somebody’s cursor moved on.',
    fields: {
      roomId: room,
      userId: 'Whose',
      delivered: 'How far their devices have got',
      read: 'How far they have read',
    },
  },
  typing: {
    says: 'Somebody writes, or stopped. May be left out for a connection that lags.',
    fields: { roomId: room, userId: 'Who', on: 'Writes, or stopped' },
  },
  presence: {
    says: 'Somebody came, went quiet or left, over all their connections. May be left out for a connection that lags.',
    fields: { userId: 'Who', state: '`online`, `away` or `offline`' },
  },
  closing: {
    says: 'Sent before the server closes the connection for a reason of its own.',
    fields: {
      code: 'A code of the [error table](/docs/errors)',
      message: 'For people',
      retry: 'When to connect again',
    },
  },
};
