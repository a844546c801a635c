import { OpenAPIHono } from '@hono/zod-openapi';
import { Refusal } from '@stackbox/protocol';
import { createMiddleware } from 'hono/factory';
import { limitAddress, signIn } from './auth.ts';
import { limitBody } from './body-limit.ts';
import { cursorRoutes } from './cursor.ts';
import type { Api, AppDeps, RestStats, Signed } from './deps.ts';
import { docsRoutes } from './docs/routes.ts';
import { entryRoutes } from './entries.ts';
import { securityHeaders, shareWith, uncached } from './headers.ts';
import { healthRoutes } from './health.ts';
import { memberRoutes } from './members.ts';
import { messageRoutes } from './messages.ts';
import { allowedMethods, nothingHere } from './methods.ts';
import { metricsRoute } from './metrics.ts';
import { documentOf, registerComponents } from './openapi.ts';
import { answerProblem, invalidRequest, refusalOf } from './problem.ts';
import { roomMemberRoutes } from './room-members.ts';
import { roomRoutes } from './rooms.ts';
import { searchRoutes } from './search.ts';
import { sessionRoutes } from './session.ts';
import { version } from './version.ts';

/** REST, as one app that runs on any host of Hono's. What comes first is asked first: health, limits, who, what. */
export function makeApp(deps: AppDeps): Api {
  const app = new OpenAPIHono<Signed>();
  app.use(counted(deps.stats), securityHeaders, uncached);
  healthRoutes(app, deps);
  metricsRoute(app, deps);
  // Before the limits: a page from elsewhere may read that it asks too much.
  if (deps.origins.length > 0) app.use('/api/*', shareWith(deps.origins));
  app.use(limitAddress(deps));

  const api = restRoutes(deps);
  const document = lazy(() => documentOf(app, version));
  docsRoutes(app, document);
  app.get('/api/v1/openapi.json', (c) => c.json(document(), 200, { 'cache-control': 'no-cache' }));
  app.use('/api/v1/*', signIn(deps), limitBody);
  app.route('/api/v1', api);
  registerComponents(app);

  const allowed = lazy(() => allowedMethods(app.routes));
  app.notFound((c) => answerProblem(c, nothingHere(c, allowed()(c.req.path))));
  app.onError((error, c) => {
    const refusal = refusalOf(error) ?? fault(deps, error, `${c.req.method} ${c.req.path}`);
    c.set('outcome', refusal.code);
    return answerProblem(c, refusal);
  });
  return app;
}

function restRoutes(deps: AppDeps): Api {
  const api = new OpenAPIHono<Signed>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.target, result.error.issues);
    },
  });
  sessionRoutes(api, deps);
  roomRoutes(api, deps);
  cursorRoutes(api, deps);
  roomMemberRoutes(api, deps);
  entryRoutes(api, deps);
  messageRoutes(api, deps);
  searchRoutes(api, deps);
  memberRoutes(api, deps);
  return api;
}

/** Counts what was asked by what came of it. What no route took goes by one name: a stranger cannot make up labels. */
function counted({ requests }: RestStats) {
  return createMiddleware<Signed>(async (c, next) => {
    await next();
    const action = c.get('action') ?? (c.req.path.startsWith('/api/') ? '$default' : undefined);
    if (action === undefined) return;
    const key = `${action} ${c.get('outcome') ?? 'ok'}`;
    requests.set(key, (requests.get(key) ?? 0) + 1);
  });
}

function fault(deps: AppDeps, error: unknown, where: string): Refusal {
  deps.onFault(error, where);
  return new Refusal('internal', 'Something went wrong on the server. It was noted.');
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
