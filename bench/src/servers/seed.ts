import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Room } from '../load/wire.ts';

/** How many of each: members are in each of the rooms of their workspace, messages in each room. */
export interface Shape {
  workspaces: number;
  rooms: number;
  members: number;
  messages: number;
}

interface Seeded {
  workspaces: {
    members: { userId: string; role: string; token: string }[];
    rooms: { id: string; memberIds: string[] }[];
  }[];
}

/** Makes a data folder with the server's own `seed`. */
export async function seedFolder(serverEntry: string, data: string, shape: Shape): Promise<Room[]> {
  const numbers = Object.entries({ ...shape, seed: 1 }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [serverEntry, 'seed', '--data', data, ...numbers, '--json'],
    { maxBuffer: 1024 ** 3 },
  );
  const { workspaces } = JSON.parse(stdout) as Seeded;
  const rooms = workspaces.flatMap(({ members, rooms }) => {
    // The owner first: who may take a member out.
    const tokens = new Map(
      members
        .toSorted((a, b) => Number(b.role === 'owner') - Number(a.role === 'owner'))
        .map(({ userId, token }) => [userId, token]),
    );
    return rooms.map(({ id, memberIds }) => {
      const inRoom = new Set(memberIds);
      return {
        id,
        seats: [...tokens]
          .filter(([userId]) => inRoom.has(userId))
          .map(([userId, token]) => ({ userId, token })),
      };
    });
  });
  const [first] = rooms;
  if (rooms.length !== shape.workspaces * shape.rooms || first?.seats.length !== shape.members) {
    throw new Error(
      `asked seed for ${JSON.stringify(shape)}, got ${rooms.length} rooms of ${first?.seats.length} members`,
    );
  }
  return rooms;
}

/** Rooms of the same shape for the peer when it runs alone. */
export function inventRooms({ workspaces, rooms, members }: Shape): Room[] {
  return Array.from({ length: workspaces * rooms }, () => ({
    id: randomUUID(),
    seats: Array.from({ length: members }, () => ({ userId: randomUUID(), token: '' })),
  }));
}
