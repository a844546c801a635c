import { actorOf, type Actor, type Clock, type Cursors, type Ids, type Members, type MessageLog, type Rooms, type SearchIndex, type Session, type Sessions } from '@stackbox/core';
import type { Gateway, Limiter, Tickets } from '@stackbox/gateway';
import { errorTable, Refusal } from '@stackbox/protocol';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Tokens } from '../identity/tokens.ts';

export interface AppDeps {
  readonly log: MessageLog;
  readonly rooms: Rooms;
  readonly cursors: Cursors;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly search: SearchIndex;
  readonly gateway: Gateway;
  readonly tickets: Tickets;
  readonly tokens: Tokens;
  readonly limiter: Pick<Limiter, 'admit' | 'admitAddress'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly onFault: (fault: unknown, where: string) => void;
  readonly isReady: () => boolean;
}

export interface Signed {
  Variables: { actor: Actor; session: Session };
}

/** REST, as one app that runs on any host of Hono's. */
export function makeApp(deps: AppDeps): OpenAPIHono<Signed> {
  const app = new OpenAPIHono<Signed>();
  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : undefined;
    if (refusal === undefined) deps.onFault(error, `${c.req.method} ${c.req.path}`);
    const { code, message, retry } = (refusal ?? new Refusal('internal', 'Something went wrong on the server.')).toWire();
    const { status, title } = errorTable[code];
    return c.json({ type: 'about:blank', title, status, detail: message, code, retry }, status, {
      'content-type': 'application/problem+json',
    });
  });
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => (deps.isReady() ? c.text('ready\n') : c.text('stopping\n', 503)));
  app.get('/.well-known/jwks.json', (c) => c.json(deps.tokens.jwks));
  app.use('/api/v1/*', async (c, next) => {
    const header = c.req.header('authorization') ?? '';
    if (!/^Bearer \S+$/i.test(header)) throw new Refusal('unauthenticated', 'Send `Authorization: Bearer <token>`.');
    const session = await deps.tokens.verify(header.slice(7));
    c.set('session', session);
    c.set('actor', await actorOf(deps, session));
    await next();
  });
  app.post('/api/v1/tickets', async (c) => {
    const session = c.get('session');
    deps.limiter.admit({ address: 'unknown', ...session }, 'ticket');
    const { ticket, expiresAt } = await deps.tickets.issue(session);
    const url = new URL('/ws', c.req.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return c.json({ ticket, expiresAt, url: url.href });
  });
  return app;
}
