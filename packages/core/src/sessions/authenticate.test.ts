import { memoryTown, notingAudience, outcome } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { actorOf, signOut } from './authenticate.ts';

describe('a session', () => {
  it('[SEC2] stands for the member with the role they have now', async () => {
    const { store, workspaceId, sam, ana } = await memoryTown();
    const session = { sessionId: 's', workspaceId, userId: sam.userId, expiresAt: 0 };
    expect(await actorOf(store, session)).toEqual({ workspaceId, userId: sam.userId, role: 'staff' });
    await store.members.changeRole(workspaceId, sam.userId, 'client');
    expect((await actorOf(store, session)).role).toBe('client');
    await store.members.remove(workspaceId, sam.userId, ana.userId);
    expect(await outcome(actorOf(store, session))).toBe('unauthenticated');
  });

  it('[SEC5] that was signed out stands for nobody, and its connections are closed', async () => {
    const { store, workspaceId, sam } = await memoryTown();
    const audience = notingAudience();
    const session = { sessionId: 's', workspaceId, userId: sam.userId, expiresAt: 0 };
    await signOut({ ...store, audience }, session);
    expect(await outcome(actorOf(store, session))).toBe('unauthenticated');
    expect((await actorOf(store, { ...session, sessionId: 'other' })).userId).toBe(sam.userId);
    expect(audience.told).toMatchObject([
      { call: 'dismiss', with: [{ sessionId: 's' }, { code: 'unauthenticated' }] },
    ]);
  });

  it('[SEC1] stands in its own workspace alone', async () => {
    const { store, workspaceId, ana, elsewhere } = await memoryTown();
    const session = { sessionId: 's', workspaceId: elsewhere.workspaceId, userId: ana.userId, expiresAt: 0 };
    expect(await outcome(actorOf(store, session))).toBe('unauthenticated');
    expect((await actorOf(store, { ...session, workspaceId })).role).toBe('owner');
  });
});
