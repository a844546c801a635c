import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Session } from '@stackbox/core';
import type { Connection, Gateway, Tickets } from '@stackbox/gateway';
import { errorTable, limits, Refusal } from '@stackbox/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { type LineStats, SocketLine } from './line.ts';

interface SocketDeps {
  readonly gateway: Gateway;
  readonly tickets: Tickets;
  readonly admitAddress: (address: string) => void;
  /** Origins that browsers may connect from, beside the server's own. */
  readonly origins: readonly string[];
  readonly connectionCap: number;
  readonly onFault: (fault: unknown, where: string) => void;
}

const subprotocol = 'stackbox.v1';
const ticketPrefix = 'ticket.';
const heartbeatMs = 30_000;
const sweepMs = 500;

interface OpenSocket {
  /** Heard since the last heartbeat. */
  alive: boolean;
  /** Known once `$connect` has answered. */
  connection: Connection | undefined;
}

/** The WebSocket side of one machine: upgrades with a ticket, frames in, the gateway's replies out. */
export class Sockets {
  readonly stats: LineStats & { refused: number } = { writes: 0, slowConsumers: 0, refused: 0 };
  readonly #deps: SocketDeps;
  readonly #server: WebSocketServer;
  readonly #open = new Map<WebSocket, OpenSocket>();
  readonly #handlers: ReturnType<typeof handlers>;
  readonly #timers: NodeJS.Timeout[];
  #draining = false;

  constructor(http: Server, deps: SocketDeps) {
    this.#deps = deps;
    this.#handlers = handlers(deps.gateway, this.#open);
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    http.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head).catch((error) => {
        this.#deps.onFault(error, 'upgrade');
        socket.destroy();
      });
    });
    this.#timers = [
      setInterval(() => this.#heartbeat(), heartbeatMs),
      setInterval(() => deps.gateway.sweep(), sweepMs),
    ];
  }

  get size(): number {
    return this.#open.size;
  }

  /** Takes no more connections, and says goodbye to those there are. Answers when the last has gone, or after `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#deps.gateway.drain();
    const deadline = Date.now() + graceMs;
    while (this.#open.size > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    for (const ws of this.#open.keys()) ws.terminate();
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', ignore);
    const address = request.socket.remoteAddress ?? '';
    let session: Session;
    try {
      session = await this.#admit(request, address);
    } catch (error) {
      this.stats.refused++;
      return refuse(
        socket,
        error instanceof Refusal ? error : new Refusal('internal', 'Something went wrong.'),
        error,
      );
    }
    if (socket.destroyed) return;
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', ignore);
      this.#opened(ws, socket, session, address);
    });
  }

  /** @throws Refusal 401 ticket, 403 origin, 429 too many, 503 draining */
  async #admit(request: IncomingMessage, address: string): Promise<Session> {
    if (this.#draining) throw new Refusal('unavailable', 'The server is stopping. Connect again shortly.');
    const url = new URL(request.url ?? '/', 'http://server');
    if (url.pathname !== '/ws') throw new Refusal('not_found', 'WebSockets are served at /ws.');
    const { origin, host } = request.headers;
    if (origin !== undefined && !this.#isOurs(origin, host)) {
      throw new Refusal('forbidden', `Pages from ${origin} may not connect. Allow them with --origin.`);
    }
    this.#deps.admitAddress(address);
    if (this.#open.size >= this.#deps.connectionCap)
      throw new Refusal('rate_limited', 'The server has all the connections it takes.', 1_000);
    const ticket = url.searchParams.get('ticket') ?? ticketIn(request.headers['sec-websocket-protocol']);
    const session = ticket === undefined ? undefined : await this.#deps.tickets.redeem(ticket);
    if (session === undefined) {
      throw new Refusal(
        'unauthenticated',
        'The ticket is missing, wrong, old or used. Get one with POST /api/v1/tickets.',
      );
    }
    await this.#deps.gateway.admit(session);
    return session;
  }

  /** Programs send no Origin and can't be made to by a page; a page's is checked whole, port and all. */
  #isOurs(origin: string, host: string | undefined): boolean {
    return origin === `http://${host}` || origin === `https://${host}` || this.#deps.origins.includes(origin);
  }

  #opened(ws: WebSocket, socket: Duplex, session: Session, address: string): void {
    const { gateway } = this.#deps;
    const open: OpenSocket = { alive: true, connection: undefined };
    this.#open.set(ws, open);
    ws.on('error', ignore);
    ws.on('pong', this.#handlers.pong);
    ws.on('close', this.#handlers.close);
    // Frames wait until it is known who sends them.
    ws.pause();
    gateway.connect(session, address, new SocketLine(ws, socket, this.stats)).then(
      (connection) => {
        open.connection = connection;
        if (ws.readyState !== ws.OPEN) gateway.disconnect(connection);
        ws.on('message', this.#handlers.message);
        ws.resume();
      },
      (error) => {
        this.#deps.onFault(error, '$connect');
        ws.terminate();
      },
    );
  }

  /** A peer that vanished without a word is found by its silence. */
  #heartbeat(): void {
    for (const [ws, open] of this.#open) {
      if (!open.alive) ws.terminate();
      else {
        open.alive = false;
        ws.ping();
      }
    }
  }
}

/** One set for all sockets: closures for each of ten thousand silent connections would be most of what they cost. */
function handlers(gateway: Gateway, sockets: Map<WebSocket, OpenSocket>) {
  return {
    pong(this: WebSocket) {
      const open = sockets.get(this);
      if (open !== undefined) open.alive = true;
    },
    close(this: WebSocket) {
      const connection = sockets.get(this)?.connection;
      sockets.delete(this);
      if (connection !== undefined) gateway.disconnect(connection);
    },
    message(this: WebSocket, data: Buffer, isBinary: boolean) {
      const open = sockets.get(this);
      if (open?.connection === undefined) return;
      open.alive = true;
      if (isBinary) this.close(1003, 'text frames only');
      else void gateway.message(open.connection, data);
    },
  };
}

function ticketIn(header: string | undefined): string | undefined {
  const offered = header?.split(',').map((name) => name.trim());
  return offered?.find((name) => name.startsWith(ticketPrefix))?.slice(ticketPrefix.length);
}

function ignore(): void {}

/** Before the upgrade an error is plain HTTP. */
function refuse(socket: Duplex, refusal: Refusal, error: unknown): void {
  void error;
  const { status, title } = errorTable[refusal.code];
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    detail: refusal.message,
    ...refusal.toWire(),
  });
  const retryAfter =
    refusal.retryAfterMs === undefined ? '' : `Retry-After: ${Math.ceil(refusal.retryAfterMs / 1000)}\r\n`;
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n${retryAfter}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
