import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@stackbox/protocol';
import type { Context } from 'hono';
import { bearerIn } from './auth.ts';
import type { Api, AppDeps } from './deps.ts';

/** `/metrics`, for this machine, or for who has the token. */
export function metricsRoute(app: Api, deps: AppDeps): void {
  app.get('/metrics', async (c) => {
    const address = deps.addressOf(c);
    if (!isLocal(c, address)) {
      deps.limiter.admitAddress(address);
      demandToken(deps.metrics.token, c.req.header('authorization'));
    }
    return c.body(await deps.metrics.text(), 200, { 'content-type': deps.metrics.contentType });
  });
}

/** A proxy on this machine makes all the world look local: who was sent on by one needs the token. */
function isLocal(c: Context, address: string): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(
    (name) => c.req.header(name) !== undefined,
  );
  return !forwarded && /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address);
}

function demandToken(token: string | undefined, header: string | undefined): void {
  const given = header === undefined ? undefined : bearerIn(header);
  if (token !== undefined && given !== undefined && isSame(given, token)) return;
  throw new Refusal(
    'unauthenticated',
    'Metrics are for this machine, or for the bearer token in STACKBOX_METRICS_TOKEN.',
  );
}

/** In the same time, however much of it is right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
