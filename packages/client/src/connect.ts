import {
  type Ambient,
  type Clock,
  onBrowserWake,
  systemClock,
  systemTimers,
  type Timers,
} from './ambient.ts';
import { StackBox } from './client.ts';
import type { StackBoxError } from './errors.ts';
import { memoryOutbox, type Outbox } from './outbox/outbox.ts';
import { type Fetch, Rest } from './rest/rest.ts';
import { type TokenSource, Tokens } from './rest/tokens.ts';
import type { SocketConstructor } from './socket/socket.ts';

export interface ConnectOptions {
  /** Where StackBox is, `https://chat.example.com`; in a browser it may be relative. */
  url: string;
  /** Proves who the user is. A function is asked again when the token nears its end, and after it was refused. */
  token: TokenSource;
  /** Keeps what the user did until the server has it. Default: `memoryOutbox()`, which a reload forgets. */
  outbox?: Outbox;
  fetch?: Fetch;
  WebSocket?: SocketConstructor;
  clock?: Clock;
  timers?: Timers;
  /** From 0 up to, but not including, 1. */
  random?: () => number;
  /** Hears what failed and nobody waits for. Connection losses are told by `client.connection` instead. */
  onError?: (error: StackBoxError) => void;
}

/** Connects a member to StackBox, and stays connected until `close`. Answers at once; `ready()` tells when all rooms are there. */
export function connect(options: ConnectOptions): StackBox {
  const { clock = systemClock, timers = systemTimers, random = Math.random, onError = () => {} } = options;
  const ambient: Ambient = { clock, timers, random, onWake: onBrowserWake };
  const { location } = globalThis as { location?: { href: string } };
  const base = new URL(options.url, location?.href);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const tokens = new Tokens(options.token, clock);
  // Looked up at each call: a page's fetch insists on its own `this`, and may be wrapped later.
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const rest = new Rest({ base, fetch, tokens, ambient });
  const outbox = options.outbox ?? memoryOutbox();
  const WebSocket = options.WebSocket ?? (globalThis.WebSocket as unknown as SocketConstructor);
  return new StackBox({ base, rest, tokens, outbox, WebSocket, ambient, onError });
}
