import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Actor, type RoomRef, type SearchIndex, searchMessages } from '@stackbox/core';
import { addPerson, change, countingIds, makeRoom, post, TestClock } from '@stackbox/testkit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForReading } from '../schema.ts';
import { openStore, type Store } from '../store.ts';
import { Desk } from './desk.ts';

const span = 16;

/** Hundreds of messages in shards of 16, as a million are in shards of 262,144. */
describe('an index of many shards', () => {
  const ambient = { clock: new TestClock(), ids: countingIds() };
  let folder: string;
  let store: Store;
  let log: ReturnType<typeof openForReading>;
  let desk: Desk;
  let ana: Actor;
  let ben: Actor;
  let rooms: RoomRef[];
  let search: SearchIndex;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackbox-'));
    store = await openStore(join(folder, 'stackbox.db'), ambient);
    const workspaceId = ambient.ids.fresh('ws');
    await store.founding.createWorkspace({ workspaceId, slug: 'one', name: 'One' });
    const ground = { store, ids: ambient.ids, workspaceId, emailDomain: 'one.example' };
    ana = await addPerson(ground, 'Ana', 'owner');
    ben = await addPerson(ground, 'Ben', 'staff');
    rooms = [];
    for (let i = 0; i < 250; i++) {
      rooms.push(
        await makeRoom(ground, { kind: 'team', name: `Room ${i}`, people: i === 7 ? [ana, ben] : [ana] }),
      );
    }
    log = openForReading(join(folder, 'stackbox.db'));
    desk = new Desk(
      join(folder, 'search.db'),
      log,
      { progress() {}, fault: (fault) => expect.fail(String(fault)) },
      span,
    );
    search = {
      search: (workspaceId, userId, query, page) =>
        desk.answer({ ask: 'search', search: { workspaceId, userId, query, ...page } }),
      peopleCalled: async () => [],
      roomsCalled: async () => [],
    };
  });

  afterEach(async () => {
    desk.close();
    log.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const all = async (actor: Actor, q: string, limit: number): Promise<string[]> => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchMessages({ search }, actor, { q, limit, cursor });
      found.push(...page.hits.map(({ roomId, seq }) => `${roomId} ${seq}`));
      cursor = page.next;
    } while (cursor !== undefined);
    return found;
  };

  it('pages over all of them give every hit once, newest first, in few rooms and in more than FTS5 is asked for', async () => {
    const places: string[] = [];
    const ofBen: string[] = [];
    for (let i = 0; i < 300; i++) {
      const room = rooms[i % 250] as RoomRef;
      const [place] = await post(store, room, ana, i % 5 === 0 ? `harbour ${i} 港口` : `noise ${i}`);
      if (i % 5 === 0) places.push(`${room.roomId} ${place?.seq}`);
      if (i % 250 === 7) ofBen.push(`${room.roomId} ${place?.seq}`);
    }
    for (const q of ['harbour', 'harb', '港口', '"harbour"']) {
      for (const limit of [1, 4, 100])
        expect([q, await all(ana, q, limit)]).toEqual([q, places.toReversed()]);
    }
    expect(await all(ben, 'noise', 1)).toEqual(ofBen.toReversed());
    expect(await all(ben, 'harbour', 10)).toEqual([]);
  });

  it('those left behind are merged into one segment each, and what changes in them is found as it is', async () => {
    const [room] = rooms as [RoomRef];
    let target = 0;
    for (let i = 0; i < 120; i++) {
      const [place] = await post(store, room, ana, `harbour ${i} 港口 and more words that fill ${i % 7}`);
      if (i === 20) target = place?.seq ?? 0;
      // A few at a time, so that a shard has several segments.
      if (i % 3 === 0) await desk.answer({ ask: 'indexed' });
    }
    const shards = () => {
      const db = new Database(join(folder, 'search.db'), { readonly: true });
      const rows = db.prepare('SELECT no, tidy FROM shards ORDER BY no').all() as {
        no: number;
        tidy: number;
      }[];
      const segments = rows.map(
        ({ no }) =>
          db
            .prepare(`SELECT count(DISTINCT id >> 37) FROM words_${no}_data WHERE id >> 37 > 0`)
            .pluck()
            .get() as number,
      );
      db.close();
      return { tidy: rows.map(({ tidy }) => tidy), segments };
    };
    await desk.answer({ ask: 'indexed' });
    const isFull = (_: number, i: number, { length }: number[]) => i < length - 1;
    await expect
      .poll(() =>
        shards()
          .tidy.filter(isFull)
          .every((tidy) => tidy === 1),
      )
      .toBe(true);
    expect(shards().segments.length).toBeGreaterThan(5);
    expect(new Set(shards().segments.filter(isFull))).toEqual(new Set([1]));
    expect(await all(ana, 'harbour', 9)).toHaveLength(120);
    await store.log.append(room, change(ana, { kind: 'edit', target, text: 'edited in an old shard' }));
    await store.log.append(room, change(ana, { kind: 'delete', target: target + 1 }));
    expect(await all(ana, 'edited', 9)).toHaveLength(1);
    expect(await all(ana, 'harbour', 9)).toHaveLength(118);
    expect(await all(ana, '港口', 9)).toHaveLength(118);
  });
});
