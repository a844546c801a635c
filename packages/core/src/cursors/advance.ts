import type { Audience } from '../audience/audience.ts';
import type { Actor } from '../kernel/actor.ts';
import { enter } from '../rooms/enter.ts';
import type { Cursors, Rooms } from '../rooms/rooms.ts';

interface Needs {
  rooms: Rooms;
  cursors: Cursors;
  audience: Audience;
}

/** Moves the actor's cursor forward and tells the room; a position already passed changes and tells nothing (DEL5). */
export async function advanceCursor(
  { rooms, cursors, audience }: Needs,
  actor: Actor,
  roomId: string,
  to: { delivered: number } | { read: number },
): Promise<{ delivered: number; read: number }> {
  const { ref } = await enter(rooms, actor, roomId, 'cursor.move');
  const { delivered, read, moved } = await cursors.advance(ref, actor.userId, to);
  if (moved) audience.passing(ref, { type: 'cursor', roomId, userId: actor.userId, delivered, read });
  return { delivered, read };
}
