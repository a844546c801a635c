import { makeRoom, memoryTown, outcome, post, type Town } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { listPeople, listRooms, pageRange, readEntries, readRoom, roomCompany } from './read.ts';

describe('reading', () => {
  it('[SEC3] a room that is not one’s own is not there: entries, people, details', async () => {
    const { store, room, team, cleo, otto, elsewhere, sam } = await memoryTown();
    const reads = async (by: Town['ana'], roomId: string) =>
      Promise.all([
        outcome(readEntries(store, by, roomId, { after: 0, limit: 9 })),
        outcome(listPeople(store, by, roomId, { limit: 9 })),
        outcome(readRoom(store, by, roomId)),
      ]);
    const hidden = ['not_found', 'not_found', 'not_found'];
    expect(await reads(sam, room.roomId)).toEqual(['answered', 'answered', 'answered']);
    expect(await reads(otto, room.roomId)).toEqual(hidden);
    expect(await reads(cleo, team.roomId)).toEqual(hidden);
    expect(await reads(sam, elsewhere.room.roomId)).toEqual(hidden);
    expect(await reads(sam, 'room_nowhere')).toEqual(hidden);
    expect(await reads({ ...elsewhere.max, workspaceId: sam.workspaceId }, elsewhere.room.roomId)).toEqual(
      hidden,
    );
  });

  it('lists the actor’s rooms with what is unread, in pages that are full until the end', async () => {
    const town = await memoryTown();
    const { store, ana, otto } = town;
    const made = [];
    for (let i = 0; i < 9; i++)
      made.push(await makeRoom(town, { kind: 'direct', name: `Room ${i}`, people: [ana, otto] }));
    await post(store, made[2] as (typeof made)[0], ana, 'one', 'two');
    const first = await listRooms(store, otto, { limit: 4 });
    expect(first.map(({ unread }) => unread)).toEqual([0, 0, 2, 0]);
    const rest = await listRooms(store, otto, { after: first.at(-1)?.room.roomId as string, limit: 99 });
    expect([...first, ...rest].map(({ room }) => room.roomId)).toEqual(made.map(({ roomId }) => roomId));
  });

  it('[SEC4] a client is shown no team room, and the rooms behind such a one all the same', async () => {
    const town = await memoryTown();
    const { store, ana, dora } = town;
    const people = [ana, dora];
    for (let i = 0; i < 12; i++) await makeRoom(town, { kind: 'team', name: 'By mistake', people });
    const own = await makeRoom(town, { kind: 'client', name: 'Dora', people });
    expect((await listRooms(store, dora, { limit: 5 })).map(({ room }) => room.roomId)).toEqual([own.roomId]);
    expect(await listRooms(store, ana, { limit: 5 })).toHaveLength(5);
  });

  it('the company of a room is told in rooms of up to 100', async () => {
    const { store, room, cleo } = await memoryTown();
    await store.cursors.advance(room, cleo.userId, { read: 3 });
    const company = await roomCompany(store, room);
    expect(company?.people.map(({ name }) => name)).toEqual(['Ana', 'Adam', 'Sam', 'Cleo']);
    expect(company?.cursors).toEqual([{ userId: cleo.userId, delivered: 3, read: 3 }]);
    store.rooms.size = async () => 101;
    expect(await roomCompany(store, room)).toBeUndefined();
  });

  it('a range is after or before, and without either the end', () => {
    expect(pageRange({ after: 5, limit: 9 })).toEqual({ after: 5, limit: 9 });
    expect(pageRange({ before: 5, limit: 9 })).toEqual({ before: 5, limit: 9 });
    expect(pageRange({ limit: 9 })).toEqual({ before: Number.MAX_SAFE_INTEGER, limit: 9 });
    expect(() => pageRange({ after: 0, before: 0, limit: 9 })).toThrow('not both');
  });
});
