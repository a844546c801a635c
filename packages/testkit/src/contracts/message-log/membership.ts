import type { Committed } from '@stackbox/core';
import { describe, expect, it } from 'vitest';
import { joining, leaving, makeRoom, message, outcome, post, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function membership(stage: Stage, lasting: boolean): void {
  describe('members and the room', () => {
    it('[LOG7] a joining and a leaving are entries, and change the membership in the same step', async () => {
      const { store, room, ana, otto } = await stage.town();
      expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
      const joined = await store.log.append(room, joining(ana, otto));
      expect((await store.rooms.standing(room, otto.userId))?.role).toBe('staff');
      expect(await store.log.entry(room, joined.seq)).toMatchObject({
        kind: 'member',
        userId: otto.userId,
        joined: true,
      });
      const left = await store.log.append(room, leaving(otto, otto));
      expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
      expect(await store.log.entry(room, left.seq)).toMatchObject({
        kind: 'member',
        userId: otto.userId,
        joined: false,
      });
    });

    it('[LOG4] who is in already joins as a duplicate of their joining', async () => {
      const { store, room, ana, sam, otto } = await stage.town();
      const founding = await store.log.append(room, joining(ana, sam));
      expect(founding).toMatchObject({ seq: 4, duplicate: true });
      const first = await store.log.append(room, joining(ana, otto));
      expect(await store.log.append(room, joining(sam, otto))).toEqual({ ...first, duplicate: true });
      await store.log.append(room, leaving(ana, otto));
      const second = await store.log.append(room, joining(ana, otto));
      expect(second).toMatchObject({ seq: 8, duplicate: false });
      expect(await store.log.append(room, joining(ana, otto))).toEqual({ ...second, duplicate: true });
    });

    it('who is not in cannot leave, and who is not of the workspace cannot join', async () => {
      const { store, room, ana, otto, elsewhere } = await stage.town();
      const stranger = { ...elsewhere.mallory, workspaceId: room.workspaceId };
      expect(await store.members.member(room.workspaceId, stranger.userId)).toBeUndefined();
      expect(await outcome(store.log.append(room, leaving(ana, otto)))).toBe('not_found');
      expect(await outcome(store.log.append(room, joining(ana, stranger)))).toBe('not_found');
      expect(await outcome(store.log.append(room, joining(ana, { ...otto, userId: 'usr_nobody' })))).toBe(
        'not_found',
      );
      expect(await outcome(store.log.append(room, joining(otto, otto)))).toBe('not_found');
      expect(await readAll(store, room)).toHaveLength(5);
    });

    it('[LOG7] a new name is an entry, and the name of the room', async () => {
      const { store, room, ana } = await stage.town();
      const { seq } = await store.log.append(room, {
        kind: 'room',
        by: ana.userId,
        name: 'New',
        topic: 'Of old',
      });
      expect(await store.log.entry(room, seq)).toMatchObject({
        kind: 'room',
        name: 'New',
        topic: 'Of old',
      });
      expect((await store.rooms.standing(room, ana.userId))?.room).toMatchObject({
        name: 'New',
        topic: 'Of old',
      });
    });

    it('[LOG7] the end of a room is its last entry; then it and its log are gone', async () => {
      const { store, room, ana, sam } = await stage.town();
      const heard: Committed[] = [];
      await post(store, room, ana, 'hello');
      await store.cursors.advance(room, sam.userId, { read: 6 });
      store.log.onCommitted((batch) => heard.push(...batch));
      const [ended, late] = await Promise.all([
        store.rooms.end(room, ana.userId),
        outcome(store.log.append(room, message(sam, 'too late'))),
      ]);
      expect(ended).toMatchObject({ seq: 7, duplicate: false });
      expect(late).toBe('not_found');
      expect(heard.map(({ entry }) => entry)).toMatchObject([
        { seq: 7, kind: 'room', name: 'Cleo', deleted: true },
      ]);
      expect(await store.log.read(room, { after: 0, limit: 9 })).toBeUndefined();
      expect(await store.log.entry(room, 1)).toBeUndefined();
      expect(await store.cursors.of(room)).toEqual([]);
      expect(await outcome(store.log.append(room, message(ana, 'later')))).toBe('not_found');
      expect(await outcome(store.rooms.end(room, ana.userId))).toBe('not_found');
    });

    it('[LOG6] a room made after another ended is another history', async () => {
      const town = await stage.town();
      const { store, ana } = town;
      const asked = { kind: 'direct', name: 'Again', people: [ana], clientId: 'same' } as const;
      const first = await makeRoom(town, asked);
      const draft = message(ana, 'hello');
      const before = await store.log.append(first, draft);
      await store.rooms.end(first, ana.userId);
      const second = await makeRoom(town, asked);
      expect(second.roomId).not.toBe(first.roomId);
      const after = await store.log.append(second, draft);
      expect(after.duplicate).toBe(false);
      expect(after.epoch).not.toBe(before.epoch);
      expect(await readAll(store, second)).toHaveLength(3);
    });

    if (lasting) {
      it('[LOG7] an ended room stays ended, also when a restart comes before all of it is cleared away', async () => {
        const before = await stage.town();
        const { room, ana } = before;
        await Promise.all(
          Array.from({ length: 5_000 }, (_, i) => before.store.log.append(room, message(ana, `text ${i}`))),
        );
        await before.store.rooms.end(room, ana.userId);
        const town = await stage.reopened(before);
        const { store } = town;
        expect(await store.log.read(room, { after: 0, limit: 9 })).toBeUndefined();
        const next = await makeRoom(town, { kind: 'direct', name: 'Next', people: [ana] });
        expect(await readAll(store, next)).toHaveLength(2);
      });
    }

    it('nobody is asked to wait for a store that is closed', async () => {
      const { store, room, ana } = await stage.town();
      await store.close();
      expect(await outcome(store.log.append(room, message(ana, 'hello')))).toBe('unavailable');
    });
  });
}
