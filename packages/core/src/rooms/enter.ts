import type { Actor } from '../kernel/actor.ts';
import type { RoomRef } from '../log/log.ts';
import { type Act, demand, noSuchRoom } from '../policy/policy.ts';
import type { Rooms, Standing } from './rooms.ts';

/** The first step of every action in a room: the actor's standing there now, if it allows `act` (SEC2, SEC7). */
export async function enter(
  rooms: Pick<Rooms, 'standing'>,
  actor: Actor,
  roomId: string,
  act: Act,
): Promise<Standing & { ref: RoomRef }> {
  const ref = { workspaceId: actor.workspaceId, roomId };
  const standing = await rooms.standing(ref, actor.userId);
  if (standing === undefined) throw noSuchRoom();
  // The role as it is now: an open connection may know an older one.
  demand({ ...actor, role: standing.role }, act, { standing, author: actor.userId });
  return { ...standing, ref };
}
