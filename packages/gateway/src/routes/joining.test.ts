import { type Entry, limits } from '@stackbox/protocol';
import {
  addPerson,
  change,
  leaving,
  makeRoom,
  message,
  post,
  readAll,
  type Stage,
  setStage,
  type TestClient,
} from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';

const seqs = (entries: readonly { seq: number }[]): number[] => entries.map(({ seq }) => seq);
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A town whose room has `count` messages, and a client of Sam's. */
async function withMessages(
  count: number,
  text = 'text',
): Promise<Stage & { client: TestClient; epoch: string }> {
  const stage = await setStage();
  const { store, room, ana, sam } = stage;
  await Promise.all(Array.from({ length: count }, () => store.log.append(room, message(ana, text))));
  const { epoch } = (await store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
  return { ...stage, client: await stage.connect(sam), epoch };
}

describe('joinRoom', () => {
  it('[DEL2] without a position gives the last 50 entries, the people and the cursors', async () => {
    const { client, room, store, epoch, cleo, ana, adam, sam } = await withMessages(60);
    await store.cursors.advance(room, cleo.userId, { read: 9 });
    const reply = await client.must('joinRoom', { roomId: room.roomId });
    expect(reply).toMatchObject({ roomId: room.roomId, epoch, head: 65, more: false });
    expect(reply).not.toHaveProperty('reset');
    expect(reply.entries).toEqual((await readAll(store, room)).slice(15));
    expect(reply.cursors).toEqual([{ userId: cleo.userId, delivered: 9, read: 9 }]);
    expect(reply.members).toEqual([
      { userId: ana.userId, name: 'Ana', role: 'owner', state: 'offline' },
      { userId: adam.userId, name: 'Adam', role: 'admin', state: 'offline' },
      { userId: sam.userId, name: 'Sam', role: 'staff', state: expect.any(String) },
      { userId: cleo.userId, name: 'Cleo', role: 'client', state: 'offline' },
    ]);
  });

  it('[DEL2] with a position gives exactly the entries after it, then live ones', async () => {
    const { client, room, epoch, store, ana } = await withMessages(40);
    for (const seq of [0, 7, 44, 45]) {
      const reply = await client.must('joinRoom', { roomId: room.roomId, after: { epoch, seq } });
      expect(reply).toMatchObject({ head: 45, more: false });
      expect(seqs(reply.entries)).toEqual(upTo(seq + 1, 45));
      expect(reply).not.toHaveProperty('reset');
    }
    await post(store, room, ana, 'live', 'lively');
    expect(seqs(client.entries())).toEqual([46, 47]);
  });

  it('[LOG6] a position of another history, or past the end of this one, is thrown away: reset', async () => {
    const { client, room, epoch } = await withMessages(60);
    for (const after of [
      { epoch: 'another', seq: 60 },
      { epoch: 'another', seq: 0 },
      { epoch, seq: 66 },
      { epoch, seq: 2 ** 52 },
    ]) {
      const reply = await client.must('joinRoom', { roomId: room.roomId, after });
      expect(reply).toMatchObject({ epoch, head: 65, more: false, reset: true });
      expect(seqs(reply.entries)).toEqual(upTo(16, 65));
    }
  });

  it('what does not fit a frame is cut short: more is to be read first, and nothing is live until then', async () => {
    const { client, room, epoch, store, ana } = await withMessages(40, 'é'.repeat(3_000));
    const reply = await client.must('joinRoom', { roomId: room.roomId, after: { epoch, seq: 5 } });
    expect(reply).toMatchObject({ head: 45, more: true });
    expect(seqs(reply.entries)).toEqual(upTo(6, 5 + reply.entries.length));
    expect(reply.entries.length).toBeGreaterThan(2);
    expect(Math.max(...client.sizes)).toBeLessThanOrEqual(limits.frameBytes);
    await post(store, room, ana, 'live');
    expect(client.entries()).toEqual([]);
    const again = await client.must('joinRoom', { roomId: room.roomId, after: { epoch, seq: 46 } });
    expect(again).toMatchObject({ head: 46, entries: [], more: false });
    await post(store, room, ana, 'live');
    expect(seqs(client.entries())).toEqual([47]);
  });

  it('more than a page of small entries is cut short, too', async () => {
    const { client, room, epoch } = await withMessages(1_200, '');
    const reply = await client.must('joinRoom', { roomId: room.roomId, after: { epoch, seq: 0 } });
    expect(reply).toMatchObject({ head: 1_205, more: true });
    expect(seqs(reply.entries)).toEqual(upTo(1, reply.entries.length));
  });

  it('without a position the newest that fit are given, up to the head', async () => {
    const { client, room, store, ana } = await withMessages(40, 'é'.repeat(3_000));
    const reply = await client.must('joinRoom', { roomId: room.roomId });
    expect(reply).toMatchObject({ head: 45, more: false });
    expect(reply.entries.length).toBeGreaterThan(2);
    expect(seqs(reply.entries)).toEqual(upTo(46 - reply.entries.length, 45));
    await post(store, room, ana, 'live');
    expect(seqs(client.entries())).toEqual([46]);
  });

  it('no reply is over 32 KB, however large entries, names and rooms are', async () => {
    const stage = await setStage();
    const { store, ana, sam, workspaceId } = stage;
    const people = [ana, sam];
    for (let i = 0; i < 38; i++)
      people.push(await addPerson(stage, `${'"'.repeat(100)} ${i}`, 'staff', workspaceId));
    const room = await makeRoom(stage, { kind: 'team', name: 'Large', people });
    for (let i = 0; i < 12; i++) {
      await store.log.append(
        room,
        message(ana, '"'.repeat(12_288), { clientId: `${i}`.padEnd(64, '\u0001') }),
      );
    }
    const client = await stage.connect(sam);
    const id = '\u0001'.repeat(64);
    const { epoch } = (await store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
    for (const after of [undefined, { epoch, seq: 0 }, { epoch, seq: 41 }, { epoch: 'other', seq: 3 }]) {
      await client.send({ action: 'joinRoom', id, roomId: room.roomId, ...(after && { after }) });
      await client.send({ action: 'sync', id, rooms: after === undefined ? {} : { [room.roomId]: after } });
    }
    expect(client.frames).toHaveLength(8);
    expect(client.frames.every((frame) => frame.type === 'reply' && frame.ok)).toBe(true);
    expect(Math.max(...client.sizes)).toBeLessThanOrEqual(limits.frameBytes);
  });

  it('members and cursors come along in rooms of up to 100', async () => {
    const stage = await setStage();
    const { store, ana, workspaceId } = stage;
    const people = [ana];
    for (let i = 0; i < 100; i++)
      people.push(await addPerson(stage, `Person with a name ${i}`, 'staff', workspaceId));
    const room = await makeRoom(stage, { kind: 'team', name: 'Hundred', people: people.slice(0, 40) });
    const joined = async (count: number) => {
      for (const { userId } of people.slice(40, count)) {
        await store.log.append(room, { kind: 'member', by: ana.userId, userId, joined: true });
      }
      for (const { userId } of people.slice(0, count))
        await store.cursors.advance(room, userId, { read: 40 });
      const client = await stage.connect(ana);
      const reply = await client.must('joinRoom', { roomId: room.roomId });
      expect(Math.max(...client.sizes)).toBeLessThanOrEqual(limits.frameBytes);
      return [reply.members?.length, reply.cursors?.length, reply.entries.length];
    };
    expect(await joined(100)).toEqual([100, 100, 50]);
    expect(await joined(101)).toEqual([undefined, undefined, 50]);
  });

  it('[LOG9] a withdrawn message is given as its tombstone', async () => {
    const { client, room, store, ana } = await withMessages(3, 'secret');
    await store.log.append(room, change(ana, { kind: 'delete', target: 7 }));
    const { entries } = await client.must('joinRoom', { roomId: room.roomId });
    const texts = entries
      .filter(({ kind }) => kind === 'message')
      .map((entry) => 'text' in entry && entry.text);
    expect(texts).toEqual(['secret', '', 'secret']);
  });

  it('[SEC3] a room one is not in is refused like one that is not there, and nothing of it is heard', async () => {
    const { connect, otto, room, elsewhere, store, ana, workspaceId } = await setStage();
    const outsider = await connect(otto);
    expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
    const asked = async (action: 'joinRoom' | 'leaveRoom', roomId: string) => {
      const { id: _, ...reply } = await outsider.ask(action, { roomId });
      return reply;
    };
    for (const action of ['joinRoom', 'leaveRoom'] as const) {
      const nowhere = await asked(action, 'room_nowhere');
      expect(nowhere).toMatchObject({ ok: false, error: { code: 'not_found' } });
      expect(await asked(action, room.roomId)).toEqual(nowhere);
      expect(await asked(action, elsewhere.room.roomId)).toEqual(nowhere);
    }
    await post(store, room, ana, 'secret');
    expect(outsider.events('entry')).toEqual([]);
    expect(workspaceId).toBe(room.workspaceId);
  });
});

describe('leaveRoom', () => {
  it('nothing of the room comes after its reply; the membership stays', async () => {
    const { connect, sam, cleo, room, store, ana } = await setStage();
    const [left, stays] = [await connect(sam), await connect(cleo)];
    for (const client of [left, stays]) await client.must('joinRoom', { roomId: room.roomId });
    await left.must('leaveRoom', { roomId: room.roomId });
    await left.must('leaveRoom', { roomId: room.roomId });
    await post(store, room, ana, 'live');
    expect(left.entries()).toEqual([]);
    expect(stays.entries()).toHaveLength(1);
    expect(await store.rooms.standing(room, sam.userId)).toBeDefined();
  });
});

describe('sync', () => {
  it('[DEL2] tells of every room of the member what they missed, and joins them all', async () => {
    const { connect, sam, otto, room, team, store, ana, cleo } = await setStage();
    await post(store, room, ana, 'one');
    await post(store, room, cleo, 'two');
    await post(store, team, ana, 'three');
    await store.cursors.advance(room, sam.userId, { read: 6 });
    const { epoch } = (await store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
    const client = await connect(sam);
    const { rooms, next } = await client.must('sync', { rooms: { [room.roomId]: { epoch, seq: 6 } } });
    expect(next).toBeUndefined();
    expect(rooms).toMatchObject([
      {
        roomId: room.roomId,
        epoch,
        head: 7,
        read: 6,
        unread: 1,
        entries: [{ seq: 7, text: 'two' }],
        more: false,
      },
      { roomId: team.roomId, head: 5, read: 0, unread: 1, more: false },
    ]);
    expect(seqs(rooms[1]?.entries ?? [])).toEqual([1, 2, 3, 4, 5]);
    await post(store, room, ana, 'live');
    await post(store, team, ana, 'live');
    expect(client.entries().map(({ roomId, seq }) => [roomId, seq])).toEqual([
      [room.roomId, 8],
      [team.roomId, 6],
    ]);
    const outsider = await connect(otto);
    expect(await outsider.must('sync', { rooms: { [room.roomId]: { epoch, seq: 0 } } })).toMatchObject({
      rooms: [],
    });
    await post(store, room, ana, 'secret');
    expect(outsider.entries()).toEqual([]);
  });

  it('pages with next until all rooms are told, each once, and all are live then', async () => {
    const stage = await setStage();
    const { store, ana, otto } = stage;
    const made = [];
    for (let i = 0; i < 250; i++)
      made.push(await makeRoom(stage, { kind: 'direct', name: `Room ${i}`, people: [ana, otto] }));
    // Some have much to tell: pages end where the frame is full, not only after so many rooms.
    for (const room of made.slice(0, 20)) await post(store, room, ana, '"'.repeat(10_000));
    const client = await stage.connect(otto);
    const told: string[] = [];
    let from: string | undefined;
    do {
      const reply = await client.must('sync', { rooms: {}, ...(from === undefined ? {} : { from }) });
      told.push(...reply.rooms.map(({ roomId }) => roomId));
      from = reply.next;
    } while (from !== undefined);
    expect(told).toEqual(made.map(({ roomId }) => roomId).sort());
    expect(Math.max(...client.sizes)).toBeLessThanOrEqual(limits.frameBytes);
    await Promise.all(made.map((room) => store.log.append(room, message(ana, 'live'))));
    expect(
      client
        .entries()
        .map(({ roomId }) => roomId)
        .sort(),
    ).toEqual(told);
  });

  it('[LOG6] says reset for each room whose history is another', async () => {
    const { connect, sam, room, team } = await setStage();
    const client = await connect(sam);
    const { rooms } = await client.must('sync', { rooms: { [room.roomId]: { epoch: 'old', seq: 3 } } });
    expect(rooms).toMatchObject([{ roomId: room.roomId, reset: true }, { roomId: team.roomId }]);
    expect(rooms[1]).not.toHaveProperty('reset');
  });

  it('[SEC4] a client is told of no team room, not even one that holds them by mistake', async () => {
    const stage = await setStage();
    const { store, ana, cleo, room } = stage;
    const team = await makeRoom(stage, { kind: 'team', name: 'By mistake', people: [ana, cleo] });
    const client = await stage.connect(cleo);
    const { rooms } = await client.must('sync', { rooms: {} });
    expect(rooms.map(({ roomId }) => roomId)).toEqual([room.roomId]);
    expect(await client.code('joinRoom', { roomId: team.roomId })).toBe('not_found');
    await post(store, team, ana, 'secret');
    expect(client.entries()).toEqual([]);
  });

  it('what has more to read is not live until it was read and joined', async () => {
    const { client, room, epoch, store, ana } = await withMessages(30, 'é'.repeat(3_000));
    const { rooms } = await client.must('sync', { rooms: { [room.roomId]: { epoch, seq: 0 } } });
    const told = rooms.find(({ roomId }) => roomId === room.roomId);
    expect(told).toMatchObject({ head: 35, more: true });
    await post(store, room, ana, 'live');
    expect(client.entries(room.roomId)).toEqual([]);
    const { entries } = (await store.log.read(room, { after: told?.entries.length ?? 0, limit: 500 })) as {
      entries: Entry[];
    };
    await client.must('joinRoom', { roomId: room.roomId, after: { epoch, seq: entries.at(-1)?.seq } });
    await post(store, room, ana, 'live');
    expect(seqs(client.entries())).toEqual([37]);
  });

  it('[SEC2] tells nothing of a room that they were removed from while another was read', async () => {
    const { connect, sam, room, team, store, ana } = await setStage();
    const client = await connect(sam);
    const { read } = store.log;
    store.log.read = async (ref, range) => {
      if (ref.roomId === team.roomId) await store.log.append(room, leaving(ana, sam));
      return read(ref, range);
    };
    const { rooms } = await client.must('sync', { rooms: {} });
    expect(rooms.map(({ roomId }) => roomId)).toEqual([team.roomId]);
    await post(store, room, ana, 'secret');
    expect(client.entries()).toEqual([]);
  });

  it('a store that cannot answer fails the request, and leaves no room half joined', async () => {
    const { connect, sam, room, team, store, ana, gateway } = await setStage();
    const client = await connect(sam);
    const { read } = store.log;
    store.log.read = async (ref, range) => {
      if (ref.roomId === team.roomId) throw new Error('the disk is gone');
      return read(ref, range);
    };
    expect(await client.code('sync', { rooms: {} })).toBe('internal');
    store.log.read = read;
    expect(gateway.hub.isJoined(client.connection, room.roomId)).toBe(false);
    await client.must('sync', { rooms: {} });
    await store.log.append(room, leaving(ana, sam));
    expect(client.entries()).toHaveLength(1);
  });
});
