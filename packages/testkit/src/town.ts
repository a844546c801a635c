import type { Actor, Appended, Draft, RoomRef } from '@stackbox/core';
import type { Entry, Role, RoomKind } from '@stackbox/protocol';
import { type Ambient, countingIds, TestClock } from './ambient.ts';
import { memoryStore } from './memory/store.ts';
import type { TestStore } from './store.ts';

/**
 * Two businesses and their people, the same in every test. Ana, Adam and Sam serve the client Cleo in `room`, and keep
 * to themselves in `team`. Otto and Dora belong to the same workspace and to neither room: the outsiders. Mallory owns
 * the other workspace; Max works for both.
 */
export interface Town extends Ambient {
  readonly store: TestStore;
  /** Everyone's address ends with it: one user per name in a town. */
  readonly emailDomain: string;
  readonly workspaceId: string;
  readonly ana: Actor;
  readonly adam: Actor;
  readonly sam: Actor;
  readonly cleo: Actor;
  readonly otto: Actor;
  readonly dora: Actor;
  readonly room: RoomRef;
  readonly team: RoomRef;
  readonly elsewhere: {
    readonly workspaceId: string;
    readonly mallory: Actor;
    readonly max: Actor;
    readonly room: RoomRef;
  };
}

export async function foundTown(store: TestStore, { clock, ids }: Ambient): Promise<Town> {
  const workspace = async (kind: string): Promise<string> => {
    const workspaceId = ids.fresh('ws');
    const slug = `${kind}-${workspaceId}`;
    await store.founding.createWorkspace({ workspaceId, slug, name: kind });
    return workspaceId;
  };
  const workspaceId = await workspace('salon');
  const other = await workspace('garage');
  const ground = { store, clock, ids, workspaceId, emailDomain: `${workspaceId}.example` };
  const ana = await addPerson(ground, 'Ana', 'owner');
  const adam = await addPerson(ground, 'Adam', 'admin');
  const sam = await addPerson(ground, 'Sam', 'staff');
  const cleo = await addPerson(ground, 'Cleo', 'client');
  const otto = await addPerson(ground, 'Otto', 'staff');
  const dora = await addPerson(ground, 'Dora', 'client');
  const mallory = await addPerson(ground, 'Mallory', 'owner', other);
  const max = await addPerson(ground, 'Max', 'staff', other);
  await addPerson(ground, 'Max', 'client');
  const room = await makeRoom(ground, { kind: 'client', name: 'Cleo', people: [ana, adam, sam, cleo] });
  const team = await makeRoom(ground, { kind: 'team', name: 'Team', people: [ana, adam, sam] });
  const foreign = await makeRoom(ground, { kind: 'client', name: 'Foreign', people: [mallory, max] });
  const elsewhere = { workspaceId: other, mallory, max, room: foreign };
  return { ...ground, ana, adam, sam, cleo, otto, dora, room, team, elsewhere };
}

type Ground = Pick<Town, 'store' | 'ids' | 'workspaceId' | 'emailDomain'>;

/** Somebody in a workspace of the town. The same name is the same user in another. */
export async function addPerson(
  { store, ids, workspaceId: home, emailDomain }: Ground,
  name: string,
  role: Role,
  workspaceId = home,
): Promise<Actor> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@${emailDomain}`;
  const { userId } = await store.founding.addMember({
    workspaceId,
    userId: ids.fresh('usr'),
    name,
    email,
    role,
  });
  return { workspaceId, userId, role };
}

interface AskedRoom {
  kind: RoomKind;
  name: string;
  /** The first of them makes it. */
  people: readonly Actor[];
  clientId?: string;
}

/** A room with these people in it. */
export async function makeRoom(
  { store, ids }: Pick<Ground, 'store' | 'ids'>,
  { kind, name, people, clientId }: AskedRoom,
): Promise<RoomRef> {
  const roomId = ids.fresh('room');
  const [{ workspaceId, userId: by }] = people as [Actor];
  const memberIds = people.map(({ userId }) => userId);
  const asked = { workspaceId, roomId, kind, name, topic: '', by, memberIds, clientId: clientId ?? roomId };
  const made = await store.rooms.create(asked);
  return { workspaceId, roomId: made.roomId };
}

let posted = 0;

/** A message's draft; its clientId is new unless given. */
export function message(
  by: Actor,
  text: string,
  more: Partial<Draft & { kind: 'message' }> = {},
): Draft & { kind: 'message' } {
  return { kind: 'message', by: by.userId, clientId: `m${++posted}`, text, files: [], mentions: [], ...more };
}

/** What may be done to a message. */
export function change(
  by: Actor,
  what:
    | { kind: 'edit'; target: number; text: string; mentions?: string[] }
    | { kind: 'delete'; target: number }
    | { kind: 'reaction'; target: number; emoji: string; on: boolean }
    | { kind: 'pin'; target: number; on: boolean },
  clientId = `c${++posted}`,
): Draft {
  const base = { by: by.userId, clientId };
  return what.kind === 'edit' ? { mentions: [], ...what, ...base } : { ...what, ...base };
}

export const joining = (by: Actor, who: Actor): Draft => membership(by, who, true);
export const leaving = (by: Actor, who: Actor): Draft => membership(by, who, false);
const membership = (by: Actor, { userId }: Actor, joined: boolean): Draft => ({
  kind: 'member',
  by: by.userId,
  userId,
  joined,
});

/** Sends `texts` one behind the other. */
export async function post(
  { log }: TestStore,
  room: RoomRef,
  by: Actor,
  ...texts: string[]
): Promise<Appended[]> {
  const places: Appended[] = [];
  for (const text of texts) places.push(await log.append(room, message(by, text)));
  return places;
}

/** The whole log of a room, read in pages of `limit`. */
export async function readAll({ log }: TestStore, room: RoomRef, limit = 500): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await log.read(room, { after: entries.length, limit });
    if (page === undefined) throw new Error(`there is no room ${room.roomId}`);
    entries.push(...page.entries);
    if (page.entries.length === 0) return entries;
  }
}

/** The code with which something is refused, or `answered`. */
export async function outcome(doing: Promise<unknown>): Promise<string> {
  try {
    await doing;
    return 'answered';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** A town in a fresh store in memory, for tests that are about something else than the store. */
export async function memoryTown(): Promise<Town & { clock: TestClock }> {
  const ambient = { clock: new TestClock(), ids: countingIds() };
  return { ...(await foundTown(memoryStore(ambient), ambient)), clock: ambient.clock };
}
