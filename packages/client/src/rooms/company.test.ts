import { limits } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { Stage } from '../../test/stage.ts';

async function opened(stage: Stage) {
  const client = await stage.online();
  const room = client.room('room_1');
  await Promise.all([room.open(), stage.time.advance(10)]);
  return { client, room };
}

test('the people of a room are asked for once somebody looks at it', async () => {
  const stage = new Stage();
  const client = await stage.online();
  expect(stage.asked('joinRoom')).toEqual([]);
  const room = client.room('room_1');
  expect(room.people).toEqual([]);
  const stop = room.subscribe(() => {});
  await stage.time.advance(10);
  expect(room.people.map(({ userId, state }) => [userId, state])).toEqual([
    ['ana', 'online'],
    ['ben', 'online'],
  ]);
  stop();
  room.subscribe(() => {});
  await stage.time.advance(10);
  expect(stage.asked('joinRoom')).toHaveLength(1);
});

test('they are asked for again after the link was gone, while somebody looks', async () => {
  const stage = new Stage();
  const { room } = await opened(stage);
  stage.net.cut();
  stage.room.advance('ben', { read: 2 });
  await stage.time.advance(1_000);
  expect(room.cursors).toContainEqual({ userId: 'ben', delivered: 2, read: 2 });
});

test('who joins is shown by name, who leaves is not shown', async () => {
  const stage = new Stage();
  stage.server.member('cleo');
  const { room } = await opened(stage);
  stage.server.append(stage.room, { kind: 'member', by: 'ana', userId: 'cleo', joined: true });
  await stage.time.advance(10);
  expect(room.people.map(({ name }) => name)).toEqual(['ana', 'ben', 'cleo']);
  stage.server.append(stage.room, { kind: 'member', by: 'ana', userId: 'ben', joined: false });
  await settle();
  expect(room.people.map(({ name }) => name)).toEqual(['ana', 'cleo']);
});

test('presence shows in every room that the person is in', async () => {
  const stage = new Stage();
  const { room } = await opened(stage);
  stage.server.tell(stage.room, { type: 'presence', userId: 'ben', state: 'away' });
  await settle();
  expect(room.people.find(({ userId }) => userId === 'ben')?.state).toBe('away');
});

test('[DEL5] stored, delivered, read: by others, each by name', async () => {
  const stage = new Stage();
  const { room } = await opened(stage);
  const sent = await room.send('hello');
  const { seq } = await sent.stored();
  expect(room.reach(seq)).toBe('stored');
  const tell = (delivered: number, read: number) =>
    stage.server.tell(stage.room, { type: 'cursor', roomId: 'room_1', userId: 'ben', delivered, read });
  tell(seq, 0);
  await settle();
  expect([room.reach(seq), room.deliveredTo(seq), room.readBy(seq)]).toEqual(['delivered', ['ben'], []]);
  tell(seq, seq);
  tell(seq - 1, seq - 1);
  await settle();
  expect([room.reach(seq), room.deliveredTo(seq), room.readBy(seq)]).toEqual(['read', ['ben'], ['ben']]);
  // One's own cursor says nothing about the others.
  stage.server.tell(stage.room, {
    type: 'cursor',
    roomId: 'room_1',
    userId: 'ana',
    delivered: seq + 1,
    read: seq + 1,
  });
  await settle();
  expect(room.reach(seq + 1)).toBe('stored');
});

test('[DEL6] typing of others is shown, and ends by itself', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = client.room('room_1');
  const type = (on: boolean) =>
    stage.server.tell(stage.room, { type: 'typing', roomId: 'room_1', userId: 'ben', on });
  type(true);
  await settle();
  expect(room.typing).toEqual(['ben']);
  await stage.time.advance(limits.typingMs - 100);
  type(true);
  await stage.time.advance(limits.typingMs - 100);
  expect(room.typing).toEqual(['ben']);
  await stage.time.advance(200);
  expect(room.typing).toEqual([]);
  type(true);
  type(false);
  await settle();
  expect(room.typing).toEqual([]);
  type(true);
  stage.server.say(stage.room, 'ben', 'done');
  await settle();
  expect(room.typing).toEqual([]);
});

test('[DEL6] own typing is said seldom, and taken back when the keys stop', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = client.room('room_1');
  for (let i = 0; i < 50; i++) {
    room.setTyping(true);
    await stage.time.advance(100);
  }
  expect(stage.asked('typing')).toMatchObject([{ on: true }, { on: true }]);
  await stage.time.advance(limits.typingMs);
  expect(stage.asked('typing').slice(2)).toMatchObject([{ on: false }]);
  room.setTyping(false);
  await settle();
  expect(stage.asked('typing')).toHaveLength(3);
});

test('[DEL6] sending ends typing without a further word', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = client.room('room_1');
  room.setTyping(true);
  await room.send('hello');
  await stage.time.advance(10_000);
  expect(stage.asked('typing')).toHaveLength(1);
});

test('typing offline is not said, then or later', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.up = false;
  stage.net.cut();
  client.room('room_1').setTyping(true);
  stage.net.up = true;
  await stage.time.advance(2_000);
  expect(stage.asked('typing')).toEqual([]);
});
