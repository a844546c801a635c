import { parseArgs } from 'node:util';
import { systemClock } from '@stackbox/core';
import type { Role } from '@stackbox/protocol';
import { openStore, type Store } from '@stackbox/sqlite';
import { chanceFrom, idsFrom, sentence } from '../data/chance.ts';
import { takeFolder } from '../data/folder.ts';
import { openTokens, type Tokens } from '../identity/tokens.ts';
import { Progress } from '../progress.ts';
import { countOf } from './options.ts';

const dayMs = 24 * 60 * 60_000;
/** Writes that wait together: enough for full commits, few enough to keep memory flat. */
const inFlight = 4_096;

interface Size {
  rooms: number;
  /** In each room. */
  members: number;
  /** In the workspace; each is in about `rooms * members / people` rooms. */
  people: number;
  /** In each room. */
  messages: number;
}

interface SeededWorkspace {
  id: string;
  slug: string;
  members: { userId: string; email: string; role: Role; token: string }[];
  rooms: { id: string; kind: 'client'; memberIds: string[] }[];
}

/** `./stackbox seed`: workspaces full of people and messages, the same for the same `--seed`. */
export async function seed(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: './data' },
      workspaces: { type: 'string', default: '1' },
      rooms: { type: 'string', default: '3' },
      members: { type: 'string', default: '4' },
      people: { type: 'string' },
      messages: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const rooms = countOf('--rooms', values.rooms);
  const members = countOf('--members', values.members, 1);
  const size: Size = {
    rooms,
    members,
    people: Math.max(
      members,
      values.people === undefined ? rooms * members : countOf('--people', values.people, 1),
    ),
    messages: countOf('--messages', values.messages),
  };
  const workspaces = countOf('--workspaces', values.workspaces);
  const chance = chanceFrom(countOf('--seed', values.seed));
  const folder = takeFolder(values.data);
  const tokens = await openTokens(folder.signingKey, systemClock);
  const ids = idsFrom(chance);
  const store = await openStore(folder.log, { clock: systemClock, ids });
  const progress = new Progress('messages', workspaces * size.rooms * size.messages);
  const seeded: SeededWorkspace[] = [];
  let written = 0;
  for (let i = 0; i < workspaces; i++) {
    const workspace = await seedPeople(store, tokens, chance, size);
    for await (const count of seedMessages(store, workspace, chance, size)) {
      written += count;
      progress.at(written);
    }
    seeded.push(workspace);
  }
  await store.close();
  folder.release();
  progress.done();
  if (values.json) process.stdout.write(`${JSON.stringify({ workspaces: seeded })}\n`);
  else {
    for (const {
      slug,
      members: [first],
      rooms: made,
    } of seeded) {
      process.stdout.write(
        `${slug}: ${made.length} rooms. Talk there with: ./stackbox chat --as ${first?.email}\n`,
      );
    }
  }
}

async function seedPeople(
  store: Store,
  tokens: Tokens,
  chance: () => number,
  size: Size,
): Promise<SeededWorkspace> {
  const ids = idsFrom(chance);
  const workspaceId = ids.fresh('ws');
  const slug = `seed-${workspaceId.slice(-8)}`;
  await store.founding.createWorkspace({ workspaceId, slug, name: `Seeded ${slug.slice(-4)}` });
  const people = Array.from({ length: size.people }, (_, i) => ({
    userId: ids.fresh('usr'),
    name: `Person ${i + 1}`,
    email: `person${i + 1}@${slug}.example`,
    role: roleOf(i),
  }));
  await Promise.all(people.map((person) => store.founding.addMember({ workspaceId, ...person })));
  const members = await Promise.all(
    people.map(async ({ userId, email, role }) => ({
      userId,
      email,
      role,
      token: await tokens.issue({ workspaceId, userId }, dayMs),
    })),
  );
  const rooms = Array.from({ length: size.rooms }, (_, room) => ({
    id: ids.fresh('room'),
    kind: 'client' as const,
    memberIds: Array.from(
      { length: size.members },
      (_, seat) => (members[(room * size.members + seat) % size.people] as { userId: string }).userId,
    ),
  }));
  await Promise.all(
    rooms.map(({ id, kind, memberIds }, i) =>
      store.rooms.create({
        workspaceId,
        roomId: id,
        kind,
        name: `Room ${i + 1}`,
        topic: '',
        by: memberIds[0] as string,
        memberIds,
        clientId: `seed ${id}`,
      }),
    ),
  );
  return { id: workspaceId, slug, members, rooms };
}

/** An owner, an admin, then staff and clients by turns. */
function roleOf(place: number): Role {
  if (place < 2) return place === 0 ? 'owner' : 'admin';
  return place % 2 === 0 ? 'staff' : 'client';
}

/** Messages by turns over the rooms, as they would come in. Yields how many were stored. */
async function* seedMessages(
  store: Store,
  { id: workspaceId, rooms }: SeededWorkspace,
  chance: () => number,
  { messages }: Size,
): AsyncGenerator<number> {
  let waiting: Promise<unknown>[] = [];
  for (let n = 0; n < messages; n++) {
    for (const { id: roomId, memberIds } of rooms) {
      const by = memberIds[Math.floor(chance() * memberIds.length)] as string;
      const text = sentence(chance, 40 + Math.floor(chance() * 120));
      const draft = {
        kind: 'message',
        by,
        clientId: `seed-${n.toString().padStart(9, '0')}`,
        text,
        files: [],
        mentions: [],
      } as const;
      waiting.push(store.log.append({ workspaceId, roomId }, draft));
      if (waiting.length < inFlight) continue;
      await Promise.all(waiting);
      yield waiting.length;
      waiting = [];
    }
  }
  await Promise.all(waiting);
  yield waiting.length;
}
