import { errorTable, type Person, Refusal } from '@stackbox/protocol';
import type { FakeRoom } from './fake-log.ts';

/** The server, as far as REST needs it. */
interface State {
  readonly rooms: Map<string, FakeRoom>;
  readonly people: Person[];
  readonly tokens: Map<string, string>;
  readonly pageEntries: number;
  now(): number;
  ticket(userId: string): string;
  of(userId: string, roomId: string): FakeRoom;
  refuseHttp(method: string, path: string): Refusal | undefined;
}

interface Call {
  readonly method: string;
  /** Below `/api/v1/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** The part of REST that the client asks for. */
export function rest(server: State, call: Call): { status: number; json: object } {
  try {
    const refusal = server.refuseHttp(call.method, call.path);
    if (refusal !== undefined) throw refusal;
    const userId = server.tokens.get((call.headers.authorization ?? '').replace('Bearer ', ''));
    if (userId === undefined) throw new Refusal('unauthenticated', 'who are you?');
    return { status: 200, json: answer(server, userId, call) };
  } catch (error) {
    if (error instanceof Refusal) return problem(error);
    throw error;
  }
}

function answer(server: State, userId: string, { path, query }: Call): object {
  const [noun, id, part] = path.split('/');
  if (noun === 'tickets') {
    return {
      ticket: server.ticket(userId),
      expiresAt: server.now() + 30_000,
      url: 'http://stackbox.test/ws',
    };
  }
  if (noun === 'search') return { hits: [], next: undefined };
  if (id === undefined) {
    const mine = [...server.rooms.values()].filter((room) => room.members.has(userId));
    return { rooms: mine.map((room) => listed(server, userId, room.id)) };
  }
  const room = server.of(userId, decodeURIComponent(id));
  switch (part) {
    case undefined:
      return { ...listed(server, userId, room.id), size: room.members.size };
    case 'members':
      return { members: server.people.filter((person) => room.members.has(person.userId)) };
    case 'entries': {
      const limit = Math.min(Number(query.get('limit') ?? 50), server.pageEntries);
      const after = query.get('after');
      const end = Math.min(room.head, Number(query.get('before') ?? room.head + 1) - 1);
      const start = after === null ? Math.max(0, end - limit) : Number(after);
      const entries = room.log.slice(start, after === null ? end : start + limit);
      const last = start + entries.length;
      return {
        epoch: room.epoch,
        head: room.head,
        entries,
        more: after === null ? start > 0 : last < room.head,
      };
    }
    default:
      throw new Refusal('not_found', 'no such path');
  }
}

function listed(server: State, userId: string, roomId: string): object {
  const room = server.of(userId, roomId);
  const { epoch, head, name, kind } = room;
  return {
    roomId,
    kind,
    name,
    topic: '',
    createdAt: 0,
    epoch,
    head,
    ...room.cursor(userId),
    unread: room.unread(userId),
  };
}

function problem(refusal: Refusal): { status: number; json: object } {
  const { code, message, retryAfterMs } = refusal.toWire();
  const { status, title } = errorTable[code];
  return {
    status,
    json: {
      type: 'about:blank',
      title,
      status,
      detail: message,
      code,
      ...(retryAfterMs && { retryAfterMs }),
    },
  };
}
