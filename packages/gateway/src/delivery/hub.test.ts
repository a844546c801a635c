import type { Committed } from '@stackbox/core';
import {
  change,
  joining,
  leaving,
  makeRoom,
  message,
  post,
  type Stage,
  setStage,
  type TestClient,
} from '@stackbox/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hub } from './hub.ts';

/** Clients of these people, joined to the town's room. */
async function joined<Name extends 'ana' | 'adam' | 'sam' | 'cleo'>(
  stage: Stage,
  ...names: Name[]
): Promise<TestClient[]> {
  return Promise.all(
    names.map(async (name) => {
      const client = await stage.connect(stage[name]);
      await client.must('joinRoom', { roomId: stage.room.roomId });
      return client;
    }),
  );
}

describe('who hears', () => {
  it('[DEL1] each joined connection gets every later entry once, in order, its own sends too', async () => {
    const stage = await setStage();
    const { room, store, ana, sam } = stage;
    const clients = await joined(stage, 'ana', 'sam', 'cleo', 'cleo');
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => store.log.append(room, message(i % 2 === 0 ? ana : sam, 'text'))),
    );
    await store.log.append(room, change(ana, { kind: 'pin', target: 6, on: true }));
    for (const client of clients) {
      expect(client.entries().map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, i) => i + 6));
    }
  });

  it('[LOG7] whatever changes what others see is heard: message, edit, delete, reaction, pin, member, room', async () => {
    const stage = await setStage();
    const { room, connect, sam, cleo, ana, otto, dora, store } = stage;
    const [seer] = (await joined(stage, 'cleo')) as [TestClient];
    const outsider = await connect(dora);
    expect(await store.rooms.standing(room, dora.userId)).toBeUndefined();
    const sender = await connect(sam);
    const on = { roomId: room.roomId, seq: 6 };
    await sender.must('sendMessage', { roomId: room.roomId, clientId: '1', text: 'hello' });
    await sender.must('editMessage', { ...on, clientId: '2', text: 'hi' });
    await sender.must('react', { ...on, clientId: '3', emoji: '👍', on: true });
    await sender.must('pin', { ...on, clientId: '4', on: true });
    await store.log.append(room, joining(ana, otto));
    await store.log.append(room, leaving(ana, otto));
    await store.log.append(room, { kind: 'room', by: ana.userId, name: 'New', topic: '' });
    await sender.must('deleteMessage', { ...on, clientId: '5' });
    const { epoch } = (await store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
    const heard = seer.entries();
    expect(heard.map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
      '6 message',
      '7 edit',
      '8 reaction',
      '9 pin',
      '10 member',
      '11 member',
      '12 room',
      '13 delete',
    ]);
    for (const event of heard) expect(event).toMatchObject({ type: 'entry', roomId: room.roomId, epoch });
    expect(heard[1]).toMatchObject({ target: 6, text: 'hi', by: sam.userId });
    expect(heard[2]).toMatchObject({ target: 6, emoji: '👍', on: true });
    expect(heard[3]).toMatchObject({ target: 6, on: true });
    expect(heard[7]).toMatchObject({ target: 6 });
    expect(cleo.role).toBe('client');
    expect(outsider.frames).toEqual([]);
  });

  it('[SEC2] who is removed hears that, and nothing after it, also of the same batch', async () => {
    const stage = await setStage();
    const { room, store, ana, cleo } = stage;
    const [removed, also, stays] = (await joined(stage, 'cleo', 'cleo', 'sam')) as [
      TestClient,
      TestClient,
      TestClient,
    ];
    await Promise.all([
      store.log.append(room, message(ana, 'before')),
      store.log.append(room, leaving(ana, cleo)),
      store.log.append(room, message(ana, 'after')),
      store.log.append(room, joining(ana, cleo)),
      store.log.append(room, message(ana, 'long after')),
    ]);
    await post(store, room, ana, 'later');
    for (const client of [removed, also]) {
      // Their leaving, then that they were put back: what lies between and after is for who joins again.
      expect(client.entries()).toMatchObject([{ kind: 'message' }, { joined: false }, { joined: true }]);
      expect(client.closed).toBeUndefined();
    }
    expect(stays.entries()).toHaveLength(6);
  });

  it('[LOG7] who is put into a room hears it on every open connection, and goes on to join', async () => {
    const stage = await setStage();
    const { room, store, ana, otto, dora, connect, elsewhere } = stage;
    const [one, two, other, foreign] = await Promise.all(
      [otto, otto, dora, elsewhere.max].map((who) => connect(who)),
    );
    if (!one || !two || !other || !foreign) throw new Error('four connect');
    expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
    const { seq } = await store.log.append(room, joining(ana, otto));
    await post(store, room, ana, 'not joined yet');
    for (const client of [one, two]) {
      expect(client.entries()).toMatchObject([
        { roomId: room.roomId, seq, kind: 'member', userId: otto.userId, joined: true },
      ]);
    }
    for (const client of [other, foreign]) expect(client.frames).toEqual([]);
    await one.must('joinRoom', { roomId: room.roomId });
    await store.log.append(room, joining(ana, dora));
    expect(one.entries().map((entry) => entry.seq)).toEqual([seq, seq + 2]);
    expect(two.entries()).toHaveLength(1);
    expect(other.entries()).toMatchObject([{ userId: dora.userId }]);
  });

  it('[SEC4] a client who is put into a team room by mistake hears nothing of it', async () => {
    const stage = await setStage();
    const { team, store, ana, cleo, otto, connect } = stage;
    const [client, staff] = [await connect(cleo), await connect(otto)];
    await store.log.append(team, joining(ana, cleo));
    await store.log.append(team, joining(ana, otto));
    expect(await store.rooms.standing(team, cleo.userId)).toBeDefined();
    expect(client.frames).toEqual([]);
    expect(staff.entries()).toHaveLength(1);
  });

  it('[DEL1] who is put back while a connection of theirs joins hears it once', async () => {
    const stage = await setStage();
    const { room, store, ana, otto, connect, gateway } = stage;
    const client = await connect(otto);
    gateway.hub.hold(client.connection, room.roomId);
    gateway.hub.release(client.connection, room.roomId, 1);
    await store.log.append(room, joining(ana, otto));
    expect(client.entries()).toHaveLength(1);
  });

  it('[SEC2] who is put in and taken out at once hears of neither', async () => {
    const stage = await setStage();
    const { room, store, ana, otto, connect } = stage;
    const client = await connect(otto);
    await Promise.all([
      store.log.append(room, joining(ana, otto)),
      store.log.append(room, leaving(ana, otto)),
    ]);
    expect(client.frames).toEqual([]);
  });

  it('[SEC2] who is removed from the workspace is told so, and their connections close', async () => {
    const stage = await setStage();
    const { removeFromWorkspace } = await import('@stackbox/core');
    const { store, ana, cleo, gateway, room } = stage;
    const [removed, stays] = (await joined(stage, 'cleo', 'sam')) as [TestClient, TestClient];
    await removeFromWorkspace({ ...store, audience: gateway.hub }, ana, cleo.userId);
    expect(removed.closed).toMatchObject({ code: 'unauthenticated', retry: 'never' });
    expect(removed.entries().map(({ kind }) => kind)).toEqual(['member']);
    const heard = removed.frames.length;
    await post(store, room, ana, 'later');
    expect(removed.frames).toHaveLength(heard);
    expect(stays.entries()).toHaveLength(2);
    expect(gateway.hub.of(cleo).size).toBe(0);
  });

  it('[LOG7] the end of a room is the last that anyone hears of it', async () => {
    const stage = await setStage();
    const { room, team, store, ana, gateway } = stage;
    const [client] = (await joined(stage, 'sam')) as [TestClient];
    await client.must('joinRoom', { roomId: team.roomId });
    await store.rooms.end(room, ana.userId);
    expect(client.entries()).toMatchObject([{ roomId: room.roomId, kind: 'room', deleted: true }]);
    expect(gateway.hub.isJoined(client.connection, room.roomId)).toBe(false);
    await post(store, team, ana, 'goes on');
    expect(client.entries(team.roomId)).toHaveLength(1);
    expect(await client.code('sendMessage', { roomId: room.roomId, clientId: '1', text: 'late' })).toBe(
      'not_found',
    );
  });

  it('[SEC1] a room of another workspace with people of the same name hears nothing', async () => {
    const stage = await setStage();
    const { elsewhere, store, room, ana, connect, workspaceId } = stage;
    const shared = await makeRoom(stage, {
      kind: 'client',
      name: 'Max',
      people: [ana, { ...elsewhere.max, workspaceId }],
    });
    const there = await connect(elsewhere.max);
    await there.must('joinRoom', { roomId: elsewhere.room.roomId });
    expect(await there.code('joinRoom', { roomId: shared.roomId })).toBe('not_found');
    await post(store, shared, ana, 'ours');
    await post(store, room, ana, 'ours');
    expect(there.entries()).toEqual([]);
    await post(store, elsewhere.room, elsewhere.mallory, 'theirs');
    expect(there.entries()).toHaveLength(1);
  });

  it('a connection that is gone is forgotten: nothing is kept of it', async () => {
    const stage = await setStage();
    const { gateway, room, store, ana, sam } = stage;
    const [client] = (await joined(stage, 'sam')) as [TestClient];
    gateway.disconnect(client.connection);
    gateway.disconnect(client.connection);
    const heard = client.frames.length;
    await post(store, room, ana, 'later');
    await client.send({ action: 'ping' });
    expect(client.frames).toHaveLength(heard);
    expect(gateway.hub.of(sam).size).toBe(0);
    expect(gateway.hub.connections.size).toBe(0);
    expect(gateway.hub.isJoined(client.connection, room.roomId)).toBe(false);
  });
});

describe('a batch', () => {
  it('[DEL1] [SEC2] is told as its entries would be one by one, however it is cut', async () => {
    const stage = await setStage();
    const { room, store, ana, sam, cleo } = stage;
    const { epoch } = (await store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
    const kind = fc.constantFrom('message', 'message', 'leave sam', 'leave cleo', 'end');
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { maxLength: 8 }),
        fc.array(fc.nat(8), { maxLength: 3 }),
        async (kinds, cuts) => {
          const batch = kinds.map((what, i): Committed => {
            const base = { seq: i + 1, at: 0, by: ana.userId };
            const userId = what === 'leave sam' ? sam.userId : cleo.userId;
            const entry = what.startsWith('leave')
              ? ({ ...base, kind: 'member', userId, joined: false } as const)
              : ({
                  ...base,
                  kind: 'room',
                  name: '',
                  ...(what === 'end' ? { deleted: true as const } : {}),
                } as const);
            return { ...room, epoch, entry };
          });
          const hear = async (cut: readonly number[]): Promise<number[][]> => {
            const hub = new Hub();
            const people = [ana, sam, cleo, cleo];
            const clients = await Promise.all(people.map((who) => stage.connect(who)));
            for (const { connection } of clients) {
              hub.open(connection);
              hub.hold(connection, room.roomId);
              hub.release(connection, room.roomId, 1);
            }
            const ends = [...cut, batch.length].sort((a, b) => a - b);
            for (const [i, end] of ends.entries()) hub.entries(batch.slice(ends[i - 1] ?? 0, end));
            return clients.map((client) => client.entries().map(({ seq }) => seq));
          };
          const oneByOne = await hear(batch.map((_, i) => i));
          expect(await hear(cuts)).toEqual(oneByOne);
          const leftAt = (what: string) =>
            Math.min(
              ...[what, 'end']
                .map((k) => (kinds as string[]).indexOf(k))
                .map((i) => (i < 0 ? Infinity : i + 1)),
            );
          const heardUpTo = (end: number) => batch.map(({ entry }) => entry.seq).filter((seq) => seq <= end);
          const leaves = ['nobody', 'leave sam', 'leave cleo', 'leave cleo'].map((what) =>
            heardUpTo(leftAt(what)),
          );
          expect(oneByOne).toEqual(leaves);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a seat', () => {
  it('[DEL1] gets nothing again that its reader had already read when it was told', async () => {
    const stage = await setStage();
    const { room, connect, sam } = stage;
    const client = await connect(sam);
    const hub = new Hub();
    hub.open(client.connection);
    const { epoch } = (await stage.store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
    const batch = [1, 2, 3, 4, 5].map((seq): Committed => {
      return { ...room, epoch, entry: { seq, at: 0, by: sam.userId, kind: 'room', name: '' } };
    });
    // The log was read up to 3, and what was told before, between and after that reaches beyond.
    hub.hold(client.connection, room.roomId);
    hub.entries(batch.slice(0, 2));
    hub.release(client.connection, room.roomId, 4);
    hub.entries(batch.slice(2));
    expect(client.entries().map(({ seq }) => seq)).toEqual([4, 5]);
  });
});

describe('a line that lags', () => {
  it('[DEL4] loses typing and cursors first, and no entry', async () => {
    const stage = await setStage();
    const { gateway, room, store, ana } = stage;
    const [slow, fast] = (await joined(stage, 'sam', 'cleo')) as [TestClient, TestClient];
    slow.lagging = true;
    gateway.hub.passing(
      room,
      { type: 'typing', roomId: room.roomId, userId: ana.userId, on: true },
      ana.userId,
    );
    await post(store, room, ana, 'hello');
    await fast.until(() => fast.events('typing').length > 0);
    expect(slow.events('typing')).toEqual([]);
    expect(slow.entries()).toHaveLength(1);
    expect(gateway.hub.stats.passingDrops).toBeGreaterThan(0);
  });
});
