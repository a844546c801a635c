import { removeMember } from '@stackbox/core';
import { leaving, type Stage, setStage, type TestClient } from '@stackbox/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Time passes: on the wall, and for the gateway's sweep, twice a second as a host calls it. */
async function pass({ clock, gateway }: Stage, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    const step = Math.min(500, ms - passed);
    clock.advance(step);
    await vi.advanceTimersByTimeAsync(step);
    gateway.sweep();
  }
  // What was swept last is gathered for a moment before it is told.
  await vi.advanceTimersByTimeAsync(60);
}

/** Clients joined to the town's room, all of that told and forgotten. */
async function joined(stage: Stage, ...names: ('ana' | 'adam' | 'sam' | 'cleo')[]): Promise<TestClient[]> {
  const clients: TestClient[] = [];
  for (const name of names) {
    const client = await stage.connect(stage[name]);
    await client.must('joinRoom', { roomId: stage.room.roomId });
    clients.push(client);
  }
  await pass(stage, 100);
  for (const client of clients) client.forget();
  return clients;
}

describe('typing', () => {
  it('[DEL6] is told to the room’s others who have joined, never to the one who types, and to no outsider', async () => {
    const stage = await setStage();
    const { room, sam, otto, connect, store } = stage;
    const [typist, also, seer] = (await joined(stage, 'sam', 'sam', 'cleo')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    const outsider = await connect(otto);
    expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
    await typist.must('typing', { roomId: room.roomId, on: true });
    await pass(stage, 100);
    expect(seer.events('typing')).toEqual([
      { type: 'typing', roomId: room.roomId, userId: sam.userId, on: true },
    ]);
    expect(typist.events('typing')).toEqual([]);
    expect(also.events('typing')).toEqual([]);
    expect(outsider.frames).toEqual([]);
    expect(await outsider.code('typing', { roomId: room.roomId, on: true })).toBe('not_found');
    await pass(stage, 100);
    expect(seer.events('typing')).toHaveLength(1);
  });

  it('[DEL6] ends by itself after 6 s, and starts over with each new sign', async () => {
    const stage = await setStage();
    const { room } = stage;
    const [typist, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    const states = () => seer.events('typing').map(({ on }) => on);
    await typist.must('typing', { roomId: room.roomId, on: true });
    await pass(stage, 5_000);
    expect(states()).toEqual([true]);
    await typist.must('typing', { roomId: room.roomId, on: true });
    await pass(stage, 5_500);
    expect(states()).not.toContain(false);
    await pass(stage, 1_000);
    expect(states().at(-1)).toBe(false);
    expect(typist.events('typing')).toEqual([]);
    const told = states().length;
    await pass(stage, 20_000);
    expect(states()).toHaveLength(told);
  });

  it('[DEL6] that was ended is not ended again', async () => {
    const stage = await setStage();
    const { room } = stage;
    const [typist, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    await typist.must('typing', { roomId: room.roomId, on: true });
    await pass(stage, 100);
    await typist.must('typing', { roomId: room.roomId, on: false });
    await pass(stage, 10_000);
    expect(seer.events('typing').map(({ on }) => on)).toEqual([true, false]);
  });

  it('[DEL6] of one moment is told once, as it stands at the end of it', async () => {
    const stage = await setStage();
    const { room } = stage;
    const [typist, other, seer] = (await joined(stage, 'sam', 'ana', 'cleo')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    for (const on of [true, false, true, false, true])
      await typist.must('typing', { roomId: room.roomId, on });
    await other.must('typing', { roomId: room.roomId, on: true });
    await pass(stage, 100);
    expect(seer.events('typing').map(({ userId, on }) => [userId, on])).toEqual([
      [stage.sam.userId, true],
      [stage.ana.userId, true],
    ]);
    expect(other.events('typing')).toHaveLength(1);
    expect(typist.events('typing')).toHaveLength(1);
  });

  it('[LOG7] leaves nothing in the log', async () => {
    const stage = await setStage();
    const { room, store } = stage;
    const [typist] = (await joined(stage, 'sam')) as [TestClient];
    await typist.must('typing', { roomId: room.roomId, on: true });
    expect((await store.log.read(room, { after: 0, limit: 1 }))?.head).toBe(5);
  });

  it('[SEC2] is not told to who was removed while it was on its way', async () => {
    const stage = await setStage();
    const { room, store, ana, cleo } = stage;
    const [typist, removed, stays] = (await joined(stage, 'sam', 'cleo', 'adam')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    await typist.must('typing', { roomId: room.roomId, on: true });
    await store.log.append(room, leaving(ana, cleo));
    await pass(stage, 10_000);
    expect(removed.events('typing')).toEqual([]);
    expect(stays.events('typing').map(({ on }) => on)).toEqual([true, false]);
  });
});

describe('presence', () => {
  const states = (client: TestClient, { userId }: { userId: string }): string[] =>
    client.events('presence').flatMap((event) => (event.userId === userId ? [event.state] : []));

  it('[DEL6] is told to the others of the rooms that one joins, and to nobody else', async () => {
    const stage = await setStage();
    const { room, sam, otto, connect, team } = stage;
    const [seer] = (await joined(stage, 'cleo')) as [TestClient];
    const outsider = await connect(otto);
    const client = await connect(sam);
    await client.must('joinRoom', { roomId: team.roomId });
    await pass(stage, 1_000);
    expect(states(seer, sam)).toEqual([]);
    const { members } = await client.must('joinRoom', { roomId: room.roomId });
    await pass(stage, 1_000);
    expect(states(seer, sam)).toEqual(['online']);
    expect(states(client, sam)).toEqual([]);
    expect(outsider.frames).toEqual([]);
    expect(members?.find(({ userId }) => userId === stage.cleo.userId)?.state).toBe('online');
    expect(members?.find(({ userId }) => userId === stage.adam.userId)?.state).toBe('offline');
  });

  it('[DEL6] is per person: offline only once the last of their connections has gone for a while', async () => {
    const stage = await setStage();
    const { sam, gateway } = stage;
    const [one, two, seer] = (await joined(stage, 'sam', 'sam', 'cleo')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    gateway.disconnect(one.connection);
    await pass(stage, 10_000);
    expect(states(seer, sam)).toEqual([]);
    gateway.disconnect(two.connection);
    await pass(stage, 2_000);
    expect(states(seer, sam)).toEqual([]);
    await pass(stage, 2_000);
    expect(states(seer, sam)).toEqual(['offline']);
  });

  it('[DEL6] a reload is no leaving', async () => {
    const stage = await setStage();
    const { sam, gateway, room, connect } = stage;
    const [before, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    gateway.disconnect(before.connection);
    await pass(stage, 1_500);
    const after = await connect(sam);
    await after.must('joinRoom', { roomId: room.roomId });
    await pass(stage, 10_000);
    expect(states(seer, sam)).not.toContain('offline');
  });

  it('[DEL6] who does nothing is away, and a ping is not doing', async () => {
    const stage = await setStage();
    const { sam } = stage;
    const [idle, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    for (let minute = 0; minute < 6; minute++) {
      await pass(stage, 60_000);
      await idle.must('ping');
      await seer.must('hello');
    }
    expect(states(seer, sam)).toEqual(['away']);
    await idle.must('typing', { roomId: stage.room.roomId, on: true });
    await pass(stage, 1_000);
    expect(states(seer, sam)).toEqual(['away', 'online']);
  });

  it('[SEC4] of who is no longer in the room is told there no more', async () => {
    const stage = await setStage();
    const { room, store, ana, sam, gateway } = stage;
    const [removed, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    expect(await store.rooms.standing(room, sam.userId)).toBeDefined();
    await store.log.append(room, leaving(ana, sam));
    gateway.disconnect(removed.connection);
    await pass(stage, 10_000);
    expect(states(seer, sam)).toEqual([]);
  });

  it('[SEC2] is not told to who was removed', async () => {
    const stage = await setStage();
    const { room, store, cleo, sam, gateway, ids, ana } = stage;
    const [there, removed, seer] = (await joined(stage, 'sam', 'cleo', 'adam')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    await removeMember({ ...store, ids }, ana, room.roomId, cleo.userId);
    gateway.disconnect(there.connection);
    await pass(stage, 10_000);
    expect(states(seer, sam)).toEqual(['offline']);
    expect(states(removed, sam)).toEqual([]);
  });
});

describe('cursors', () => {
  it('[DEL5] the room hears where each stands, forward only, and who moves them is answered', async () => {
    const stage = await setStage();
    const { room, sam, otto, connect, store } = stage;
    const [mover, also, seer] = (await joined(stage, 'sam', 'sam', 'cleo')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    const outsider = await connect(otto);
    expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
    expect(await mover.must('markDelivered', { roomId: room.roomId, seq: 4 })).toMatchObject({
      delivered: 4,
      read: 0,
    });
    await pass(stage, 100);
    expect(await mover.must('markRead', { roomId: room.roomId, seq: 3 })).toMatchObject({
      delivered: 4,
      read: 3,
    });
    await pass(stage, 100);
    expect(await mover.must('markRead', { roomId: room.roomId, seq: 2 })).toMatchObject({
      delivered: 4,
      read: 3,
    });
    expect(await mover.must('markRead', { roomId: room.roomId, seq: 2 ** 50 })).toMatchObject({
      delivered: 5,
      read: 5,
    });
    await pass(stage, 100);
    const cursor = { type: 'cursor', roomId: room.roomId, userId: sam.userId };
    const heard = [
      { ...cursor, delivered: 4, read: 0 },
      { ...cursor, delivered: 4, read: 3 },
      { ...cursor, delivered: 5, read: 5 },
    ];
    // The mover's other devices, too: what was read on one is read on all.
    for (const client of [mover, also, seer]) expect(client.events('cursor')).toEqual(heard);
    expect(outsider.frames).toEqual([]);
    expect(await outsider.code('markRead', { roomId: room.roomId, seq: 5 })).toBe('not_found');
  });

  it('[DEL5] what changed nothing is told to nobody', async () => {
    const stage = await setStage();
    const { room } = stage;
    const [mover, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    await mover.must('markRead', { roomId: room.roomId, seq: 3 });
    await pass(stage, 100);
    for (const seq of [1, 2, 3]) await mover.must('markRead', { roomId: room.roomId, seq });
    await pass(stage, 100);
    expect(seer.events('cursor')).toHaveLength(1);
  });

  it('[DEL5] of one moment are told once, as they stand at the end of it', async () => {
    const stage = await setStage();
    const { room } = stage;
    const [mover, seer] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    for (const seq of [1, 2, 3, 4]) await mover.must('markRead', { roomId: room.roomId, seq });
    await pass(stage, 100);
    expect(seer.events('cursor')).toMatchObject([{ read: 4 }]);
  });
});
