import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Actor, type RoomRef, searchMessages } from '@stackbox/core';
import { addPerson, change, countingIds, makeRoom, post, TestClock } from '@stackbox/testkit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../store.ts';
import { renewEpochs } from '../upkeep.ts';

const ambient = { clock: new TestClock(), ids: countingIds() };

describe('the index file', () => {
  let folder: string;
  let log: string;
  let index: string;
  let faults: unknown[];
  let store: Store;
  let ana: Actor;
  let room: RoomRef;

  const open = async (options: Partial<StoreOptions> = { search: index }): Promise<void> => {
    store = await openStore(log, { ...ambient, onSearchFault: (fault) => faults.push(fault), ...options });
  };
  const found = async (q: string): Promise<number> =>
    (await searchMessages(store, ana, { q, limit: 100 })).hits.length;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackbox-'));
    log = join(folder, 'stackbox.db');
    index = join(folder, 'search.db');
    faults = [];
    await open();
    const workspaceId = ambient.ids.fresh('ws');
    await store.founding.createWorkspace({ workspaceId, slug: 'one', name: 'One' });
    const ground = { store, ids: ambient.ids, workspaceId, emailDomain: 'one.example' };
    ana = await addPerson(ground, 'Ana', 'owner');
    room = await makeRoom(ground, { kind: 'team', name: 'Team', people: [ana] });
    await post(store, room, ana, ...Array.from({ length: 50 }, (_, i) => `number ${i} 号码`));
    await store.search.indexed();
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('says how far it has got', async () => {
    await post(store, room, ana, 'one more');
    await store.search.indexed();
    const { indexed, lagEntries } = store.search.stats();
    expect(indexed).toBeGreaterThanOrEqual(52);
    expect(lagEntries).toBe(0);
  });

  it('takes in what was committed while it was not there', async () => {
    await store.close();
    await open({});
    const [place] = await post(store, room, ana, 'number said in the dark');
    await store.log.append(room, change(ana, { kind: 'delete', target: (place?.seq ?? 0) - 1 }));
    await store.log.append(
      room,
      change(ana, { kind: 'edit', target: (place?.seq ?? 0) - 2, text: 'edited in the dark' }),
    );
    await expect(found('number')).rejects.toMatchObject({ code: 'unavailable' });
    await store.close();
    await open();
    expect(await found('number')).toBe(49);
    expect(await found('dark')).toBe(2);
    expect(await found('号码')).toBe(48);
  });

  it('goes on where it stopped, and indexes nothing twice', async () => {
    const before = readFileSync(index);
    await store.close();
    await open();
    await store.search.indexed();
    expect(await found('number')).toBe(50);
    const db = new Database(index, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM words_0_docsize').pluck().get()).toBe(50);
    db.close();
    expect(before.length).toBeGreaterThan(0);
  });

  it('is made again when it is deleted', async () => {
    await store.close();
    rmSync(index);
    await open();
    expect(await found('number')).toBe(50);
    expect(faults).toEqual([]);
  });

  it('is made again when it is no database, or half of one', async () => {
    for (const damage of [
      () => writeFileSync(index, 'this is no database, but it is long enough to have a header'.repeat(100)),
      () => truncateSync(index, Math.floor(statSync(index).size / 3)),
      () => truncateSync(index, 0),
    ]) {
      await store.close();
      damage();
      await open();
      expect(await found('number')).toBe(50);
    }
  });

  it('is made again when damage shows while it is used', async () => {
    await store.close();
    const db = new Database(index);
    db.pragma('wal_checkpoint(TRUNCATE)');
    const pages = db
      .prepare(`SELECT pageno FROM dbstat WHERE name IN ('words_0_data', 'grams_0_data', 'words_0_docsize')`)
      .pluck()
      .all() as number[];
    db.close();
    const file = openSync(index, 'r+');
    for (const page of pages) writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, (page - 1) * 4096);
    closeSync(file);
    await open();
    await found('number');
    await store.search.indexed();
    expect(await found('number')).toBe(50);
    expect(faults.length).toBeGreaterThan(0);
    await post(store, room, ana, 'number after the damage');
    expect(await found('number')).toBe(51);
  });

  it('is made again when it is of another version', async () => {
    await store.close();
    const db = new Database(index);
    db.pragma('user_version = 99');
    db.exec('DELETE FROM facts; DELETE FROM shards');
    db.close();
    await open();
    expect(await found('number')).toBe(50);
  });

  it('[LOG6] is made again when the log was restored: the same places may hold other messages', async () => {
    await store.close();
    renewEpochs(log, ambient.ids);
    const db = new Database(index);
    // To see that it is not this index that answers.
    db.exec('DELETE FROM shards');
    db.close();
    await open();
    expect(await found('number')).toBe(50);
  });

  it('is made again when the log is another, shorter or longer', async () => {
    await store.close();
    const db = new Database(log);
    db.exec('DELETE FROM entries WHERE id > 40');
    db.close();
    await open();
    const kept = await found('number');
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(50);
    await post(store, room, ana, ...Array.from({ length: 60 }, (_, i) => `letter ${i}`));
    expect(await found('letter')).toBe(60);
    expect(await found('number')).toBe(kept);
  });

  it('[LOG9] of an ended room nothing stays in it', async () => {
    const ground = { store, ids: ambient.ids };
    const other = await makeRoom(ground, { kind: 'team', name: 'Other', people: [ana] });
    await post(store, other, ana, 'stays 留下');
    await store.rooms.end(room, ana.userId);
    await store.search.indexed();
    await store.close();
    await open();
    expect(await found('stays')).toBe(1);
    const rows = () => {
      const db = new Database(index, { readonly: true });
      const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
      const all = [count('words_0_docsize'), count('grams_0_docsize'), count('ended')];
      db.close();
      return all;
    };
    await expect.poll(rows).toEqual([1, 1, 1]);
  });

  it('a search beside a stream of messages finds what was acknowledged before it was asked', async () => {
    let sending = true;
    const stream = (async () => {
      for (let i = 0; sending; i++) await post(store, room, ana, `noise ${i}`);
    })();
    for (let i = 0; i < 30; i++) {
      await post(store, room, ana, `signal s${i}x`);
      expect(await found(`"s${i}x"`)).toBe(1);
    }
    sending = false;
    await stream;
  });
});
