import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Room, Seat } from '../load/wire.ts';

/** How many of each: members in each of the rooms of their workspace, messages in each room. */
export interface Shape {
  workspaces: number;
  rooms: number;
  members: number;
  messages: number;
  /** In the workspace, by turns in its rooms; as many as all rooms take when not given. */
  people?: number;
}

interface Person {
  userId: string;
  token: string;
}

interface Seeded {
  workspaces: { members: Person[]; rooms: { id: string; memberIds: string[] }[] }[];
}

export interface World {
  rooms: Room[];
  /** Who is in no room. */
  outsiders: Seat[];
}

/** Makes a data folder with the server's own `seed`. */
export async function seedFolder(serverEntry: string, data: string, shape: Shape): Promise<World> {
  const numbers = Object.entries({ ...shape, seed: 1 }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const args = [serverEntry, 'seed', '--data', data, ...numbers, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1024 ** 3 }).catch(
    (error) => {
      throw new Error(`seed ended with code ${error.code}\n${error.stderr}`);
    },
  );
  const { workspaces } = JSON.parse(stdout) as Seeded;
  const people = new Map(
    workspaces.flatMap(({ members }) => members.map((person) => [person.userId, person])),
  );
  const seatOf = (userId: string): Seat => ({ userId, token: people.get(userId)?.token ?? '' });
  const seated = workspaces.flatMap(({ rooms }) => rooms);
  const rooms = seated.map(({ id, memberIds }) => ({ id, seats: memberIds.map(seatOf) }));
  if (
    rooms.length !== shape.workspaces * shape.rooms ||
    rooms.some(({ seats }) => seats.length !== shape.members)
  ) {
    throw new Error(`seed did not make the ${JSON.stringify(shape)} it was asked for`);
  }
  const insiders = new Set(seated.flatMap(({ memberIds }) => memberIds));
  return { rooms, outsiders: [...people.keys()].filter((id) => !insiders.has(id)).map(seatOf) };
}

/** Rooms of the same shape for the peer when it runs alone. */
export function inventRooms({ workspaces, rooms, members }: Shape): Room[] {
  return Array.from({ length: workspaces * rooms }, () => ({
    id: randomUUID(),
    seats: Array.from({ length: members }, () => ({ userId: randomUUID(), token: '' })),
  }));
}
