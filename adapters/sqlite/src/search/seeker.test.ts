import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Actor, parseQuery, type RoomRef } from '@stackbox/core';
import {
  addPerson,
  change,
  countingIds,
  leaving,
  makeRoom,
  message,
  post,
  TestClock,
} from '@stackbox/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForReading } from '../schema.ts';
import { openStore, type Store } from '../store.ts';
import { makeAnew } from './index-schema.ts';
import { Indexer } from './indexer.ts';
import { LogView } from './log-view.ts';
import { PageTable } from './page-table.ts';
import { Seeker } from './seeker.ts';
import { Shards } from './shards.ts';

/** The index stands still while the log goes on: whatever it proposes, the log decides. */
describe('a search on an index that is behind', () => {
  const ambient = { clock: new TestClock(), ids: countingIds() };
  let folder: string;
  let store: Store;
  let log: ReturnType<typeof openForReading>;
  let index: ReturnType<typeof makeAnew>;
  let page: PageTable;
  let indexer: Indexer;
  let shards: Shards;
  let seeker: Seeker;
  let ana: Actor;
  let ben: Actor;
  let room: RoomRef;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackbox-'));
    store = await openStore(join(folder, 'stackbox.db'), ambient);
    const workspaceId = ambient.ids.fresh('ws');
    await store.founding.createWorkspace({ workspaceId, slug: 'one', name: 'One' });
    const ground = { store, ids: ambient.ids, workspaceId, emailDomain: 'one.example' };
    ana = await addPerson(ground, 'Ana', 'owner');
    ben = await addPerson(ground, 'Ben', 'staff');
    room = await makeRoom(ground, { kind: 'team', name: 'Team', people: [ana, ben] });
    log = openForReading(join(folder, 'stackbox.db'));
    const view = new LogView(log);
    index = makeAnew(':memory:');
    shards = new Shards(index, 4);
    page = new PageTable();
    indexer = new Indexer(index, shards, view);
    seeker = new Seeker(index, shards, view, page, async () => {});
  });

  afterEach(async () => {
    index.close();
    page.close();
    log.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const catchUp = () => {
    while (indexer.step(50));
  };
  const found = async (actor: Actor, q: string): Promise<number[]> => {
    const { workspaceId, userId } = actor;
    const { hits } = await seeker.search(
      { workspaceId, userId, query: parseQuery(q), limit: 20 },
      indexer.position + 1,
    );
    return hits.map(({ seq }) => seq);
  };

  it('[LOG9] finds nothing of what was withdrawn or replaced since', async () => {
    const { seq: withdrawn } = await store.log.append(
      room,
      message(ben, 'teapot 茶壶 https://a.example', { files: [{ name: 'a.pdf' }] }),
    );
    const [edited] = await post(store, room, ben, 'teapot 茶壶 https://b.example');
    const target = edited?.seq as number;
    catchUp();
    const byBen = `from:${ben.userId}`;
    const queries = ['teapot', 'tea', '茶壶', byBen, 'has:link', 'teapot -kettle'];
    for (const q of queries) expect([q, await found(ben, q)]).toEqual([q, [target, withdrawn]]);
    expect(await found(ben, 'has:file')).toEqual([withdrawn]);
    await store.log.append(room, change(ben, { kind: 'delete', target: withdrawn }));
    await store.log.append(room, change(ben, { kind: 'edit', target, text: 'kettle' }));
    for (const q of queries) expect([q, await found(ben, q)]).toEqual([q, q === byBen ? [target] : []]);
    expect(await found(ben, 'has:file')).toEqual([]);
    catchUp();
    expect(await found(ben, 'kettle')).toEqual([target]);
  });

  it('[LOG9] nothing of a withdrawn or replaced text stays in it once it has caught up', async () => {
    const places = await post(store, room, ben, 'teapot 茶壶', 'teapot 茶壶');
    catchUp();
    const rows = (table: string, word: string) =>
      shards
        .all()
        .map((no) => `${table}_${no}`)
        .map(
          (name) =>
            index.prepare(`SELECT count(*) FROM ${name} WHERE ${name} MATCH ?`).pluck().get(word) as number,
        )
        .reduce((sum, count) => sum + count);
    expect([rows('words', 'teapot'), rows('grams', '"茶 壶"')]).toEqual([2, 2]);
    const [first, second] = places.map(({ seq }) => seq) as [number, number];
    await store.log.append(room, change(ben, { kind: 'delete', target: first }));
    await store.log.append(room, change(ben, { kind: 'edit', target: second, text: 'kettle 水壶' }));
    catchUp();
    expect([rows('words', 'teapot'), rows('grams', '"茶 壶"')]).toEqual([0, 0]);
    expect([rows('words', 'kettle'), rows('grams', '"水 壶"')]).toEqual([1, 1]);
  });

  it('[SEC2] finds nothing for who has left the room or the workspace since, or become a client', async () => {
    const { seq } = await store.log.append(room, message(ana, 'teapot'));
    catchUp();
    expect(await found(ben, 'teapot')).toEqual([seq]);
    await store.members.changeRole(ana.workspaceId, ben.userId, 'client');
    expect(await found(ben, 'teapot')).toEqual([]);
    await store.members.changeRole(ana.workspaceId, ben.userId, 'staff');
    expect(await found(ben, 'teapot')).toEqual([seq]);
    await store.log.append(room, leaving(ana, ben));
    expect(await found(ben, 'teapot')).toEqual([]);
    expect(await found(ana, 'teapot')).toEqual([seq]);
    await store.rooms.end(room, ana.userId);
    expect(await found(ana, 'teapot')).toEqual([]);
  });

  it('[SEC2] asks for membership again when others had a turn in between', async () => {
    await post(store, room, ana, ...Array.from({ length: 9 }, (_, i) => `teapot ${i}`));
    catchUp();
    const { workspaceId, userId } = ben;
    const search = { workspaceId, userId, query: parseQuery('"teapot"'), limit: 20 };
    const seekerWith = (turn: () => Promise<void>) =>
      new Seeker(index, shards, new LogView(log), page, turn, { searchMs: 10_000, stretchMs: -1 });
    const undisturbed = await seekerWith(async () => {}).search(search, indexer.position + 1);
    expect(undisturbed.hits).toHaveLength(9);
    let turns = 0;
    const disturbed = seekerWith(async () => {
      turns++;
      // The second turn: the first hits are found by then.
      if (turns === 2) await store.log.append(room, leaving(ana, ben));
    });
    expect(await disturbed.search(search, indexer.position + 1)).toEqual({ hits: [] });
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  it('a search that is cut short answers what it has, and going on gives the rest once', async () => {
    const places = await post(
      store,
      room,
      ana,
      ...Array.from({ length: 40 }, (_, i) => (i % 8 ? 'noise' : `teapot 茶壶 ${i}`)),
    );
    catchUp();
    const expected = places
      .filter((_, i) => i % 8 === 0)
      .map(({ seq }) => seq)
      .reverse();
    const hurried = new Seeker(index, shards, new LogView(log), page, async () => {}, {
      searchMs: -1,
      stretchMs: 0,
    });
    const { workspaceId, userId } = ana;
    for (const q of ['teapot', '"teapot"', 'tea', '茶壶', 'nothing']) {
      const all: number[] = [];
      let pages = 0;
      let cursor: string | undefined;
      do {
        const page = { limit: 3, ...(cursor === undefined ? {} : { cursor }) };
        const { hits, next } = await hurried.search(
          { workspaceId, userId, query: parseQuery(q), ...page },
          indexer.position + 1,
        );
        all.push(...hits.map(({ seq }) => seq));
        cursor = next;
        pages++;
      } while (cursor !== undefined && pages < 100);
      expect([q, all]).toEqual([q, q === 'nothing' ? [] : expected]);
      expect(pages).toBeGreaterThan(5);
      expect(pages).toBeLessThan(100);
    }
  });
});
