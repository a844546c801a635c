import type { Committed, Member } from '@stackbox/core';
import { describe, expect, it } from 'vitest';
import type { Make } from '../store.ts';
import { addPerson, leaving, makeRoom, outcome, readAll } from '../town.ts';
import { stageFor } from './stage.ts';

const names = (members: readonly Member[]): string[] => members.map(({ name }) => name).sort();

/** What every `Members` owes. */
export function membersContract(name: string, make: Make): void {
  describe(`members, ${name}`, () => {
    const stage = stageFor(make);

    it('[SEC1] a member belongs to a workspace, with the role they have there', async () => {
      const { store, workspaceId, emailDomain, ana, elsewhere } = await stage.town();
      expect(await store.members.member(workspaceId, ana.userId)).toEqual({
        workspaceId,
        userId: ana.userId,
        name: 'Ana',
        email: `ana@${emailDomain}`,
        role: 'owner',
      });
      expect(await store.members.member(elsewhere.workspaceId, ana.userId)).toBeUndefined();
      expect(await store.members.member(workspaceId, 'usr_nobody')).toBeUndefined();
      expect((await store.members.member(workspaceId, elsewhere.max.userId))?.role).toBe('client');
      expect((await store.members.member(elsewhere.workspaceId, elsewhere.max.userId))?.role).toBe('staff');
    });

    it('lists the members of a workspace in pages, ascending by id', async () => {
      const town = await stage.town();
      const { store, workspaceId, elsewhere } = town;
      for (let i = 0; i < 8; i++) await addPerson(town, `Person ${i}`, 'staff');
      const listed: Member[] = [];
      for (;;) {
        const after = listed.at(-1)?.userId;
        const page = await store.members.list(workspaceId, {
          ...(after === undefined ? {} : { after }),
          limit: 4,
        });
        listed.push(...page);
        if (page.length === 0) break;
      }
      expect(listed).toHaveLength(15);
      expect(listed.map(({ userId }) => userId)).toEqual(listed.map(({ userId }) => userId).sort());
      expect(names(listed)).not.toContain('Mallory');
      expect(names(await store.members.list(elsewhere.workspaceId, { limit: 9 }))).toEqual([
        'Mallory',
        'Max',
      ]);
    });

    it('[SEC4] acquaintances are those who share a room that is no team room, and oneself', async () => {
      const town = await stage.town();
      const { store, workspaceId, room, ana, sam, cleo, otto, dora, elsewhere } = town;
      const known = async ({ userId }: typeof ana) =>
        names(await store.members.acquaintances(workspaceId, userId, { limit: 99 }));
      expect(await known(cleo)).toEqual(['Adam', 'Ana', 'Cleo', 'Sam']);
      expect(await known(dora)).toEqual(['Dora']);
      expect(await known({ ...elsewhere.max, workspaceId })).toEqual(['Max']);
      await makeRoom(town, { kind: 'team', name: 'By mistake', people: [otto, cleo] });
      expect(await known(cleo)).not.toContain('Otto');
      const shared = await makeRoom(town, { kind: 'client', name: 'Dora', people: [otto, dora] });
      expect(await known(dora)).toEqual(['Dora', 'Otto']);
      await store.rooms.end(shared, otto.userId);
      expect(await known(dora)).toEqual(['Dora']);
      await store.log.append(room, leaving(ana, sam));
      expect(await known(cleo)).toEqual(['Adam', 'Ana', 'Cleo']);
    });

    it('pages through acquaintances, ascending by id', async () => {
      const { store, workspaceId, cleo, ana, adam, sam } = await stage.town();
      const first = await store.members.acquaintances(workspaceId, cleo.userId, { limit: 3 });
      const after = first.at(-1)?.userId as string;
      const second = await store.members.acquaintances(workspaceId, cleo.userId, { after, limit: 3 });
      const expected = [ana, adam, sam, cleo].map(({ userId }) => userId).sort();
      expect([...first, ...second].map(({ userId }) => userId)).toEqual(expected);
    });

    it('[SEC2] a new role holds from the moment it is answered', async () => {
      const { store, workspaceId, room, sam, elsewhere } = await stage.town();
      expect((await store.members.member(workspaceId, sam.userId))?.role).toBe('staff');
      await store.members.changeRole(workspaceId, sam.userId, 'admin');
      expect((await store.members.member(workspaceId, sam.userId))?.role).toBe('admin');
      expect((await store.rooms.standing(room, sam.userId))?.role).toBe('admin');
      await store.members.changeRole(workspaceId, elsewhere.max.userId, 'staff');
      expect((await store.members.member(elsewhere.workspaceId, elsewhere.max.userId))?.role).toBe('staff');
      await store.members.changeRole(elsewhere.workspaceId, elsewhere.max.userId, 'admin');
      expect((await store.members.member(workspaceId, elsewhere.max.userId))?.role).toBe('staff');
    });

    it('a workspace keeps an owner, whoever asks and however many at once', async () => {
      const { store, workspaceId, ana, adam } = await stage.town();
      expect(await outcome(store.members.changeRole(workspaceId, ana.userId, 'admin'))).toBe('conflict');
      expect(await outcome(store.members.remove(workspaceId, ana.userId, adam.userId))).toBe('conflict');
      expect((await store.members.member(workspaceId, ana.userId))?.role).toBe('owner');
      expect(await outcome(store.members.changeRole(workspaceId, ana.userId, 'owner'))).toBe('answered');
      await store.members.changeRole(workspaceId, adam.userId, 'owner');
      const both = await Promise.all([
        outcome(store.members.changeRole(workspaceId, ana.userId, 'staff')),
        outcome(store.members.remove(workspaceId, adam.userId, ana.userId)),
      ]);
      expect(both).toEqual(['answered', 'conflict']);
    });

    it('[SEC2] removing ends the membership in all rooms of the workspace, told as entries, and in no other', async () => {
      const town = await stage.town();
      const { store, workspaceId, room, team, ana, sam, elsewhere } = town;
      const max = await addPerson(town, 'Max', 'client');
      const shared = await makeRoom(town, { kind: 'client', name: 'Max', people: [ana, max] });
      const heard: Committed[] = [];
      store.log.onCommitted((batch) => heard.push(...batch));
      await store.members.remove(workspaceId, sam.userId, ana.userId);
      expect(await store.members.member(workspaceId, sam.userId)).toBeUndefined();
      expect(names(await store.members.list(workspaceId, { limit: 99 }))).not.toContain('Sam');
      expect(await store.rooms.ofMember(workspaceId, sam.userId, { limit: 9 })).toEqual([]);
      for (const ref of [room, team]) {
        expect(await store.rooms.standing(ref, sam.userId)).toBeUndefined();
        const last = (await readAll(store, ref)).at(-1);
        expect(last).toMatchObject({ kind: 'member', userId: sam.userId, joined: false, by: ana.userId });
        expect(heard.filter(({ roomId }) => roomId === ref.roomId).map(({ entry }) => entry)).toEqual([last]);
      }
      expect(heard).toHaveLength(2);
      await store.members.remove(workspaceId, max.userId, ana.userId);
      expect(await store.rooms.standing(shared, max.userId)).toBeUndefined();
      expect((await store.rooms.standing(elsewhere.room, max.userId))?.role).toBe('staff');
      expect(await store.members.member(elsewhere.workspaceId, max.userId)).toBeDefined();
    });

    it('who comes back is a member anew, in no room', async () => {
      const town = await stage.town();
      const { store, workspaceId, room, ana, sam } = town;
      await store.members.remove(workspaceId, sam.userId, ana.userId);
      const again = await addPerson(town, 'Sam', 'client');
      expect(again.userId).toBe(sam.userId);
      expect((await store.members.member(workspaceId, sam.userId))?.role).toBe('client');
      expect(await store.rooms.standing(room, sam.userId)).toBeUndefined();
    });

    if (make().lasting) {
      it('a restart finds the members and their roles', async () => {
        const before = await stage.town();
        const { workspaceId, ana, adam, sam } = before;
        await before.store.members.changeRole(workspaceId, adam.userId, 'owner');
        await before.store.members.remove(workspaceId, sam.userId, ana.userId);
        const kept = await before.store.members.list(workspaceId, { limit: 99 });
        const { store } = await stage.reopened(before);
        expect(await store.members.list(workspaceId, { limit: 99 })).toEqual(kept);
        expect(await store.members.member(workspaceId, sam.userId)).toBeUndefined();
      });
    }
  });
}
