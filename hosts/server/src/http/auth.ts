import { actorOf } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import { createMiddleware } from 'hono/factory';
import type { AppDeps, Signed } from './deps.ts';

/** Before anyone is known: guessing tokens is limited by where it comes from. */
export function limitAddress(deps: AppDeps) {
  return createMiddleware<Signed>(async (c, next) => {
    deps.limiter.admitAddress(deps.addressOf(c));
    await next();
  });
}

/** Who asks, from the bearer token alone (SEC1), with the role that the membership gives now (SEC2). */
export function signIn(deps: AppDeps) {
  return createMiddleware<Signed>(async (c, next) => {
    const session = await deps.tokens.verify(bearerIn(c.req.header('authorization')));
    const actor = await actorOf(deps, session);
    const { workspaceId, userId } = actor;
    c.set('session', session);
    c.set('actor', actor);
    c.set('admit', (action) => deps.limiter.admit({ workspaceId, userId }, action));
    await next();
  });
}

export function bearerIn(header: string | undefined): string {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) throw new Refusal('unauthenticated', 'Send `Authorization: Bearer <token>`.');
  return token;
}
