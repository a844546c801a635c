import { actorOf } from '@stackbox/core';
import { limits, Refusal } from '@stackbox/protocol';
import type { Route } from './route.ts';

const heartbeatMs = 30_000;

export const helloRoute: Route<'hello'> = async (_deps, { connection }) => {
  const { id, actor } = connection;
  const { userId, workspaceId, role } = actor;
  const { frameBytes, textBytes, idleMs, lifetimeMs } = limits;
  return {
    reply: {
      connectionId: id,
      userId,
      workspaceId,
      role,
      limits: { frameBytes, textBytes, idleMs, lifetimeMs },
      heartbeatMs,
    },
  };
};

export const pingRoute: Route<'ping'> = async ({ clock }) => ({ reply: { at: clock.now() } });

/** Goes on with a newer token of the same person: a connection never changes hands. */
export const authenticateRoute: Route<'authenticate'> = async (deps, { connection, body }) => {
  const session = await deps.verifyToken(body.token);
  const { workspaceId, userId } = connection.actor;
  if (session.workspaceId !== workspaceId || session.userId !== userId) {
    throw new Refusal('forbidden', 'This token is another person’s. Open a new connection with it.');
  }
  const actor = await actorOf(deps, session);
  if (connection.closed) throw new Refusal('unauthenticated', 'This connection has ended.');
  connection.session = session;
  connection.actor = actor;
  // Asked again now that a sign-out finds this connection: one that fell in between did not (SEC5).
  if (await deps.sessions.isRevoked(session.sessionId)) {
    const message = 'This session has ended. Sign in again.';
    deps.hub.close(connection, { code: 'unauthenticated', message, retry: 'never' });
  }
  return { reply: { expiresAt: session.expiresAt } };
};
