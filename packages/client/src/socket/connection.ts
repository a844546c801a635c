import { type Action, limits, type Replies, type Role, type ServerEvent } from '@stackbox/protocol';
import type { Ambient, Timer } from '../ambient.ts';
import { closed, disconnected, isAboutSession, StackBoxError } from '../errors.ts';
import type { Requests } from '../requests.ts';
import type { Rest } from '../rest/rest.ts';
import type { Tokens } from '../rest/tokens.ts';
import { Cell, type Store } from '../store.ts';
import { backoff } from './backoff.ts';
import { Heartbeat } from './heartbeat.ts';
import { Link } from './link.ts';
import type { SocketConstructor } from './socket.ts';
import { TokenRenewal } from './token-renewal.ts';

/** Where the connection stands. `waiting`: it was lost and is tried again at `retryAt` (ms since 1970). */
export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'online' }
  | { readonly status: 'waiting'; readonly retryAt: number; readonly error: StackBoxError }
  /** The server will not have this session again: sign in and connect anew. */
  | { readonly status: 'signed_out'; readonly error: StackBoxError }
  | { readonly status: 'closed' };

/** Who this client is to the server. */
export interface Me {
  readonly userId: string;
  readonly workspaceId: string;
  readonly role: Role;
}

export interface ConnectionEars {
  online(me: Me): void;
  event(event: ServerEvent): void;
  offline(): void;
  /** For good: signed out, or closed. */
  stopped(why: StackBoxError): void;
  /** Something failed that nobody waits for. */
  error(error: StackBoxError): void;
}

interface Needs {
  readonly base: URL;
  readonly rest: Rest;
  readonly tokens: Tokens;
  readonly WebSocket: SocketConstructor;
  readonly ambient: Ambient;
}

/** A link that lived this long was a good one: the next failure starts counting anew. Milliseconds. */
const goodLifeMs = 10_000;
const soonMs = 200;

/** Keeps one link to the server: opens it, watches it, and opens the next one when it is lost. */
export class Connection {
  readonly #needs: Needs;
  readonly #ears: ConnectionEars;
  readonly #state: Cell<ConnectionState>;
  readonly #stopListening: () => void;
  readonly #renewal: TokenRenewal;
  #now: ConnectionState = { status: 'connecting' };
  /** The attempt under way; what an earlier one still brings is thrown away. */
  #attempt = 0;
  #link: Link | undefined;
  #heartbeat: Heartbeat | undefined;
  #timer: Timer;
  #failures = 0;
  #onlineSince = 0;

  constructor(needs: Needs, ears: ConnectionEars) {
    this.#needs = needs;
    this.#ears = ears;
    this.#state = new Cell(() => this.#now);
    this.#renewal = new TokenRenewal(needs, (token) => this.request('authenticate', { token }), ears.error);
    this.#stopListening = needs.ambient.onWake(() => this.#wake());
  }

  get state(): Store<ConnectionState> {
    return this.#state;
  }

  /** The largest request that the server takes, in bytes. */
  get frameBytes(): number {
    return this.#link?.frameBytes ?? limits.frameBytes;
  }

  get status(): ConnectionState['status'] {
    return this.#now.status;
  }

  start(): void {
    void this.#open();
  }

  /** @throws StackBoxError, as `Link.request` does; at once `disconnected` while there is no link. */
  async request<A extends Action>(action: A, body: Requests[A], timeoutMs?: number): Promise<Replies[A]> {
    const link = this.#link;
    if (link === undefined) throw this.status === 'closed' ? closed() : disconnected();
    try {
      return await link.request(action, body, timeoutMs);
    } catch (error) {
      // The session is at an end, whatever was asked. (A new token that is refused leaves the old one as it was.)
      if (error instanceof StackBoxError && isAboutSession(error) && action !== 'authenticate')
        link.end(error);
      throw error;
    }
  }

  close(): void {
    if (this.status === 'closed') return;
    this.#stop({ status: 'closed' }, closed());
  }

  async #open(): Promise<void> {
    const attempt = ++this.#attempt;
    const { rest, base, WebSocket, ambient } = this.#needs;
    this.#become({ status: 'connecting' });
    let link: Link | undefined;
    try {
      const { ticket, url } = await rest.call<{ ticket: string; url: string }>('POST', 'tickets');
      if (attempt !== this.#attempt) return;
      link = await Link.open(
        WebSocket,
        { url: socketUrl(url, base), ticket },
        {
          event: (event) => this.#ears.event(event),
          ended: (why) => {
            if (attempt === this.#attempt && this.#link !== undefined) this.#lost(why);
          },
        },
        ambient,
      );
      const hello = await link.request('hello', {});
      if (attempt !== this.#attempt) return link.end(closed());
      link.frameBytes = hello.limits.frameBytes;
      this.#goOnline(link, hello);
    } catch (error) {
      const why = link?.ended ?? StackBoxError.from(error);
      link?.end(why);
      if (attempt === this.#attempt) this.#lost(why);
    }
  }

  #goOnline(link: Link, hello: Replies['hello']): void {
    const { clock, timers, random } = this.#needs.ambient;
    this.#link = link;
    this.#onlineSince = clock.now();
    this.#heartbeat = new Heartbeat(link, hello.heartbeatMs, timers);
    this.#renewal.start();
    // The server ends every link at `lifetimeMs`: go before that, at a moment of our own, each client at another.
    const life = hello.limits.lifetimeMs * (0.85 + 0.1 * random());
    this.#timer = timers.set(() => this.#recycle(), life);
    this.#become({ status: 'online' });
    const { userId, workspaceId, role } = hello;
    this.#ears.online({ userId, workspaceId, role });
  }

  #recycle(): void {
    this.#dropLink();
    void this.#open();
  }

  #lost(error: StackBoxError): void {
    const { ambient, tokens } = this.#needs;
    if (this.#link !== undefined && ambient.clock.now() - this.#onlineSince >= goodLifeMs) this.#failures = 0;
    this.#dropLink();
    if (error.code === 'token_expired') tokens.drop();
    if (error.retry === 'never' || (error.code === 'token_expired' && tokens.fixed)) {
      return this.#stop({ status: 'signed_out', error }, error);
    }
    // `now` once, and then like the others. A server that restarts says it to everybody: spread a little.
    const soon = error.retry === 'now' && this.#failures === 0;
    const wait = soon
      ? soonMs * ambient.random()
      : backoff(this.#failures, ambient.random, error.retryAfterMs);
    this.#failures++;
    this.#become({ status: 'waiting', retryAt: ambient.clock.now() + wait, error });
    this.#timer = ambient.timers.set(() => void this.#open(), wait);
  }

  #dropLink(): void {
    this.#attempt++;
    this.#needs.ambient.timers.clear(this.#timer);
    this.#heartbeat?.stop();
    this.#renewal.stop();
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    link.end(disconnected());
    this.#ears.offline();
  }

  #stop(state: ConnectionState, why: StackBoxError): void {
    this.#dropLink();
    this.#stopListening();
    this.#become(state);
    this.#ears.stopped(why);
  }

  /** The network or the user is back: don't sit out the wait, and don't trust a link that may have died in sleep. */
  #wake(): void {
    if (this.status === 'waiting') {
      this.#needs.ambient.timers.clear(this.#timer);
      void this.#open();
    } else this.#heartbeat?.beat();
  }

  #become(state: ConnectionState): void {
    this.#now = state;
    this.#state.changed();
  }
}

/** The server names its socket's address, absolute or relative to where it was asked. */
function socketUrl(named: string, base: URL): string {
  const url = new URL(named, base);
  // A server behind a proxy that ends TLS doesn't know of it: never step down from what it was asked over.
  url.protocol = base.protocol === 'https:' ? 'wss:' : url.protocol.replace('http', 'ws');
  // The ticket goes as a subprotocol instead (SEC6).
  url.searchParams.delete('ticket');
  return url.href;
}
