import { Refusal } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { freshFrom, shown } from '../../test/fold.ts';
import { Stage, texts } from '../../test/stage.ts';

test('a snapshot is the same object until something in it changes, part by part', async () => {
  const stage = new Stage();
  stage.server.room('room_2', 'ana', 'ben');
  const client = await stage.online();
  const room = client.room('room_1');
  room.subscribe(() => {});
  await stage.time.advance(2_000);
  const before = room.getSnapshot();
  const listBefore = client.rooms.getSnapshot();
  expect(room.getSnapshot()).toBe(before);
  await client.request('ping', {});
  // A word that changes nothing.
  stage.server.tell(stage.room, { type: 'cursor', roomId: 'room_1', userId: 'ben', delivered: 0, read: 0 });
  stage.server.tell(stage.room, { type: 'cursor', roomId: 'room_1', userId: 'ben', delivered: 0, read: 0 });
  await settle();
  const same = room.getSnapshot();
  stage.server.tell(stage.room, { type: 'cursor', roomId: 'room_1', userId: 'ben', delivered: 0, read: 0 });
  await settle();
  expect(room.getSnapshot()).toBe(same);
  expect(client.rooms.getSnapshot()).toBe(listBefore);
  stage.server.say(stage.room, 'ben', 'new');
  await settle();
  const after = room.getSnapshot();
  expect(after).not.toBe(before);
  expect(after.people).toBe(same.people);
  expect(after.messages).not.toBe(before.messages);
  const list = client.rooms.getSnapshot();
  expect(list).not.toBe(listBefore);
  expect(list[1]).toBe(listBefore[1]);
  expect(list[0]).not.toBe(listBefore[0]);
});

test('listeners hear once a turn, and no more once they stopped', async () => {
  const stage = new Stage();
  const client = await stage.online();
  let heard = 0;
  const stop = client.rooms.subscribe(() => heard++);
  stage.net.auto = false;
  for (let i = 0; i < 5; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  for (const step of stage.net.steps) step.run();
  await settle();
  expect(heard).toBe(1);
  stop();
  stage.net.auto = true;
  stage.net.wake();
  await settle();
  expect(heard).toBe(1);
});

test('[LOG8] earlier entries are read page by page until there are none', async () => {
  const stage = new Stage();
  for (let i = 0; i < 130; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  const client = await stage.online();
  const room = client.room('room_1');
  expect(room.getSnapshot().hasEarlier).toBe(true);
  expect(await room.loadEarlier(60)).toBe(true);
  expect(room.getSnapshot().messages).toHaveLength(110);
  expect(await room.loadEarlier(60)).toBe(false);
  expect(room.getSnapshot().hasEarlier).toBe(false);
  expect(await room.loadEarlier(60)).toBe(false);
  if (room.state === undefined) throw new Error('no state');
  expect(shown(room.state)).toEqual(shown(freshFrom(stage.room, 1)));
});

test('two calls for earlier entries at once fetch them once', async () => {
  const stage = new Stage();
  for (let i = 0; i < 130; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  const client = await stage.online();
  const room = client.room('room_1');
  await Promise.all([room.loadEarlier(20), room.loadEarlier(20)]);
  expect(room.getSnapshot().messages).toHaveLength(70);
});

test('a room of which sync gave too little is filled up when somebody looks', async () => {
  const stage = new Stage();
  for (let i = 0; i < 80; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  stage.server.replyEntries = 2;
  const client = await stage.online();
  expect(texts(client)).toHaveLength(2);
  await Promise.all([client.room('room_1').open(), stage.time.advance(100)]);
  expect(texts(client)).toHaveLength(52);
});

test("a room is named by the server's list, and from then on by its log", async () => {
  const stage = new Stage();
  for (let i = 0; i < 80; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  const client = await stage.online();
  expect(client.rooms.getSnapshot()[0]).toMatchObject({ name: 'Room room_1', kind: 'client' });
  stage.server.append(stage.room, { kind: 'room', by: 'ben', name: 'Renamed', topic: 'why' });
  await settle();
  expect(client.rooms.getSnapshot()[0]).toMatchObject({
    name: 'Renamed',
    topic: 'why',
    latest: { text: 'text 79' },
  });
});

test('names that cannot be read now are read later', async () => {
  const stage = new Stage();
  for (let i = 0; i < 80; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  let refusals = 0;
  stage.server.refuseHttp = (method, path) =>
    method === 'GET' && path === 'rooms' && refusals++ < 2
      ? new Refusal('unavailable', 'not now')
      : undefined;
  const client = await stage.online();
  expect(client.rooms.getSnapshot()[0]).toMatchObject({ name: '', kind: undefined });
  await stage.time.advance(5_000);
  expect(client.rooms.getSnapshot()[0]).toMatchObject({ name: 'Room room_1', kind: 'client' });
});

test('lists come from the server, a page at a time', async () => {
  const stage = new Stage();
  const client = await stage.online();
  expect(await client.listRooms({ limit: 10 })).toMatchObject({
    rooms: [{ roomId: 'room_1', kind: 'client' }],
  });
  expect(await client.search('hello', { limit: 5 })).toEqual({ hits: [] });
});
