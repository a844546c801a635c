import type { Audience } from '../audience/audience.ts';
import type { Actor } from '../kernel/actor.ts';
import { enter } from '../rooms/enter.ts';
import type { Rooms } from '../rooms/rooms.ts';

/** Tells the room's others that the actor writes, or stopped (DEL6). Never an entry (LOG7). */
export async function sendTyping(
  { rooms, audience }: { rooms: Rooms; audience: Audience },
  actor: Actor,
  { roomId, on }: { roomId: string; on: boolean },
): Promise<void> {
  const { ref } = await enter(rooms, actor, roomId, 'typing.send');
  audience.passing(ref, { type: 'typing', roomId, userId: actor.userId, on }, actor.userId);
}
