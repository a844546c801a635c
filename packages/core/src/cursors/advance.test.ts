import { memoryTown, notingAudience, outcome } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { sendTyping } from '../typing/type.ts';
import { advanceCursor } from './advance.ts';

describe('what passes', () => {
  it('[DEL5] a cursor that moved is told to the room, one that did not to nobody', async () => {
    const { store, room, sam } = await memoryTown();
    const audience = notingAudience();
    const needs = { ...store, audience };
    expect(await advanceCursor(needs, sam, room.roomId, { read: 4 })).toEqual({ delivered: 4, read: 4 });
    expect(await advanceCursor(needs, sam, room.roomId, { read: 3 })).toEqual({ delivered: 4, read: 4 });
    const { roomId } = room;
    const event = { type: 'cursor', roomId, userId: sam.userId, delivered: 4, read: 4 };
    expect(audience.told).toEqual([{ call: 'passing', with: [room, event] }]);
  });

  it('[DEL6] typing is told to the room but for the one who types', async () => {
    const { store, room, sam } = await memoryTown();
    const audience = notingAudience();
    await sendTyping({ ...store, audience }, sam, { roomId: room.roomId, on: true });
    const event = { type: 'typing', roomId: room.roomId, userId: sam.userId, on: true };
    expect(audience.told).toEqual([{ call: 'passing', with: [room, event, sam.userId] }]);
  });

  it('[SEC3] outsiders move no cursor and type into no room', async () => {
    const { store, room, otto, elsewhere, cleo, team } = await memoryTown();
    const audience = notingAudience();
    const needs = { ...store, audience };
    for (const [by, { roomId }] of [
      [otto, room],
      [elsewhere.max, room],
      [cleo, team],
    ] as const) {
      expect(await outcome(advanceCursor(needs, by, roomId, { read: 4 }))).toBe('not_found');
      expect(await outcome(sendTyping(needs, by, { roomId, on: true }))).toBe('not_found');
    }
    expect(audience.told).toEqual([]);
  });
});
