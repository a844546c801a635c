import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Actor, createRoom, type Ids } from '@stackbox/core';
import { openDirectory, type Store } from '@stackbox/sqlite';
import type { DataFolder } from './folder.ts';

/** The people of the demo workspace, by the name they are called on the command line. */
export const demoPeople = [
  { name: 'Ana', email: 'ana@demo.example', role: 'owner' },
  { name: 'Ben', email: 'ben@demo.example', role: 'client' },
] as const;

const slug = 'demo';

/** There while the demo is to be made: a first start that was killed in the midst of it leaves the rest to the next one. */
const mark = (folder: DataFolder) => join(folder.path, 'unfinished');

/** Notes that a new data folder gets the demo. Before the log is made: its absence is how a new folder is known. */
export function planDemo(folder: DataFolder): void {
  if (!existsSync(folder.log)) writeFileSync(mark(folder), '');
}

/** Makes the demo if it was planned, from where an earlier start left it. */
export async function makePlannedDemo(folder: DataFolder, store: Store, ids: Ids): Promise<void> {
  if (!existsSync(mark(folder))) return;
  const directory = openDirectory(folder.log);
  const begun = directory.workspaces().find((workspace) => workspace.slug === slug);
  directory.close();
  await makeDemo(store, ids, begun?.workspaceId);
  rmSync(mark(folder));
}

/** A workspace to try StackBox with: Ana, who owns it, and Ben, her client, in a room of theirs. What is there already stays. */
async function makeDemo(
  { founding, log, rooms, members }: Store,
  ids: Ids,
  begun: string | undefined,
): Promise<void> {
  const workspaceId = begun ?? ids.fresh('ws');
  if (begun === undefined) await founding.createWorkspace({ workspaceId, slug, name: 'Demo' });
  const userIds: string[] = [];
  for (const person of demoPeople) {
    const { userId } = await founding.addMember({ workspaceId, userId: ids.fresh('usr'), ...person });
    userIds.push(userId);
  }
  const ana: Actor = { workspaceId, userId: userIds[0] as string, role: 'owner' };
  const draft = {
    kind: 'client',
    name: 'Ben',
    topic: 'Ask anything',
    memberIds: userIds,
    clientId: 'demo',
  } as const;
  await createRoom({ log, rooms, members, ids }, ana, draft);
}
