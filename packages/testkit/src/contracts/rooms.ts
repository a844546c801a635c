import type { Committed } from '@stackbox/core';
import { describe, expect, it } from 'vitest';
import type { Make } from '../store.ts';
import { addPerson, joining, leaving, makeRoom, message, outcome, post, readAll } from '../town.ts';
import { stageFor } from './stage.ts';

/** What every `Rooms` owes. */
export function roomsContract(name: string, make: Make): void {
  describe(`rooms, ${name}`, () => {
    const stage = stageFor(make);

    it('[LOG7] a room is made with its name and its members as first entries, told to those who listen', async () => {
      const town = await stage.town();
      const { store, ana, sam, clock } = town;
      const heard: Committed[] = [];
      store.log.onCommitted((batch) => heard.push(...batch));
      const room = await makeRoom(town, { kind: 'team', name: 'Plans', people: [ana, sam] });
      expect(heard.map(({ entry }) => entry)).toEqual(await readAll(store, room));
      const by = ana.userId;
      const at = clock.now();
      expect(await readAll(store, room)).toEqual([
        { seq: 1, at, by, kind: 'room', name: 'Plans', topic: '' },
        { seq: 2, at, by, kind: 'member', userId: ana.userId, joined: true },
        { seq: 3, at, by, kind: 'member', userId: sam.userId, joined: true },
      ]);
      const standing = await store.rooms.standing(room, sam.userId);
      expect(standing?.room).toMatchObject({
        ...room,
        kind: 'team',
        name: 'Plans',
        topic: '',
        createdAt: at,
      });
    });

    it('[LOG4] making a room again with the same clientId answers the first', async () => {
      const town = await stage.town();
      const { store, ana, sam, elsewhere } = town;
      const asked = { kind: 'direct', name: 'Pair', people: [ana, sam], clientId: 'same' } as const;
      const made = await Promise.all(Array.from({ length: 10 }, () => makeRoom(town, asked)));
      expect(new Set(made.map(({ roomId }) => roomId)).size).toBe(1);
      const [room] = made as [(typeof made)[0]];
      expect(await makeRoom(town, { ...asked, name: 'Other' })).toEqual(room);
      expect((await store.rooms.standing(room, ana.userId))?.room.name).toBe('Pair');
      expect(await makeRoom(town, { ...asked, people: [sam, ana] })).not.toEqual(room);
      const { mallory } = elsewhere;
      expect(await makeRoom(town, { ...asked, people: [mallory] })).not.toEqual(room);
    });

    it('a founder who is not of the workspace is refused, and no room is left behind', async () => {
      const town = await stage.town();
      const { store, ana, elsewhere, workspaceId } = town;
      const before = await store.rooms.ofMember(workspaceId, ana.userId, { limit: 100 });
      const stranger = { ...elsewhere.mallory, workspaceId };
      const asked = { kind: 'direct', name: 'No', people: [ana, stranger], clientId: 'no' } as const;
      expect(await outcome(makeRoom(town, asked))).toBe('not_found');
      expect(await store.rooms.ofMember(workspaceId, ana.userId, { limit: 100 })).toEqual(before);
      const room = await makeRoom(town, { ...asked, people: [ana] });
      expect(await readAll(store, room)).toHaveLength(2);
    });

    it('[SEC2] who stands in a room is who joined and did not leave, with the role they have now', async () => {
      const { store, room, ana, sam, otto } = await stage.town();
      expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
      await store.log.append(room, joining(ana, otto));
      expect((await store.rooms.standing(room, otto.userId))?.role).toBe('staff');
      await store.members.changeRole(room.workspaceId, otto.userId, 'admin');
      expect((await store.rooms.standing(room, otto.userId))?.role).toBe('admin');
      expect(
        (await store.rooms.people(room, { limit: 9 })).find(({ userId }) => userId === otto.userId)?.role,
      ).toBe('admin');
      await store.log.append(room, leaving(ana, otto));
      expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
      await store.members.remove(room.workspaceId, sam.userId, ana.userId);
      expect(await store.rooms.standing(room, sam.userId)).toBeUndefined();
      expect((await store.rooms.people(room, { limit: 9 })).map(({ name }) => name)).toEqual([
        'Ana',
        'Adam',
        'Cleo',
      ]);
    });

    it('[SEC3] no standing tells nothing of why: no room, of others, of another workspace', async () => {
      const { store, room, ana, otto, elsewhere, workspaceId } = await stage.town();
      expect(await store.rooms.standing(room, ana.userId)).toBeDefined();
      const none = [
        await store.rooms.standing(room, otto.userId),
        await store.rooms.standing({ workspaceId, roomId: 'room_nowhere' }, ana.userId),
        await store.rooms.standing({ workspaceId, roomId: elsewhere.room.roomId }, elsewhere.max.userId),
        await store.rooms.standing({ ...room, workspaceId: elsewhere.workspaceId }, ana.userId),
        await store.rooms.standing(room, 'usr_nobody'),
        await store.rooms.summary(room, otto.userId),
        await store.rooms.summary({ ...room, workspaceId: elsewhere.workspaceId }, ana.userId),
      ];
      expect(none).toEqual(none.map(() => undefined));
    });

    it('[SEC1] of two workspaces that share a user each lists its own rooms and roles', async () => {
      const town = await stage.town();
      const { store, workspaceId, elsewhere, ana } = town;
      const max = await addPerson(town, 'Max', 'client');
      expect(max.userId).toBe(elsewhere.max.userId);
      const shared = await makeRoom(town, { kind: 'client', name: 'Max', people: [ana, max] });
      const listed = async (at: string) =>
        (await store.rooms.ofMember(at, max.userId, { limit: 9 })).map(({ roomId }) => roomId);
      expect(await listed(workspaceId)).toEqual([shared.roomId]);
      expect(await listed(elsewhere.workspaceId)).toEqual([elsewhere.room.roomId]);
      const role = async (ref: typeof shared) =>
        (await store.rooms.people(ref, { limit: 9 })).find(({ userId }) => userId === max.userId)?.role;
      expect(await role(shared)).toBe('client');
      expect(await role(elsewhere.room)).toBe('staff');
      expect((await store.rooms.standing(shared, max.userId))?.role).toBe('client');
      expect((await store.rooms.standing(elsewhere.room, max.userId))?.role).toBe('staff');
      const askew = { ...shared, workspaceId: elsewhere.workspaceId };
      expect(await store.rooms.people(askew, { limit: 9 })).toEqual([]);
      expect(await store.rooms.size(askew)).toBe(0);
      expect(await outcome(store.rooms.end(askew, max.userId))).toBe('not_found');
    });

    it('lists the rooms of a member in pages, ascending by id, the ended ones left out', async () => {
      const town = await stage.town();
      const { store, ana, otto, workspaceId } = town;
      const made = [];
      for (let i = 0; i < 25; i++) {
        made.push(await makeRoom(town, { kind: 'direct', name: `Room ${i}`, people: [ana, otto] }));
      }
      await store.rooms.end(made[3] as (typeof made)[0], ana.userId);
      await store.log.append(made[4] as (typeof made)[0], leaving(otto, otto));
      const expected = made.filter((_, i) => i !== 3 && i !== 4).map(({ roomId }) => roomId);
      const listed: string[] = [];
      for (;;) {
        const after = listed.at(-1);
        const page = { ...(after === undefined ? {} : { after }), limit: 7 };
        const rooms = await store.rooms.ofMember(workspaceId, otto.userId, page);
        expect(rooms.length).toBeLessThanOrEqual(7);
        listed.push(...rooms.map(({ roomId }) => roomId));
        if (rooms.length === 0) break;
      }
      expect(listed).toEqual(expected.sort());
    });

    it('lists the people of a room in pages, ascending by id, and knows how many they are', async () => {
      const town = await stage.town();
      const { store, ana } = town;
      const people = [ana];
      for (let i = 0; i < 12; i++) people.push(await addPerson(town, `Person ${i}`, 'staff'));
      const room = await makeRoom(town, { kind: 'team', name: 'All', people });
      await store.log.append(room, leaving(ana, people[5] as typeof ana));
      const expected = people.filter((_, i) => i !== 5).map(({ userId }) => userId);
      const first = await store.rooms.people(room, { limit: 7 });
      const second = await store.rooms.people(room, { after: first.at(-1)?.userId as string, limit: 7 });
      expect([...first, ...second].map(({ userId }) => userId)).toEqual(expected.sort());
      expect(first[0]).toEqual({ userId: ana.userId, name: 'Ana', role: 'owner' });
      expect(await store.rooms.size(room)).toBe(12);
    });

    it('[SEC4] the notes of a client room are a room of their own, found from it and from nowhere else', async () => {
      const { store, ids, room, team, ana, sam, elsewhere, workspaceId } = await stage.town();
      expect(await store.rooms.notesOf(room)).toBeUndefined();
      const { roomId } = await store.rooms.create({
        workspaceId,
        roomId: ids.fresh('room'),
        kind: 'team',
        name: 'Notes',
        topic: '',
        by: ana.userId,
        memberIds: [ana.userId, sam.userId],
        clientId: 'notes',
        notesFor: room.roomId,
      });
      const notes = { workspaceId, roomId };
      expect(await store.rooms.notesOf(room)).toMatchObject({ roomId, kind: 'team', notesFor: room.roomId });
      expect(await store.rooms.notesOf(team)).toBeUndefined();
      expect(await store.rooms.notesOf({ ...room, workspaceId: elsewhere.workspaceId })).toBeUndefined();
      await store.rooms.end(notes, ana.userId);
      expect(await store.rooms.notesOf(room)).toBeUndefined();
    });

    it('a summary says where the log and the member stand', async () => {
      const { store, room, ana, cleo } = await stage.town();
      await post(store, room, ana, 'one', 'two');
      await post(store, room, cleo, 'three');
      await store.cursors.advance(room, cleo.userId, { delivered: 7, read: 6 });
      const summary = await store.rooms.summary(room, cleo.userId);
      expect(summary).toMatchObject({
        room: { ...room, name: 'Cleo' },
        head: 8,
        delivered: 7,
        read: 6,
        unread: 1,
      });
      expect(await store.rooms.summary(room, ana.userId)).toMatchObject({
        head: 8,
        delivered: 0,
        read: 0,
        unread: 1,
      });
    });

    it('only a member ends a room, and it is over for all at once', async () => {
      const { store, room, ana, sam, otto, workspaceId } = await stage.town();
      expect(await outcome(store.rooms.end(room, otto.userId))).toBe('not_found');
      await store.rooms.end(room, ana.userId);
      for (const { userId } of [ana, sam]) {
        expect(await store.rooms.standing(room, userId)).toBeUndefined();
        const listed = await store.rooms.ofMember(workspaceId, userId, { limit: 9 });
        expect(listed.map(({ roomId }) => roomId)).not.toContain(room.roomId);
      }
      expect(await store.rooms.size(room)).toBe(0);
      expect(await store.rooms.people(room, { limit: 9 })).toEqual([]);
    });

    if (make().lasting) {
      it('a restart finds the rooms, who is in them and what they are called', async () => {
        const before = await stage.town();
        const { room, team, ana, sam, otto, workspaceId } = before;
        await before.store.log.append(room, { kind: 'room', by: ana.userId, name: 'New', topic: 'Of old' });
        await before.store.log.append(room, joining(ana, otto));
        await before.store.log.append(room, leaving(sam, sam));
        await before.store.rooms.end(team, ana.userId);
        const look = async ({ rooms }: typeof before.store) => ({
          standing: await rooms.standing(room, otto.userId),
          gone: await rooms.standing(room, sam.userId),
          people: await rooms.people(room, { limit: 9 }),
          ofAna: await rooms.ofMember(workspaceId, ana.userId, { limit: 9 }),
        });
        const kept = await look(before.store);
        expect(kept.gone).toBeUndefined();
        expect(kept.standing?.room).toMatchObject({ name: 'New', topic: 'Of old' });
        const { store } = await stage.reopened(before);
        expect(await look(store)).toEqual(kept);
        expect(await outcome(store.log.append(room, message(sam, 'hello')))).toBe('not_found');
      });
    }
  });
}
