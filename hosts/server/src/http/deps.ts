import type { OpenAPIHono } from '@hono/zod-openapi';
import type {
  Actor,
  Audience,
  Cursors,
  Ids,
  Members,
  MessageLog,
  Rooms,
  SearchIndex,
  Session,
  Sessions,
} from '@stackbox/core';
import type { Limiter, Tickets } from '@stackbox/gateway';
import type { Context } from 'hono';
import type { Tokens } from '../identity/tokens.ts';

export interface AppDeps {
  readonly log: MessageLog;
  readonly rooms: Rooms;
  readonly cursors: Cursors;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly search: SearchIndex;
  /** Those who listen on sockets: they hear of what is done over REST. */
  readonly audience: Audience;
  readonly tickets: Tickets;
  readonly tokens: Tokens;
  readonly limiter: Pick<Limiter, 'admit' | 'admitAddress'>;
  readonly ids: Ids;
  /** Hears what no rule foresaw; the client reads `internal`. */
  readonly onFault: (fault: unknown, where: string) => void;
  /** The peer's network address, as the host knows it: never from a header, which anyone can write. */
  readonly addressOf: (c: Context) => string;
  /** Origins whose pages may read answers, beside the server's own. */
  readonly origins: readonly string[];
  /** Why requests cannot be served now; undefined when they can. */
  readonly whyNotReady: () => Promise<string | undefined>;
  readonly metrics: MetricsPage;
  readonly stats: RestStats;
}

export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
  /** Lets in who asks from another machine. */
  readonly token: string | undefined;
}

export interface RestStats {
  /** Requests by action and outcome: `sendMessage ok`, `readEntries not_found`. */
  readonly requests: Map<string, number>;
}

/** What a request carries along. */
export interface Signed {
  Variables: {
    session: Session;
    actor: Actor;
    /** Counts against the actor's limits. @throws Refusal `rate_limited` */
    admit: (action: string) => void;
    action: string;
    outcome: string;
  };
}

export type Api = OpenAPIHono<Signed>;
