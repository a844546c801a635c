import { describe, expect, it } from 'vitest';
import { change, leaving, message, outcome, post, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function authors(stage: Stage): void {
  describe('who may append', () => {
    it('[SEC2] only a member at the moment of the commit', async () => {
      const { store, room, ana, sam, otto } = await stage.town();
      expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
      expect(await outcome(store.log.append(room, message(otto, 'hello')))).toBe('not_found');
      const draft = message(sam, 'before');
      await store.log.append(room, draft);
      // Sent together, the removal first: what follows it in the same batch is refused.
      const [, during] = await Promise.all([
        store.log.append(room, leaving(ana, sam)),
        outcome(store.log.append(room, message(sam, 'during'))),
      ]);
      expect(during).toBe('not_found');
      expect(await outcome(store.log.append(room, message(sam, 'after')))).toBe('not_found');
      expect(await outcome(store.log.append(room, draft))).toBe('not_found');
      const texts = (await readAll(store, room)).flatMap((entry) =>
        entry.kind === 'message' ? [entry.text] : [],
      );
      expect(texts).toEqual(['before']);
    });

    it('[SEC3] a room of others and one that is not there are refused in the same words', async () => {
      const { store, room, otto, ana, elsewhere, workspaceId } = await stage.town();
      const refusal = (ref: typeof room, by: typeof ana) =>
        store.log.append(ref, message(by, 'hello')).then(
          () => 'answered',
          ({ code, message: words }) => `${code}: ${words}`,
        );
      const nowhere = await refusal({ workspaceId, roomId: 'room_nowhere' }, ana);
      expect(nowhere).toMatch(/^not_found/);
      expect(await refusal(room, otto)).toBe(nowhere);
      expect(await refusal({ workspaceId, roomId: elsewhere.room.roomId }, ana)).toBe(nowhere);
      expect(await refusal({ ...room, workspaceId: elsewhere.workspaceId }, ana)).toBe(nowhere);
      expect(await refusal(room, { ...ana, userId: 'usr_nobody' })).toBe(nowhere);
    });

    it('[SEC1] nothing crosses workspaces, not even for who is in both', async () => {
      const { store, room, ana, elsewhere } = await stage.town();
      await post(store, room, ana, 'ours');
      await store.log.append(room, change(ana, { kind: 'edit', target: 6, text: 'still ours' }));
      const askew = { ...room, workspaceId: elsewhere.workspaceId };
      expect(await store.log.read(room, { after: 0, limit: 1 })).toBeDefined();
      expect(await store.log.read(askew, { after: 0, limit: 9 })).toBeUndefined();
      expect(await store.log.read(askew, { before: 9, limit: 9 })).toBeUndefined();
      expect(await store.log.entry(askew, 6)).toBeUndefined();
      expect(await store.log.revisions(askew, 6)).toEqual([]);
      expect(await outcome(store.log.append(askew, message(ana, 'hello')))).toBe('not_found');
      const max = { ...elsewhere.max, workspaceId: room.workspaceId };
      expect(await store.members.member(max.workspaceId, max.userId)).toBeDefined();
      const across = { ...elsewhere.room, workspaceId: room.workspaceId };
      expect(await store.log.append(elsewhere.room, message(elsewhere.max, 'theirs'))).toMatchObject({
        seq: 4,
      });
      expect(await outcome(store.log.append(across, message(max, 'hello')))).toBe('not_found');
    });
  });
}
