import type { Session } from '@stackbox/core';
import { describe, expect, it } from 'vitest';
import type { Make } from '../store.ts';
import { stageFor } from './stage.ts';

/** What every `Sessions` owes. */
export function sessionsContract(name: string, make: Make): void {
  describe(`sessions, ${name}`, () => {
    const stage = stageFor(make);
    const session = (sessionId: string, expiresAt: number): Session => {
      return { sessionId, workspaceId: 'ws', userId: 'usr', expiresAt };
    };

    it('[SEC5] a session that was ended stays ended, and ends no other', async () => {
      const { store, clock } = await stage.town();
      const later = clock.now() + 60_000;
      expect(await store.sessions.isRevoked('one')).toBe(false);
      await store.sessions.revoke(session('one', later));
      expect(await store.sessions.isRevoked('one')).toBe(true);
      expect(await store.sessions.isRevoked('two')).toBe(false);
      await store.sessions.revoke(session('one', later));
      expect(await store.sessions.isRevoked('one')).toBe(true);
    });

    it('[SEC5] ended sessions are remembered at least until they would have expired', async () => {
      const { store, clock } = await stage.town();
      await store.sessions.revoke(session('long', clock.now() + 3_600_000));
      await store.sessions.revoke(session('short', clock.now() + 1_000));
      clock.advance(999);
      await store.sessions.revoke(session('other', clock.now() + 1_000));
      expect(await store.sessions.isRevoked('short')).toBe(true);
      clock.advance(3_599_000);
      await store.sessions.revoke(session('another', clock.now() + 1_000));
      expect(await store.sessions.isRevoked('long')).toBe(true);
    });

    if (make().lasting) {
      it('[SEC5] a restart revives no session', async () => {
        const before = await stage.town();
        await before.store.sessions.revoke(session('one', before.clock.now() + 60_000));
        const { store } = await stage.reopened(before);
        expect(await store.sessions.isRevoked('one')).toBe(true);
      });
    }
  });
}
