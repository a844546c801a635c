import { type Entry, limits, Refusal, type Replies, type Role, type WireError } from '@stackbox/protocol';
import type { Requests } from '../src/requests.ts';
import { type Frame, factOf, type Write } from './fake-frames.ts';
import { type Fact, FakeRoom } from './fake-log.ts';
import { rest } from './fake-rest.ts';

export interface FakeMember {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
}

export interface FakeConnection {
  readonly member: FakeMember;
  readonly joined: Set<string>;
  push(frame: string): void;
  end(): void;
}

/** StackBox's wire in memory: as much of the rules as a client can tell, and switches to misbehave by. */
export class FakeServer {
  readonly rooms = new Map<string, FakeRoom>();
  readonly people: FakeMember[] = [];
  /** Token to user id. */
  readonly tokens = new Map<string, string>();
  readonly connections = new Set<FakeConnection>();
  readonly requests: Frame[] = [];
  readonly now: () => number;
  heartbeatMs = 30_000;
  lifetimeMs: number = limits.lifetimeMs;
  freshEntries: number = limits.freshEntries;
  pageEntries: number = limits.pageEntries;
  /** How many entries a reply holds, and how many rooms a page of `sync`. */
  replyEntries = 100;
  syncedRooms = 100;
  /** Refuses a request before it is carried out. */
  refuse: (frame: Frame) => Refusal | undefined = () => undefined;
  /** Refuses a REST request. */
  refuseHttp: (method: string, path: string) => Refusal | undefined = () => undefined;
  readonly #tickets = new Map<string, string>();
  #lastTicket = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  member(userId: string, role: Role = 'staff'): FakeMember {
    const member = { userId, name: userId, role };
    this.people.push(member);
    this.tokens.set(`token of ${userId}`, userId);
    return member;
  }

  room(id: string, ...userIds: string[]): FakeRoom {
    const room = new FakeRoom(id, this.now);
    this.rooms.set(id, room);
    const by = userIds[0] ?? '';
    room.append({ kind: 'room', by, name: `Room ${id}`, topic: '' });
    for (const userId of userIds) room.append({ kind: 'member', by, userId, joined: true });
    return room;
  }

  /** Appends and tells those who are joined. */
  append(room: FakeRoom, fact: Fact, clientId?: string): { entry: Entry; duplicate: boolean } {
    const appended = room.append(fact, clientId);
    if (appended.duplicate) return appended;
    this.tell(room, { type: 'entry', roomId: room.id, epoch: room.epoch, ...appended.entry });
    if (fact.kind === 'member' && !fact.joined) {
      for (const connection of this.connections) {
        if (connection.member.userId === fact.userId) connection.joined.delete(room.id);
      }
    }
    return appended;
  }

  say(room: FakeRoom, by: string, text: string): Entry {
    return this.append(room, {
      kind: 'message',
      by,
      clientId: `${by} ${room.head}`,
      text,
      files: [],
      mentions: [],
    }).entry;
  }

  tell(room: FakeRoom, event: object, except?: string): void {
    for (const connection of this.connections) {
      if (connection.joined.has(room.id) && connection.member.userId !== except)
        connection.push(JSON.stringify(event));
    }
  }

  close(userId: string, error: Pick<WireError, 'code' | 'message' | 'retry'>): void {
    for (const connection of [...this.connections]) {
      if (connection.member.userId !== userId) continue;
      connection.push(JSON.stringify({ type: 'closing', ...error }));
    }
  }

  ticket(userId: string): string {
    const ticket = `t${++this.#lastTicket}`;
    this.#tickets.set(ticket, userId);
    return ticket;
  }

  http(method: string, path: string, query: URLSearchParams, headers: Record<string, string>, body?: string) {
    return rest(this, { method, path: path.replace('/api/v1/', ''), query, headers, body });
  }

  /** SEC6: a ticket opens one connection. */
  connect(ticket: string, push: (frame: string) => void, end: () => void): FakeConnection | undefined {
    const member = this.people.find(({ userId }) => userId === this.#tickets.get(ticket));
    this.#tickets.delete(ticket);
    if (member === undefined) return undefined;
    const connection = { member, joined: new Set<string>(), push, end };
    this.connections.add(connection);
    return connection;
  }

  disconnect(connection: FakeConnection): void {
    this.connections.delete(connection);
  }

  message(connection: FakeConnection, text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.requests.push(frame);
    const answer = (rest: object) =>
      connection.push(
        JSON.stringify({ type: 'reply', ...(frame.id === undefined ? {} : { id: frame.id }), ...rest }),
      );
    try {
      const refusal = this.refuse(frame);
      if (refusal !== undefined) throw refusal;
      answer({ ok: true, ...this.#carryOut(connection, frame) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer({ ok: false, error: error.toWire() });
    }
  }

  of(userId: string, roomId: string): FakeRoom {
    const room = this.rooms.get(roomId);
    if (room === undefined || !room.members.has(userId)) throw new Refusal('not_found', 'no such room');
    return room;
  }

  #carryOut(connection: FakeConnection, frame: Frame): object {
    const { userId, role } = connection.member;
    switch (frame.action) {
      case 'hello':
        return {
          connectionId: 'c',
          userId,
          workspaceId: 'ws',
          role,
          limits: { ...limits, lifetimeMs: this.lifetimeMs },
          heartbeatMs: this.heartbeatMs,
        } satisfies Replies['hello'];
      case 'ping':
        return { at: this.now() };
      case 'authenticate': {
        if (this.tokens.get(frame.token) !== userId) throw new Refusal('unauthenticated', 'a wrong token');
        return { expiresAt: 0 };
      }
      case 'sync':
        return this.#sync(connection, frame);
      case 'joinRoom': {
        const room = this.of(userId, frame.roomId);
        const people = this.people.filter((person) => room.members.has(person.userId));
        return {
          ...this.#stretch(connection, room, frame.after),
          members: people.map((person) => ({ ...person, state: 'online' as const })),
          cursors: [...room.cursors.values()],
        };
      }
      case 'leaveRoom':
        connection.joined.delete(frame.roomId);
        return { roomId: frame.roomId };
      case 'typing':
        this.of(userId, frame.roomId);
        this.tell(
          this.of(userId, frame.roomId),
          { type: 'typing', roomId: frame.roomId, userId, on: frame.on },
          userId,
        );
        return { roomId: frame.roomId };
      case 'markDelivered':
      case 'markRead': {
        const room = this.of(userId, frame.roomId);
        const after = room.advance(
          userId,
          frame.action === 'markRead' ? { read: frame.seq } : { delivered: frame.seq },
        );
        this.tell(room, { type: 'cursor', roomId: room.id, ...after });
        return after;
      }
      default:
        return this.#write(userId, frame);
    }
  }

  #write(by: string, frame: Write): object {
    const room = this.of(by, frame.roomId);
    const { entry, duplicate } = this.append(room, factOf(by, frame), frame.clientId);
    return { roomId: room.id, epoch: room.epoch, seq: entry.seq, at: entry.at, duplicate };
  }

  #sync(connection: FakeConnection, { rooms, from = '' }: Requests['sync']): Replies['sync'] {
    const { userId } = connection.member;
    const mine = [...this.rooms.values()]
      .filter((room) => room.members.has(userId) && room.id > from)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const page = mine.slice(0, this.syncedRooms);
    const last = page.at(-1);
    return {
      rooms: page.map((room) => ({
        ...this.#stretch(connection, room, rooms[room.id]),
        read: room.cursor(userId).read,
        unread: room.unread(userId),
      })),
      ...(mine.length > page.length && last !== undefined ? { next: last.id } : {}),
    };
  }

  /** With more to read the connection is not joined yet: it joins again when it has read it. */
  #stretch({ joined }: FakeConnection, room: FakeRoom, after?: { epoch: string; seq: number }) {
    const { id: roomId, epoch, head, log } = room;
    joined.add(roomId);
    if (after === undefined || after.epoch !== epoch || after.seq > head) {
      const entries = log.slice(-Math.min(this.freshEntries, this.replyEntries));
      return {
        roomId,
        epoch,
        head,
        entries,
        more: false,
        ...(after === undefined ? {} : { reset: true as const }),
      };
    }
    const entries = log.slice(after.seq, after.seq + this.replyEntries);
    const more = after.seq + entries.length < head;
    if (more) joined.delete(roomId);
    return { roomId, epoch, head, entries, more };
  }
}
