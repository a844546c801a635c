import type { RoomSummary } from '@stackbox/client';
import { expect, test } from 'vitest';
import { findRoom, NoSuchRoom } from './find-room.ts';

const room = (id: string, name: string, at = 0): RoomSummary => ({
  id,
  status: 'ready',
  name,
  topic: '',
  kind: 'client',
  unread: 0,
  latest: at === 0 ? undefined : ({ at } as NonNullable<RoomSummary['latest']>),
});

const rooms = [room('room_1', 'Kitchen', 5), room('room_2', 'Kitchen roof', 9), room('room_3', 'Garden')];

test('without a wish, the room that somebody wrote in last', () => {
  expect(findRoom(rooms).id).toBe('room_2');
});

test.for([
  ['room_3', 'room_3'],
  ['kitchen', 'room_1'],
  ['KITCHEN R', 'room_2'],
  ['gard', 'room_3'],
  ['roof', 'room_2'],
] as const)('“%s” means %s', ([wanted, id]) => {
  expect(findRoom(rooms, wanted).id).toBe(id);
});

test('a wish that means several rooms, or none, is answered with what there is', () => {
  expect(() => findRoom(rooms, 'kit')).toThrow(
    '“kit” could be Kitchen roof (room_2), Kitchen (room_1). Write more of the name, or the room',
  );
  expect(() => findRoom(rooms, 'attic')).toThrow(/no room called “attic”.*Garden \(room_3\)/);
  expect(() => findRoom([], 'attic')).toThrow(NoSuchRoom);
});
