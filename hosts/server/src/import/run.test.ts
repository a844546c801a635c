import { type ImportItem, type ImportSource, randomIds, systemClock } from '@stackbox/core';
import type { Entry, MessageEntry } from '@stackbox/protocol';
import { openStore, type Store } from '@stackbox/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImportRun } from './run.ts';

const workspaceId = 'ws_a';
let store: Store;
let ownerId: string;

beforeEach(async () => {
  store = await openStore(':memory:', { clock: systemClock, ids: randomIds });
  await store.founding.createWorkspace({ workspaceId, slug: 'a', name: 'A' });
  const owner = {
    workspaceId,
    userId: 'usr_owner',
    name: 'Owner',
    email: 'o@a.example',
    role: 'owner',
  } as const;
  ({ userId: ownerId } = await store.founding.addMember(owner));
});
afterEach(() => store.close());

const conversation: ImportItem[] = [
  { kind: 'user', ref: 'U1', name: 'Una', email: 'una@a.example' },
  { kind: 'user', ref: 'U2', name: 'Ulf', deactivated: true },
  { kind: 'room', ref: 'R1', name: 'roof', roomKind: 'team', memberRefs: ['U1', 'U2'] },
  { kind: 'room', ref: 'R2', name: 'silent', roomKind: 'team', memberRefs: ['U1'] },
  message('m1', 'U2', 'Leaks again, <@U1>', 1_000),
  {
    ...message('m2', 'U1', 'On my way', 2_000),
    replyToRef: 'm1',
    reactions: [{ emoji: '👍', byRefs: ['U2', 'U9'] }],
  },
  { kind: 'skipped', what: 'content of a file', why: 'files are named and not brought along', where: 'm2' },
];

function message(ref: string, byRef: string, text: string, sentAt: number) {
  return {
    kind: 'message',
    roomRef: 'R1',
    ref,
    byRef,
    text,
    sentAt,
    files: [],
    reactions: [],
  } as const satisfies ImportItem;
}

function run(items: readonly ImportItem[]) {
  const source: ImportSource = {
    name: 'slack-export',
    async *items() {
      yield* items;
    },
  };
  return new ImportRun(source, { store, ids: randomIds, workspaceId, ownerId, onProgress: () => {} }).run();
}

async function entriesOf(name: string): Promise<Entry[]> {
  const rooms = await store.rooms.ofMember(workspaceId, ownerId, { limit: 10 });
  const room = rooms.find((each) => each.name === name);
  if (room === undefined) throw new Error(`no room ${name}`);
  return (await store.log.read(room, { after: 0, limit: 500 }))?.entries ?? [];
}

const messagesIn = (entries: readonly Entry[]) =>
  entries.filter((entry): entry is MessageEntry => entry.kind === 'message');

describe('an import', () => {
  it('brings rooms, threads, mentions and reactions, with the times they had as data', async () => {
    const report = await run(conversation);
    expect(report).toMatchObject({ users: 2, rooms: 2, messages: 2, already: 0, replies: 1, reactions: 1 });
    const entries = await entriesOf('roof');
    const [root, reply] = messagesIn(entries);
    expect(root).toMatchObject({ sentAt: 1_000, mentions: [expect.stringMatching(/^usr_/)] });
    expect(reply).toMatchObject({ sentAt: 2_000, replyTo: root?.seq });
    expect(entries.filter(({ kind }) => kind === 'reaction')).toMatchObject([
      { target: reply?.seq, emoji: '👍' },
    ]);
  });

  it('[LOG4] run again appends nothing and says so', async () => {
    await run(conversation);
    const before = messagesIn(await entriesOf('roof'));
    const report = await run(conversation);
    expect(report).toMatchObject({ messages: 0, already: 2, reactions: 0 });
    expect(messagesIn(await entriesOf('roof'))).toEqual(before);
  });

  it('goes on where an earlier one broke off', async () => {
    await run(conversation.slice(0, 5));
    expect(await run(conversation)).toMatchObject({ messages: 1, already: 1 });
    expect(messagesIn(await entriesOf('roof')).map(({ clientId }) => clientId)).toEqual(['m1', 'm2']);
  });

  it('[SEC2] leaves nobody in a room who had left it', async () => {
    await run(conversation);
    const [room] = (await store.rooms.ofMember(workspaceId, ownerId, { limit: 10 })).filter(
      ({ name }) => name === 'roof',
    );
    const people = room === undefined ? [] : await store.rooms.people(room, { limit: 10 });
    expect(people.map(({ name }) => name).sort()).toEqual(['Owner', 'Una']);
  });

  it('reports what was not taken, and why', async () => {
    const { notTaken } = await run(conversation);
    expect([...notTaken.keys()]).toEqual([
      'content of a file: files are named and not brought along',
      'reaction: who gave it is not in the source',
    ]);
  });

  it('reports what the log refuses, and takes the rest', async () => {
    const report = await run([
      ...conversation,
      message('m1', 'U1', 'the same key by another is another message', 3_000),
      message('m3', 'U7', 'x', 4_000),
    ]);
    expect(report.messages).toBe(3);
    expect([...report.notTaken.keys()]).toContain('message: its author is not in the source');
  });
});
