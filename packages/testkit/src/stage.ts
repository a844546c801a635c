import type { Actor, SearchIndex, Session } from '@stackbox/core';
import { Gateway, type GatewayOptions, memoryTickets, noLimits, type Tickets } from '@stackbox/gateway';
import { Refusal } from '@stackbox/protocol';
import { countingIds, TestClock } from './ambient.ts';
import { TestClient } from './client.ts';
import { memoryStore } from './memory/store.ts';
import { gated, type Schedule } from './schedule.ts';
import { foundTown, type Town } from './town.ts';

const noSearch: SearchIndex = {
  search: async () => ({ hits: [] }),
  peopleCalled: async () => [],
  roomsCalled: async () => [],
};

/** A town with a gateway before it. */
export interface Stage extends Town {
  readonly clock: TestClock;
  readonly gateway: Gateway;
  readonly tickets: Tickets;
  /** What no rule foresaw. A test that leaves one here has found a bug. */
  readonly faults: unknown[];
  /** A session of somebody, good for an hour unless said otherwise. */
  signIn(actor: Actor, ttlMs?: number): Session;
  /** A token that the gateway takes for the session. */
  tokenOf(session: Session): string;
  connect(who: Actor | Session): Promise<TestClient>;
}

/** With `schedule`, the store's answers and commits wait at its gates while it runs. */
export async function setStage(
  options: Partial<GatewayOptions> & { schedule?: Schedule } = {},
): Promise<Stage> {
  const { schedule, ...others } = options;
  const clock = new TestClock();
  const ids = countingIds();
  const faults: unknown[] = [];
  const sessions = new Map<string, Session>();
  const gates = schedule && {
    schedule: (commit: () => void) => void schedule.gate('commit').then(commit),
    tell: () => schedule.gate('tell'),
  };
  const kept = memoryStore({ clock, ids, ...gates });
  const store = schedule === undefined ? kept : gated(kept, schedule);
  const town = await foundTown(store, { clock, ids });
  const verifyToken = async (token: string): Promise<Session> => {
    const session = sessions.get(token);
    if (session === undefined) throw new Refusal('unauthenticated', 'The token is not one of ours.');
    if (session.expiresAt <= clock.now()) throw new Refusal('token_expired', 'The token has expired.');
    return session;
  };
  const gateway = new Gateway({
    ...store,
    search: noSearch,
    clock,
    ids,
    verifyToken,
    limiter: noLimits,
    onFault: (fault) => faults.push(fault),
    connectionsPerMember: 20,
    ...others,
  });
  const signIn = ({ workspaceId, userId }: Actor, ttlMs = 3_600_000): Session => {
    const session = { sessionId: ids.fresh('sess'), workspaceId, userId, expiresAt: clock.now() + ttlMs };
    sessions.set(session.sessionId, session);
    return session;
  };
  return {
    ...town,
    clock,
    gateway,
    tickets: memoryTickets(clock),
    faults,
    signIn,
    tokenOf: ({ sessionId }) => sessionId,
    async connect(who) {
      const client = new TestClient(gateway);
      client.connection = await gateway.connect(
        'sessionId' in who ? who : signIn(who),
        '127.0.0.1',
        client.line,
      );
      return client;
    },
  };
}
