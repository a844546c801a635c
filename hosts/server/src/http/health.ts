import type { Sessions } from '@stackbox/core';
import type { Api, AppDeps } from './deps.ts';

/** For whoever watches over the process: before every limit, since a probe that is refused reads as an outage. */
export function healthRoutes(app: Api, deps: AppDeps): void {
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const why = await deps.whyNotReady();
    return why === undefined ? c.text('ready\n') : c.text(`${why}\n`, 503);
  });
  app.get('/.well-known/jwks.json', (c) =>
    c.json(deps.tokens.jwks, 200, { 'cache-control': 'public, max-age=300' }),
  );
}

const keptMs = 1_000;
const patienceMs = 5_000;

interface Needs {
  readonly sessions: Pick<Sessions, 'revoke'>;
  readonly isDraining: () => boolean;
}

/**
 * Why the server takes nothing right now. Whether the log can be written is found out by writing: a session that nobody
 * has is ended once more, which goes the way of every write, to the disk and back. At most once a second, however many
 * ask: anyone may.
 */
export function readiness({ sessions, isDraining }: Needs): () => Promise<string | undefined> {
  const nobodys = { sessionId: 'readiness probe', workspaceId: '', userId: '', expiresAt: 0 };
  let triedAt = Number.NEGATIVE_INFINITY;
  let tried: Promise<string | undefined> = Promise.resolve(undefined);
  const probe = async (): Promise<string | undefined> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, patienceMs, `the log did not answer within ${patienceMs} ms`);
    });
    try {
      return await Promise.race([sessions.revoke(nobodys).then(() => undefined), late]);
    } catch (error) {
      return `the log cannot be written: ${(error as Error).message}`;
    } finally {
      clearTimeout(timer);
    }
  };
  return async () => {
    if (isDraining()) return 'stopping';
    const now = performance.now();
    if (now - triedAt >= keptMs) {
      triedAt = now;
      tried = probe();
    }
    return tried;
  };
}
