import { type Actor, createRoom, type Ids } from '@stackbox/core';
import type { Store } from '@stackbox/sqlite';

/** The people of the demo workspace, by the name they are called on the command line. */
export const demoPeople = [
  { name: 'Ana', email: 'ana@demo.example', role: 'owner' },
  { name: 'Ben', email: 'ben@demo.example', role: 'client' },
] as const;

/** A workspace to try StackBox with: Ana, who owns it, and Ben, her client, in a room of theirs. */
export async function makeDemo({ founding, log, rooms, members }: Store, ids: Ids): Promise<void> {
  const workspaceId = ids.fresh('ws');
  await founding.createWorkspace({ workspaceId, slug: 'demo', name: 'Demo' });
  const userIds: string[] = [];
  for (const person of demoPeople) {
    const { userId } = await founding.addMember({ workspaceId, userId: ids.fresh('usr'), ...person });
    userIds.push(userId);
  }
  const ana: Actor = { workspaceId, userId: userIds[0] as string, role: 'owner' };
  const draft = { kind: 'client', name: 'Ben', topic: 'Ask anything', memberIds: userIds, clientId: 'demo' } as const;
  await createRoom({ log, rooms, members, ids }, ana, draft);
}
