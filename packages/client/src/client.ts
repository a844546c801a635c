import type { Action, Entry, Position, Replies, ServerEvent } from '@stackbox/protocol';
import type { Ambient } from './ambient.ts';
import type { StackBoxError } from './errors.ts';
import { Courier } from './outbox/courier.ts';
import type { Outbox, Queued, Sent } from './outbox/outbox.ts';
import type { Requests } from './requests.ts';
import type { Ask, Method, Rest } from './rest/rest.ts';
import type { Tokens } from './rest/tokens.ts';
import type { ListOfRooms, SearchHits } from './rooms/lists.ts';
import type { Room, RoomSummary } from './rooms/room.ts';
import { Rooms } from './rooms/rooms.ts';
import { Connection, type ConnectionState, type Me } from './socket/connection.ts';
import type { SocketConstructor } from './socket/socket.ts';
import { Cell, type Store } from './store.ts';

export interface ClientNeeds {
  readonly base: URL;
  readonly rest: Rest;
  readonly tokens: Tokens;
  readonly outbox: Outbox;
  readonly WebSocket: SocketConstructor;
  readonly ambient: Ambient;
  readonly onError: (error: StackBoxError) => void;
}

/** A member's StackBox: their rooms as they are now, and what they do there. Made by `connect`. */
export class StackBox {
  readonly #rest: Rest;
  readonly #connection: Connection;
  readonly #courier: Courier;
  readonly #rooms: Rooms;
  readonly #queued: Cell<readonly Queued[]>;
  readonly #ready = Promise.withResolvers<void>();
  #me: Me | undefined;

  constructor(needs: ClientNeeds) {
    const { ambient, rest, onError: error } = needs;
    const request = <A extends Action>(action: A, body: Requests[A]) =>
      this.#connection.request(action, body);
    this.#rest = rest;
    this.#queued = new Cell<readonly Queued[]>(() => this.#courier.everything);
    this.#courier = new Courier({
      outbox: needs.outbox,
      ambient,
      request,
      arrived: (roomId, position) => this.#rooms.expect(roomId, position),
      changed: (roomId) => {
        this.#queued.changed();
        this.#rooms.changed(roomId);
      },
      error,
    });
    this.#rooms = new Rooms({
      ambient,
      rest,
      request,
      frameBytes: () => this.#connection.frameBytes,
      me: () => this.#me?.userId ?? '',
      send: (roomId, deed) => this.#courier.send(roomId, deed),
      queued: (roomId) => this.#courier.queued(roomId),
      folded: (roomId, held, entries) => this.#folded(roomId, held, entries),
      synced: () => this.#ready.resolve(),
      error,
    });
    this.#connection = new Connection(needs, {
      online: (me) => {
        this.#me = me;
        this.#courier.online(me);
        this.#rooms.online();
      },
      event: (event: ServerEvent) => this.#rooms.hear(event),
      offline: () => {
        this.#courier.offline();
        this.#rooms.offline();
      },
      stopped: (why) => {
        this.#rooms.stop(why);
        this.#ready.reject(why);
      },
      error,
    });
    // Only those who wait for it need to hear that it failed; `connection` tells the others.
    this.#ready.promise.catch(() => {});
    this.#connection.start();
  }

  /** `connecting`, `online`, `waiting` to try again, `signed_out` or `closed`. */
  get state(): ConnectionState['status'] {
    return this.#connection.status;
  }

  /** The same with its details (the error, the time of the next try), to subscribe to. */
  get connection(): Store<ConnectionState> {
    return this.#connection.state;
  }

  /** Who this is to the server; undefined until it said so. */
  get me(): Me | undefined {
    return this.#me;
  }

  /** The user's rooms, ascending by id. */
  get rooms(): Store<readonly RoomSummary[]> {
    return this.#rooms.list;
  }

  /** What is on its way in all rooms. */
  get queued(): Store<readonly Queued[]> {
    return this.#queued;
  }

  /** Resolves once every room was synced for the first time. @throws StackBoxError signed out or closed before that */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The room, the same object each time. One that the user isn't in turns out `gone`. */
  room(id: string): Room {
    return this.#rooms.room(id);
  }

  /** Any action of the wire. Not kept or repeated: `disconnected` while there is no link. */
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]> {
    return this.#connection.request(action, body);
  }

  /** Any request of the REST API, signed in; `path` is below `/api/v1/`. Not kept or repeated. */
  call<T>(method: Method, path: string, ask?: Ask): Promise<T> {
    return this.#rest.call(method, path, ask);
  }

  /** Sends what the server refused (`failed`) once more, as the same message. */
  retry(clientId: string): Promise<Sent> {
    return this.#courier.retry(clientId);
  }

  /** Sends another text in place of one that was refused, as a new message. */
  rewrite(clientId: string, text: string): Promise<Sent> {
    return this.#courier.rewrite(clientId, text);
  }

  /** Withdraws what is queued or failed. What is being sent may arrive all the same. */
  discard(clientId: string): Promise<void> {
    return this.#courier.discard(clientId);
  }

  /** Messages that match, newest first, a page at a time. */
  search(query: string, page: { limit?: number; cursor?: string } = {}): Promise<SearchHits> {
    return this.#rest.get('search', { q: query, ...page });
  }

  /** The user's rooms as the server lists them, a page at a time. */
  listRooms(page: { limit?: number; cursor?: string } = {}): Promise<ListOfRooms> {
    return this.#rest.get('rooms', { ...page });
  }

  /** Ends the connection for good. What is queued stays in the outbox, for the next client. */
  close(): void {
    this.#connection.close();
    this.#courier.close();
  }

  #folded(roomId: string, held: Position | undefined, entries: readonly Entry[]): void {
    const me = this.#me?.userId;
    for (const entry of entries) {
      if (held === undefined || entry.kind !== 'message' || entry.by !== me) continue;
      this.#courier.landed(roomId, entry.clientId, { epoch: held.epoch, seq: entry.seq });
    }
    this.#courier.reached(roomId, held);
  }
}
