import { limits, type RoomKind } from '@stackbox/protocol';
import { addPerson, joining, leaving, memoryTown, outcome, readAll, type Town } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { addMember, changeRoom, createRoom, deleteRoom, removeMember } from './change.ts';
import { readRoom } from './read.ts';

type Person = Town['ana'];
let made = 0;

const needsOf = ({ store, ids }: Town) => ({ ...store, ids });

/** Makes a room as somebody, and gives it with the notes beside it. */
async function make(town: Town, by: Person, kind: RoomKind, people: readonly Person[], name = 'Room') {
  const clientId = `r${++made}`;
  const memberIds = people.map(({ userId }) => userId);
  const { roomId } = await createRoom(needsOf(town), by, { kind, name, memberIds, clientId });
  const room = { workspaceId: by.workspaceId, roomId };
  return { room, notes: await town.store.rooms.notesOf(room) };
}

const inside = async ({ store }: Town, room: Town['room'] | undefined) =>
  room && (await store.rooms.people(room, { limit: 99 })).map(({ name }) => name);

describe('createRoom', () => {
  it('[SEC4] a client room gets a notes room of its own, with its staff and without its clients', async () => {
    const town = await memoryTown();
    const { ana, sam, cleo } = town;
    const { room, notes } = await make(town, ana, 'client', [sam, cleo], 'Cleo');
    expect(await inside(town, room)).toEqual(['Ana', 'Sam', 'Cleo']);
    expect(notes).toMatchObject({ kind: 'team', name: 'Cleo · notes', notesFor: room.roomId });
    expect(await inside(town, notes)).toEqual(['Ana', 'Sam']);
    expect(await readRoom(town.store, sam, room.roomId)).toMatchObject({
      notesRoomId: notes?.roomId,
      size: 3,
    });
    expect(await readRoom(town.store, cleo, room.roomId)).not.toHaveProperty('notesRoomId');
    // Not even to a client whom a mistake has put into the notes.
    await town.store.log.append({ ...room, roomId: notes?.roomId as string }, joining(ana, cleo));
    expect(await readRoom(town.store, cleo, room.roomId)).not.toHaveProperty('notesRoomId');
    expect(await outcome(readRoom(town.store, cleo, notes?.roomId as string))).toBe('not_found');
  });

  it('other rooms get none', async () => {
    const town = await memoryTown();
    const { ana, sam, cleo } = town;
    expect((await make(town, ana, 'team', [sam])).notes).toBeUndefined();
    expect((await make(town, ana, 'direct', [cleo])).notes).toBeUndefined();
  });

  it('[SEC7] a client makes no room, and nobody puts a client into a team room', async () => {
    const town = await memoryTown();
    const { ana, sam, cleo, dora } = town;
    expect(await outcome(make(town, cleo, 'direct', [dora]))).toBe('forbidden');
    expect(await outcome(make(town, ana, 'team', [sam, cleo]))).toBe('forbidden');
    expect(await outcome(make(town, sam, 'direct', [cleo]))).toBe('answered');
  });

  it('[SEC1] a founder from elsewhere is nobody', async () => {
    const town = await memoryTown();
    const { ana, elsewhere } = town;
    expect(await outcome(make(town, ana, 'direct', [elsewhere.mallory]))).toBe('not_found');
    expect(await outcome(make(town, ana, 'direct', [{ ...ana, userId: 'usr_nobody' }]))).toBe('not_found');
    // A client hears nothing of who exists.
    expect(await outcome(make(town, town.cleo, 'direct', [{ ...ana, userId: 'usr_nobody' }]))).toBe(
      'forbidden',
    );
  });

  it('starts with at most 40 members, the maker among them, each once', async () => {
    const town = await memoryTown();
    const { ana, workspaceId } = town;
    const people: Person[] = [];
    for (let i = 0; i < limits.foundingMembers; i++)
      people.push(await addPerson(town, `Person ${i}`, 'staff', workspaceId));
    expect(await outcome(make(town, ana, 'team', people))).toBe('bad_request');
    const { room } = await make(town, ana, 'team', [ana, ...people.slice(1), ana]);
    expect(await town.store.rooms.size(room)).toBe(40);
  });

  it('[LOG4] asked again it answers the same room, with one notes room', async () => {
    const town = await memoryTown();
    const draft = { kind: 'client', name: 'Cleo', memberIds: [town.cleo.userId], clientId: 'same' } as const;
    const first = await createRoom(needsOf(town), town.ana, draft);
    const again = await createRoom(needsOf(town), town.ana, { ...draft, name: 'Other' });
    expect(again).toEqual({ roomId: first.roomId, duplicate: true });
    const mine = await town.store.rooms.ofMember(town.workspaceId, town.ana.userId, { limit: 99 });
    expect(mine.filter(({ notesFor }) => notesFor === first.roomId)).toHaveLength(1);
  });

  it('[LOG4] cut short before its notes, it makes them when it is asked again', async () => {
    const town = await memoryTown();
    const { create } = town.store.rooms;
    town.store.rooms.create = async (room) => {
      if (room.notesFor !== undefined) throw new Error('the power went');
      return create(room);
    };
    const draft = { kind: 'client', name: 'Cleo', memberIds: [], clientId: 'same' } as const;
    await expect(createRoom(needsOf(town), town.ana, draft)).rejects.toThrow('the power went');
    town.store.rooms.create = create;
    const { roomId, duplicate } = await createRoom(needsOf(town), town.ana, draft);
    expect(duplicate).toBe(true);
    expect(await town.store.rooms.notesOf({ ...town.ana, roomId })).toBeDefined();
  });

  it('a notes room has a name that fits, however long its room’s is', async () => {
    const town = await memoryTown();
    for (const name of ['N'.repeat(limits.nameChars), '👍'.repeat(limits.nameChars / 2)]) {
      const { notes } = await make(town, town.ana, 'client', [], name);
      expect(notes?.name.length).toBeLessThanOrEqual(limits.nameChars);
      expect(notes?.name).toMatch(/ · notes$/);
      expect(notes?.name.isWellFormed()).toBe(true);
    }
  });
});

describe('addMember', () => {
  it('[SEC4] staff join the notes too, clients never', async () => {
    const town = await memoryTown();
    const { ana, otto, dora } = town;
    const { room, notes } = await make(town, ana, 'client', []);
    await addMember(needsOf(town), ana, room.roomId, otto.userId);
    await addMember(needsOf(town), ana, room.roomId, dora.userId);
    expect(await inside(town, room)).toEqual(['Ana', 'Otto', 'Dora']);
    expect(await inside(town, notes)).toEqual(['Ana', 'Otto']);
  });

  it('[SEC4] who is not in the notes opens them to nobody', async () => {
    const town = await memoryTown();
    const { store, ana, sam, otto } = town;
    const { room, notes } = await make(town, ana, 'client', [sam]);
    await store.log.append({ ...town.ana, roomId: notes?.roomId as string }, leaving(sam, sam));
    await addMember(needsOf(town), sam, room.roomId, otto.userId);
    expect(await inside(town, room)).toEqual(['Ana', 'Sam', 'Otto']);
    expect(await inside(town, notes)).toEqual(['Ana']);
  });

  it('[SEC7] not by a client, not a client into a team room, and from outside there is no room', async () => {
    const town = await memoryTown();
    const { room, team, sam, cleo, otto, dora, elsewhere } = town;
    const adds = (by: Person, where: Town['room'], who: Person) =>
      outcome(addMember(needsOf(town), by, where.roomId, who.userId));
    expect(await adds(cleo, room, dora)).toBe('forbidden');
    expect(await adds(cleo, room, { ...dora, userId: 'usr_nobody' })).toBe('forbidden');
    expect(await adds(sam, team, dora)).toBe('forbidden');
    expect(await adds(otto, room, otto)).toBe('not_found');
    expect(await adds(sam, elsewhere.room, otto)).toBe('not_found');
    expect(await adds(sam, room, elsewhere.mallory)).toBe('not_found');
    expect(await adds(sam, room, dora)).toBe('answered');
  });

  it('[LOG4] added again is as it was', async () => {
    const town = await memoryTown();
    const { room, ana, otto } = town;
    const first = await addMember(needsOf(town), ana, room.roomId, otto.userId);
    expect(await addMember(needsOf(town), ana, room.roomId, otto.userId)).toEqual({
      ...first,
      duplicate: true,
    });
  });
});

describe('removeMember', () => {
  it('[SEC4] takes them out of the notes too, whoever asks', async () => {
    const town = await memoryTown();
    const { store, ana, sam, otto } = town;
    const { room, notes } = await make(town, ana, 'client', [sam, otto]);
    const notesRoom = { ...room, roomId: notes?.roomId as string };
    await store.log.append(notesRoom, leaving(sam, sam));
    await removeMember(needsOf(town), sam, room.roomId, otto.userId);
    expect(await inside(town, room)).toEqual(['Ana', 'Sam']);
    expect(await inside(town, notes)).toEqual(['Ana']);
    await removeMember(needsOf(town), ana, room.roomId, ana.userId);
    expect(await inside(town, room)).toEqual(['Sam']);
    expect(await inside(town, notes)).toEqual([]);
  });

  it('[SEC7] everyone may leave; a client removes nobody; from outside there is no room', async () => {
    const town = await memoryTown();
    const { room, sam, cleo, otto, elsewhere } = town;
    const removes = (by: Person, who: Person) =>
      outcome(removeMember(needsOf(town), by, room.roomId, who.userId));
    expect(await removes(cleo, sam)).toBe('forbidden');
    expect(await removes(otto, sam)).toBe('not_found');
    expect(await removes(otto, otto)).toBe('not_found');
    expect(await removes(elsewhere.mallory, sam)).toBe('not_found');
    expect(await removes(sam, otto)).toBe('not_found');
    expect(await removes(cleo, cleo)).toBe('answered');
    expect(await removes(cleo, cleo)).toBe('not_found');
    expect(await inside(town, room)).toEqual(['Ana', 'Adam', 'Sam']);
  });
});

describe('changeRoom', () => {
  it('[LOG7] is an entry where it changes something', async () => {
    const town = await memoryTown();
    const { store, room, sam } = town;
    const { roomId } = room;
    expect(await changeRoom(needsOf(town), sam, { roomId, topic: 'New' })).toMatchObject({
      name: 'Cleo',
      topic: 'New',
    });
    expect((await readAll(store, room)).at(-1)).toMatchObject({
      kind: 'room',
      name: 'Cleo',
      topic: 'New',
      by: sam.userId,
    });
    await changeRoom(needsOf(town), sam, { roomId, name: 'Cleo', topic: 'New' });
    await changeRoom(needsOf(town), sam, { roomId });
    expect(await readAll(store, room)).toHaveLength(6);
  });

  it('[SEC7] not by a client, and from outside there is no room', async () => {
    const town = await memoryTown();
    const changes = (by: Person) =>
      outcome(changeRoom(needsOf(town), by, { roomId: town.room.roomId, name: 'New' }));
    expect(await changes(town.cleo)).toBe('forbidden');
    expect(await changes(town.otto)).toBe('not_found');
    expect(await changes(town.elsewhere.max)).toBe('not_found');
    expect(await changes(town.sam)).toBe('answered');
  });
});

describe('a role that changed', () => {
  it('[SEC2] holds at once, also for who acts with an older one', async () => {
    const town = await memoryTown();
    const { store, room, workspaceId, adam } = town;
    await store.members.changeRole(workspaceId, adam.userId, 'client');
    const { roomId } = room;
    expect(adam.role).toBe('admin');
    expect(await outcome(changeRoom(needsOf(town), adam, { roomId, name: 'New' }))).toBe('forbidden');
    expect(await outcome(deleteRoom(needsOf(town), adam, roomId))).toBe('forbidden');
    expect(await outcome(changeRoom(needsOf(town), adam, { roomId: town.team.roomId, name: 'New' }))).toBe(
      'not_found',
    );
  });
});

describe('deleteRoom', () => {
  it('[LOG9] ends the room and its notes', async () => {
    const town = await memoryTown();
    const { store, ana, sam } = town;
    const { room, notes } = await make(town, ana, 'client', [sam]);
    await deleteRoom(needsOf(town), ana, room.roomId);
    for (const ref of [room, { ...room, roomId: notes?.roomId as string }]) {
      expect(await store.log.read(ref, { after: 0, limit: 9 })).toBeUndefined();
      expect(await store.rooms.standing(ref, sam.userId)).toBeUndefined();
    }
  });

  it('cut short between the two it can be asked again', async () => {
    const town = await memoryTown();
    const { store, ana } = town;
    const { room } = await make(town, ana, 'client', []);
    const { end } = store.rooms;
    store.rooms.end = async (ref, by) => {
      if (ref.roomId === room.roomId) throw new Error('the power went');
      return end(ref, by);
    };
    await expect(deleteRoom(needsOf(town), ana, room.roomId)).rejects.toThrow('the power went');
    store.rooms.end = end;
    await deleteRoom(needsOf(town), ana, room.roomId);
    expect(await store.rooms.standing(room, ana.userId)).toBeUndefined();
  });

  it('one who is not in its notes can end the room all the same', async () => {
    const town = await memoryTown();
    const { store, ana, adam } = town;
    const { room, notes } = await make(town, ana, 'client', [adam]);
    const notesRoom = { ...room, roomId: notes?.roomId as string };
    await store.log.append(notesRoom, leaving(adam, adam));
    expect(await outcome(deleteRoom(needsOf(town), adam, room.roomId))).toBe('answered');
    expect(await store.log.read(notesRoom, { after: 0, limit: 9 })).toBeUndefined();
  });

  it('[SEC7] by an owner or an admin who is in it', async () => {
    const town = await memoryTown();
    const { room, adam, sam, cleo, otto, elsewhere } = town;
    const ends = (by: Person) => outcome(deleteRoom(needsOf(town), by, room.roomId));
    expect(await ends(otto)).toBe('not_found');
    expect(await ends(elsewhere.mallory)).toBe('not_found');
    expect(await ends(cleo)).toBe('forbidden');
    expect(await ends(sam)).toBe('forbidden');
    expect(await ends(adam)).toBe('answered');
    expect(await ends(adam)).toBe('not_found');
  });
});
