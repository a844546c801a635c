import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Clock, randomIds } from '@stackbox/core';
import { defaultRates, Gateway, Limiter, memoryTickets, noLimits } from '@stackbox/gateway';
import { openStore, type Store } from '@stackbox/sqlite';
import type { Logger } from 'pino';
import type { DataFolder } from './data/folder.ts';
import { makeApp } from './http/app.ts';
import { readiness } from './http/health.ts';
import { version } from './http/version.ts';
import { openTokens, type Tokens } from './identity/tokens.ts';
import { Meters } from './metrics/meters.ts';
import { Sockets } from './sockets/sockets.ts';

export interface ServerOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly host: string;
  readonly origins: readonly string[];
  /** For load rigs: no rate limits and no caps. Refused unless bound to loopback. */
  readonly unlimited: boolean;
  /** Lets whoever has it read the metrics from another machine. */
  readonly metricsToken?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RunningServer {
  readonly url: string;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly http: Server;
  /** Takes nothing new, says goodbye, writes what is waiting, and is gone within `graceMs` and a little. */
  stop(graceMs?: number): Promise<void>;
}

/** One machine's StackBox: HTTP, WebSocket and SQLite in one process. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { folder, clock, logger, unlimited } = options;
  const onFault = (fault: unknown, where: string) =>
    logger.error({ err: fault, where }, 'a request failed unexpectedly');
  const tokens = await openTokens(folder.signingKey, clock);
  const meters = new Meters(version);
  const store = await openStore(folder.log, {
    clock,
    ids: randomIds,
    onCommit: meters.commit,
    onLogRead: meters.logRead,
    search: folder.search,
    onSearchFault: (fault) =>
      logger.error({ err: fault }, 'the search index failed; messages are not affected'),
  });
  const limiter = unlimited ? noLimits : new Limiter(defaultRates, clock);
  const tickets = memoryTickets(clock);
  const gateway = new Gateway({
    ...store,
    clock,
    ids: randomIds,
    limiter,
    verifyToken: (token) => tokens.verify(token),
    onFault,
    connectionsPerMember: unlimited ? Number.POSITIVE_INFINITY : 20,
  });
  let draining = false;
  const stats = { requests: new Map<string, number>() };
  const app = makeApp({
    ...store,
    audience: gateway.hub,
    tickets,
    tokens,
    limiter,
    ids: randomIds,
    onFault,
    addressOf: (c) => getConnInfo(c).remote.address ?? '',
    origins: options.origins,
    whyNotReady: readiness({ sessions: store.sessions, isDraining: () => draining }),
    metrics: meters.page(options.metricsToken),
    stats,
  });
  const http = createServer(
    { maxHeaderSize: 16 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 },
    getRequestListener(app.fetch),
  );
  const sockets = new Sockets(http, {
    gateway,
    tickets,
    admitAddress: (address) => limiter.admitAddress(address),
    origins: options.origins,
    connectionCap: unlimited ? Number.POSITIVE_INFINITY : 50_000,
    onFault,
  });
  meters.watch({
    gateway,
    sockets,
    rest: stats,
    searchLag: () => store.search.stats().lagEntries,
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, options.host, 4096, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const shown = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${shown}:${port}`,
    store,
    tokens,
    http,
    async stop(graceMs = 8_000) {
      draining = true;
      http.close();
      await sockets.drain(graceMs);
      http.closeAllConnections();
      await store.close();
      meters.stop();
    },
  };
}
