import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Role } from '@stackbox/protocol';
import { serverEntry } from './server-process.ts';

/** A member who takes part, with a token that outlives the run whatever the server's clock says. */
export interface Person {
  readonly workspaceId: string;
  readonly userId: string;
  readonly role: Role;
  readonly token: string;
  /** Ids of the rooms they are in. */
  readonly rooms: readonly string[];
}

export interface World {
  readonly people: readonly Person[];
  readonly rooms: readonly string[];
}

interface Seeded {
  workspaces: {
    id: string;
    members: { userId: string; role: Role; token: string }[];
    rooms: { id: string; memberIds: string[] }[];
  }[];
}

interface Size {
  readonly workspaces: number;
  /** In each workspace. */
  readonly rooms: number;
  /** In each room. */
  readonly members: number;
  /** In each room, before the load begins. */
  readonly messages: number;
  readonly seed: number;
}

/** Fills a data folder with the server's own `seed`: everyone of a workspace is in each of its rooms. */
export async function makeWorld(
  data: string,
  { workspaces, rooms, members, messages, seed }: Size,
): Promise<World> {
  const numbers = { workspaces, rooms, members, people: members, messages, seed };
  const args = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [serverEntry, 'seed', '--data', data, ...args, '--json'],
    {
      maxBuffer: 64 * 1024 ** 2,
    },
  );
  const seeded = (JSON.parse(stdout) as Seeded).workspaces;
  const people = seeded.flatMap((workspace) =>
    workspace.members.map(({ userId, role, token }) => ({
      workspaceId: workspace.id,
      userId,
      role,
      token,
      rooms: workspace.rooms.filter(({ memberIds }) => memberIds.includes(userId)).map(({ id }) => id),
    })),
  );
  return { people, rooms: seeded.flatMap((workspace) => workspace.rooms.map(({ id }) => id)) };
}

/** Somebody who may write in the room. */
export function personIn({ people }: World, roomId: string): Person {
  const person = people.find(({ rooms }) => rooms.includes(roomId));
  if (person === undefined) throw new Error(`nobody is in ${roomId}`);
  return person;
}
