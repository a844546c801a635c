import { limits, Refusal, utf8Bytes } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { Stage, texts } from '../../test/stage.ts';

const isEntry = (frame: string) => frame.startsWith('{"type":"entry"');

test('[DEL2] a first sync gives the newest entries, then what comes', async () => {
  const stage = new Stage();
  stage.server.say(stage.room, 'ben', 'before');
  const client = await stage.online();
  stage.server.say(stage.room, 'ben', 'after');
  await settle();
  expect(texts(client)).toEqual(['before', 'after']);
  expect(client.room('room_1').getSnapshot()).toMatchObject({
    name: 'Room room_1',
    kind: 'client',
    unread: 2,
  });
});

test('[DEL2] after a cut the client asks with its position, and gets what it missed', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const head = stage.room.head;
  stage.net.cut();
  stage.server.say(stage.room, 'ben', 'missed');
  await stage.time.advance(1_000);
  stage.server.say(stage.room, 'ben', 'live');
  await settle();
  expect(texts(client)).toEqual(['missed', 'live']);
  expect(stage.asked('sync').at(-1)).toMatchObject({ rooms: { room_1: { epoch: 'epoch_1', seq: head } } });
});

test('[DEL2] an absence longer than a reply is read on by REST, and the room joined again', async () => {
  const stage = new Stage();
  stage.server.replyEntries = 4;
  stage.server.pageEntries = 7;
  const client = await stage.online();
  stage.net.cut();
  for (let i = 0; i < 40; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  await stage.time.advance(1_000);
  stage.server.say(stage.room, 'ben', 'live');
  await settle();
  expect(texts(client)).toEqual([...Array.from({ length: 40 }, (_, i) => `text ${i}`), 'live']);
});

test('[DEL3] a gap in seq is read again, while later entries are held', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  stage.server.say(stage.room, 'ben', 'lost');
  stage.net.wires[0]?.lose(isEntry);
  stage.server.say(stage.room, 'ben', 'held');
  stage.net.auto = true;
  stage.net.wake();
  await settle();
  expect(texts(client)).toEqual([]);
  await stage.time.advance(100);
  expect(texts(client)).toEqual(['lost', 'held']);
  expect(stage.asked('joinRoom')).toHaveLength(1);
});

test('[DEL3] a gap that closes by itself is not asked about', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  stage.net.reorders = true;
  stage.server.say(stage.room, 'ben', 'first');
  stage.server.say(stage.room, 'ben', 'second');
  stage.net.steps[1]?.run();
  await settle();
  expect(texts(client)).toEqual([]);
  stage.net.steps[0]?.run();
  stage.net.auto = true;
  await stage.time.advance(500);
  expect(texts(client)).toEqual(['first', 'second']);
  expect(stage.asked('joinRoom')).toEqual([]);
});

test('[DEL3] a repair that fails is tried again, at growing distances', async () => {
  const stage = new Stage();
  const client = await stage.online();
  let refusals = 0;
  stage.server.refuse = ({ action }) =>
    action === 'joinRoom' && refusals++ < 3 ? new Refusal('unavailable', 'not now') : undefined;
  stage.net.auto = false;
  stage.server.say(stage.room, 'ben', 'lost');
  stage.net.wires[0]?.lose(isEntry);
  stage.net.auto = true;
  stage.server.say(stage.room, 'ben', 'held');
  await stage.time.advance(10_000);
  expect(refusals).toBe(4);
  expect(texts(client)).toEqual(['lost', 'held']);
});

test('[DEL3] many gaps in a room are one question', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  for (let i = 0; i < 6; i++) {
    stage.server.say(stage.room, 'ben', `text ${i}`);
    if (i % 2 === 0) stage.net.wires[0]?.lose((frame) => frame.includes(`"text ${i}"`));
  }
  stage.net.auto = true;
  stage.net.wake();
  await stage.time.advance(1_000);
  expect(texts(client)).toHaveLength(6);
  expect(stage.asked('joinRoom')).toHaveLength(1);
});

test('[DEL3] a lost push of an own message is noticed by its reply', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  await client.room('room_1').send('mine');
  await settle();
  stage.net.steps[0]?.run();
  stage.net.wires[0]?.lose(isEntry);
  stage.net.auto = true;
  stage.net.wake();
  await stage.time.advance(200);
  expect(texts(client)).toEqual(['mine']);
});

test('[DEL3] a lost last push is found when the heads are compared', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  stage.server.say(stage.room, 'ben', 'the last word');
  stage.net.wires[0]?.lose(isEntry);
  stage.net.auto = true;
  await stage.time.advance(7 * 60_000);
  expect(texts(client)).toEqual(['the last word']);
});

test('[LOG6] a restored room is read anew, with its cursors and its unread', async () => {
  const stage = new Stage();
  const client = await stage.online();
  for (let i = 0; i < 5; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
  await settle();
  client.room('room_1').markRead();
  await settle();
  stage.net.cut();
  stage.room.restore(stage.room.head - 3);
  stage.server.say(stage.room, 'ben', 'another future');
  await stage.time.advance(1_000);
  expect(texts(client)).toEqual(['text 0', 'text 1', 'another future']);
  expect(client.room('room_1').state?.epoch).toBe('epoch_2');
  expect(client.room('room_1').unread).toBe(3);
});

test('[DEL2] positions of many rooms fit the frame, and every room is joined', async () => {
  const stage = new Stage();
  stage.server.syncedRooms = 150;
  const ids = Array.from({ length: 700 }, (_, i) => `room_${'x'.repeat(40)}${String(i).padStart(4, '0')}`);
  const rooms = ids.map((id) => stage.server.room(id, 'ana', 'ben'));
  const client = await stage.online();
  stage.net.cut();
  for (const room of rooms) stage.server.say(room, 'ben', `in ${room.id}`);
  await stage.time.advance(3_000);
  const frames = stage.asked('sync').map((frame) => utf8Bytes(JSON.stringify(frame)));
  expect(Math.max(...frames)).toBeLessThanOrEqual(limits.frameBytes);
  expect(Math.max(...frames)).toBeGreaterThan(limits.frameBytes / 2);
  for (const id of ids) expect(texts(client, id)).toEqual([`in ${id}`]);
  for (const room of rooms) stage.server.say(room, 'ben', 'live');
  await stage.time.advance(100);
  expect(ids.filter((id) => texts(client, id).at(-1) !== 'live')).toEqual([]);
  // Few entries of each: joined by sync, nothing had to be asked room by room.
  expect(stage.asked('joinRoom')).toEqual([]);
});

test('[SEC2] a room that the user was removed from is thrown away', async () => {
  const stage = new Stage();
  stage.server.say(stage.room, 'ben', 'a secret');
  const client = await stage.online();
  stage.server.append(stage.room, { kind: 'member', by: 'ben', userId: 'ana', joined: false });
  await settle();
  expect(client.room('room_1').getSnapshot()).toMatchObject({ status: 'gone', messages: [] });
  expect(client.rooms.getSnapshot()).toEqual([]);
});

test('[SEC2] also if it happened while the link was down', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.cut();
  stage.server.append(stage.room, { kind: 'member', by: 'ben', userId: 'ana', joined: false });
  await stage.time.advance(1_000);
  expect(client.room('room_1').status).toBe('gone');
});

test('a room that one sync leaves out is asked for before it is given up', async () => {
  const stage = new Stage();
  stage.server.say(stage.room, 'ben', 'text');
  const client = await stage.online();
  stage.net.cut();
  stage.server.syncedRooms = 0;
  await stage.time.advance(1_000);
  expect(client.room('room_1').status).toBe('ready');
  expect(texts(client)).toEqual(['text']);
});

test('a room that ended is gone', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.server.append(stage.room, { kind: 'room', by: 'ben', name: 'x', deleted: true });
  await settle();
  expect(client.room('room_1').status).toBe('gone');
});

test('an entry of a room that is new to the client makes it join', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = stage.server.room('room_2', 'ana', 'ben');
  for (const connection of stage.server.connections) connection.joined.add('room_2');
  stage.server.say(room, 'ben', 'welcome');
  await stage.time.advance(100);
  expect(client.rooms.getSnapshot().map(({ id }) => id)).toEqual(['room_1', 'room_2']);
  expect(texts(client, 'room_2')).toEqual(['welcome']);
});

test('[SEC3] a room that the user is not in turns out gone when it is opened', async () => {
  const stage = new Stage();
  stage.server.room('room_2', 'ben');
  const client = await stage.online();
  await expect(Promise.all([client.room('room_2').open(), stage.time.advance(10)])).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(client.room('room_2').status).toBe('gone');
  const unread = client.rooms.getSnapshot();
  expect(unread.map(({ id }) => id)).toEqual(['room_1']);
});

test('a sync that is refused is asked again', async () => {
  const stage = new Stage();
  let refusals = 0;
  stage.server.refuse = ({ action }) =>
    action === 'sync' && refusals++ < 2 ? new Refusal('rate_limited', 'slow', 3_000) : undefined;
  const client = stage.connect();
  await stage.time.advance(10_000);
  await client.ready();
  expect(client.rooms.getSnapshot()).toHaveLength(1);
  expect(stage.errors.map(({ code }) => code)).toEqual(['rate_limited', 'rate_limited']);
});

test('a room cannot be opened once the client is closed', async () => {
  const stage = new Stage();
  stage.net.up = false;
  const client = stage.connect();
  const opening = client.room('room_1').open();
  client.close();
  await expect(opening).rejects.toMatchObject({ code: 'closed' });
  await expect(client.room('room_1').open()).rejects.toMatchObject({ code: 'closed' });
});
