import { actorOf, admits, type Committed, type Ids, type Session } from '@stackbox/core';
import { type Action, type Entry, limits, Refusal, type WireError } from '@stackbox/protocol';
import { actionSchemas } from '@stackbox/protocol/schemas';
import type { Connection, Line } from './delivery/connection.ts';
import { textFrames } from './delivery/frame.ts';
import { Hub } from './delivery/hub.ts';
import { Presence } from './delivery/presence.ts';
import { TypingTimeouts } from './delivery/typing.ts';
import type { Limiter } from './limits/limiter.ts';
import { joinRoomRoute, leaveRoomRoute, syncRoute } from './routes/joining.ts';
import {
  deleteMessageRoute,
  editMessageRoute,
  pinRoute,
  reactRoute,
  sendMessageRoute,
} from './routes/messages.ts';
import { markDeliveredRoute, markReadRoute, typingRoute } from './routes/passing.ts';
import { type GatewayDeps, JsonFields, type Resumes, type Route, type RouteDeps } from './routes/route.ts';
import { authenticateRoute, helloRoute, pingRoute } from './routes/session.ts';

/** The route table: API Gateway's route keys, and what answers them. */
const routes: { readonly [A in Action]: Route<A> } = {
  hello: helloRoute,
  sendMessage: sendMessageRoute,
  joinRoom: joinRoomRoute,
  leaveRoom: leaveRoomRoute,
  typing: typingRoute,
  sync: syncRoute,
  editMessage: editMessageRoute,
  deleteMessage: deleteMessageRoute,
  react: reactRoute,
  pin: pinRoute,
  markDelivered: markDeliveredRoute,
  markRead: markReadRoute,
  authenticate: authenticateRoute,
  ping: pingRoute,
};

export interface GatewayOptions extends GatewayDeps {
  readonly ids: Ids;
  readonly limiter: Pick<Limiter, 'admit' | 'admitAddress'>;
  /** Hears what no rule foresaw; the client reads `internal`. */
  readonly onFault: (fault: unknown, routeKey: string) => void;
  /** How many connections one member may have open. */
  readonly connectionsPerMember: number;
}

export interface GatewayStats {
  /** Requests by action and outcome: `sendMessage ok`, `joinRoom not_found`. */
  readonly requests: Map<string, number>;
  readonly resumes: Resumes;
}

/**
 * Connections' life: connect, message, disconnect. A host brings sockets or Lambda events and calls these; what they
 * mean is decided here and below.
 */
export class Gateway {
  readonly hub = new Hub();
  readonly presence = new Presence(this.hub);
  readonly stats: GatewayStats = {
    requests: new Map(),
    resumes: { continued: 0, more: 0, reset: 0, fresh: 0 },
  };
  readonly #options: GatewayOptions;
  readonly #deps: RouteDeps;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { hub, presence } = this;
    this.#deps = { ...options, hub, presence, typing: new TypingTimeouts(hub), resumes: this.stats.resumes };
    options.log.onCommitted((batch) => {
      hub.entries(batch);
      presence.follow(batch);
      for (const committed of batch) if (joins(committed.entry)) void this.#invite(committed);
    });
  }

  /**
   * Before the upgrade: whether this session may connect now.
   * @throws Refusal `unauthenticated`, `rate_limited`
   */
  async admit(session: Session): Promise<void> {
    await actorOf(this.#deps, session);
    if (this.hub.of(session).size >= this.#options.connectionsPerMember) {
      throw new Refusal(
        'rate_limited',
        `You have ${this.#options.connectionsPerMember} connections open. Close one.`,
        1_000,
      );
    }
  }

  /** `$connect`: after the upgrade. The server says nothing until it is asked. */
  async connect(session: Session, address: string, line: Line): Promise<Connection> {
    const now = this.#options.clock.now();
    const connection: Connection = {
      id: this.#options.ids.fresh('conn'),
      line,
      address,
      session,
      // The least until it is known: nothing is read from the socket before this function has answered.
      actor: { workspaceId: session.workspaceId, userId: session.userId, role: 'client' },
      openedAt: now,
      heardAt: now,
      actedAt: now,
      badFramesInARow: 0,
      closed: false,
      rooms: new Set(),
      joining: undefined,
    };
    // Listed first, asked then: a session ended or a role changed in between finds this connection and closes it (SEC5).
    this.hub.open(connection);
    try {
      connection.actor = await actorOf(this.#deps, session);
    } catch (error) {
      this.hub.close(connection, closingFor(error));
    }
    return connection;
  }

  /** A frame from the client. Every request gets its reply, whatever happens. */
  async message(connection: Connection, body: Buffer | string): Promise<void> {
    if (connection.closed) return;
    const { clock, limiter } = this.#options;
    connection.heardAt = clock.now();
    let id: string | undefined;
    let action = '$default';
    try {
      const frame = parse(body);
      id = idOf(frame);
      action = routeKeyOf(frame);
      const { actor, address } = connection;
      limiter.admit({ address, workspaceId: actor.workspaceId, userId: actor.userId }, action);
      if (action !== 'ping') connection.actedAt = connection.heardAt;
      const outcome = await this.#route(action as Action, connection, frame);
      this.#count(action, 'ok');
      connection.badFramesInARow = 0;
      if (!connection.closed) reply(connection, okJson(id, outcome.reply));
      outcome.after?.();
    } catch (error) {
      this.#fail(connection, id, action, error);
    }
  }

  /** `$disconnect`, or the host lost it. */
  disconnect(connection: Connection): void {
    this.hub.forget(connection);
  }

  /** Ends what has outlived its session or its limits. A host calls this twice a second. */
  sweep(): void {
    const now = this.#options.clock.now();
    for (const connection of this.hub.connections) {
      const why = overdue(connection, now);
      if (why !== undefined) this.hub.close(connection, why);
    }
    this.presence.sweep(now);
  }

  /** Tells every connection that the server stops. */
  drain(): void {
    for (const connection of [...this.hub.connections]) {
      this.hub.close(connection, {
        code: 'unavailable',
        message: 'The server is restarting. Connect again.',
        retry: 'now',
      });
    }
  }

  async #route<A extends Action>(action: A, connection: Connection, frame: object) {
    const parsed = actionSchemas[action].safeParse(frame);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      // A path may hold a key of the client's own, as long as a frame: cut, so that the reply fits one.
      const where = (issue?.path.join('.') || action).slice(0, 100).toWellFormed();
      throw new Refusal('bad_request', `${where}: ${issue?.message ?? 'is not as it should be'}`);
    }
    const route = routes[action] as Route<A>;
    return route(this.#deps, { routeKey: action, connection, body: parsed.data as never });
  }

  /** Asked again at the telling: they may be out by now, and a team room admits no client, whatever put them in (SEC4). */
  async #invite(committed: Committed): Promise<void> {
    const { workspaceId, roomId, entry } = committed;
    if (entry.kind !== 'member' || this.hub.of({ workspaceId, userId: entry.userId }).size === 0) return;
    const { userId } = entry;
    try {
      const standing = await this.#deps.rooms.standing({ workspaceId, roomId }, userId);
      if (standing === undefined || !admits(standing.room, standing.role)) return;
      this.hub.invite({ workspaceId, userId }, committed);
    } catch (error) {
      this.#options.onFault(error, 'inviting');
    }
  }

  #fail(connection: Connection, id: string | undefined, action: string, error: unknown): void {
    const refusal = error instanceof Refusal ? error : this.#fault(error, action);
    this.#count(action, refusal.code);
    if (connection.closed) return;
    reply(connection, errorJson(id, refusal.toWire()));
    if (!badFrame.has(refusal.code)) return;
    connection.badFramesInARow++;
    if (connection.badFramesInARow < limits.badFramesInARow) return;
    const message = `${limits.badFramesInARow} bad frames in a row. The last one: ${refusal.message}`;
    this.hub.close(connection, { code: 'bad_request', message, retry: 'never' });
  }

  #fault(error: unknown, action: string): Refusal {
    this.#options.onFault(error, action);
    return new Refusal('internal', 'Something went wrong on the server. It was noted.');
  }

  #count(action: string, outcome: string): void {
    const key = `${action} ${outcome}`;
    this.stats.requests.set(key, (this.stats.requests.get(key) ?? 0) + 1);
  }
}

const joins = (entry: Entry): boolean => entry.kind === 'member' && entry.joined;

const badFrame = new Set(['bad_request', 'unknown_action', 'message_too_large']);

function parse(body: Buffer | string): object {
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (bytes > limits.frameBytes) {
    throw new Refusal(
      'message_too_large',
      `The frame has ${bytes} bytes; at most ${limits.frameBytes} are taken.`,
    );
  }
  let frame: unknown;
  try {
    frame = JSON.parse(body.toString());
  } catch {
    throw new Refusal('bad_request', 'The frame is not JSON.');
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw new Refusal('bad_request', 'The frame is not a JSON object.');
  }
  return frame;
}

/** The request's id to echo. One that is no id is not echoed: the reply stays bounded. */
function idOf(frame: object): string | undefined {
  const id = 'id' in frame ? frame.id : undefined;
  return typeof id === 'string' && id.length <= limits.requestIdChars ? id : undefined;
}

/** As API Gateway selects: `$request.body.action`, exactly; anything else is `$default`, which knows no action. */
function routeKeyOf(frame: object): Action {
  if ('id' in frame && idOf(frame) === undefined) {
    throw new Refusal('bad_request', `id must be a string of at most ${limits.requestIdChars} characters.`);
  }
  const action = 'action' in frame ? frame.action : undefined;
  if (typeof action === 'string' && Object.hasOwn(routes, action)) return action as Action;
  const known = Object.keys(routes).join(', ');
  throw new Refusal('unknown_action', `There is no such action. There are: ${known}.`);
}

function reply(connection: Connection, json: string): void {
  connection.line.push(textFrames([json]));
}

function okJson(id: string | undefined, fields: object): string {
  const head =
    id === undefined ? '{"type":"reply","ok":true' : `{"type":"reply","id":${JSON.stringify(id)},"ok":true`;
  const json = fields instanceof JsonFields ? fields.json : JSON.stringify(fields).slice(1, -1);
  return json === '' ? `${head}}` : `${head},${json}}`;
}

function errorJson(id: string | undefined, error: WireError): string {
  return JSON.stringify({ type: 'reply', ...(id === undefined ? {} : { id }), ok: false, error });
}

function closingFor(error: unknown) {
  const refusal =
    error instanceof Refusal ? error : new Refusal('internal', 'Something went wrong on the server.');
  const { code, message, retry } = refusal.toWire();
  return { code, message, retry };
}

function overdue({ session, openedAt, heardAt }: Connection, now: number) {
  if (now >= session.expiresAt) {
    return {
      code: 'token_expired',
      message: 'Your token has expired. Get a new one and connect again.',
      retry: 'now',
    } as const;
  }
  if (now - openedAt >= limits.lifetimeMs) {
    return {
      code: 'unavailable',
      message: 'A connection lives two hours. Connect again.',
      retry: 'now',
    } as const;
  }
  if (now - heardAt >= limits.idleMs) {
    return {
      code: 'unavailable',
      message: 'Nothing was heard for ten minutes. Connect again.',
      retry: 'now',
    } as const;
  }
  return undefined;
}
