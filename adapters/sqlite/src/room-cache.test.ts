import type { Entry } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import { type CachedRoom, RoomCache, tailLength } from './room-cache.ts';

const message = (seq: number): Entry => ({
  seq,
  at: 0,
  by: 'usr_a',
  kind: 'message',
  clientId: `c${seq}`,
  text: 'text',
  files: [],
  mentions: [],
});
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

function roomWith(head: number, roomId = 'room_a'): CachedRoom {
  const room = {
    workspaceId: 'ws',
    roomId,
    kind: 'team',
    name: '',
    topic: '',
    epoch: 'e',
    createdAt: 0,
  } as const;
  return { no: 1, room, head, messages: head, members: new Set(), tail: undefined };
}

describe('the remembered end of a room', () => {
  it('is read once however many ask, and follows the log', () => {
    const rooms = new RoomCache(10);
    const room = roomWith(3);
    rooms.set('room_a', room);
    let reads = 0;
    const read = () => {
      reads++;
      return messages(1, room.head);
    };
    for (let i = 0; i < 5; i++) rooms.tail(room, read);
    for (const entry of messages(4, 40)) rooms.follow('room_a', entry);
    expect(rooms.tail(room, read)).toEqual(messages(1, 40));
    expect(reads).toBe(1);
  });

  it('is let go when nobody asks for it while the room goes on', () => {
    const rooms = new RoomCache(10);
    const room = roomWith(0);
    rooms.set('room_a', room);
    rooms.tail(room, () => []);
    for (const entry of messages(1, 1000)) rooms.follow('room_a', entry);
    expect(room.tail).toBeUndefined();
    expect(room.head).toBe(1000);
    expect(rooms.tail(room, () => messages(801, 1000))).toHaveLength(200);
  });

  it('[LOG9] is read anew after an edit or a delete', () => {
    const rooms = new RoomCache(10);
    const room = roomWith(2);
    rooms.set('room_a', room);
    rooms.tail(room, () => messages(1, 2));
    rooms.follow('room_a', { seq: 3, at: 0, by: 'usr_a', kind: 'delete', target: 1 });
    expect(room.tail).toBeUndefined();
  });

  it('of the least lately asked room goes first where all of them would take too much', () => {
    const rooms = new RoomCache(10_000);
    const asked = Array.from({ length: 600 }, (_, i) => {
      const room = roomWith(tailLength, `room_${i}`);
      rooms.set(`room_${i}`, room);
      rooms.tail(room, () => messages(1, tailLength));
      return room;
    });
    const held = asked.flatMap(({ tail }, i) => (tail === undefined ? [] : [i]));
    expect(held).toEqual(Array.from({ length: 500 }, (_, i) => 100 + i));
  });
});
