import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Db } from '../schema.ts';

/** Counted up whenever what stands in the index changes: an index of another version is made anew. */
const version = 1;

export const porter = `tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"`;

const tables = `
CREATE TABLE facts (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE shards (no INTEGER PRIMARY KEY, tidy INTEGER NOT NULL) STRICT;
CREATE TABLE ended (room_no INTEGER PRIMARY KEY) STRICT;
-- The days (UTC, since 1970) on which messages were written, and between which ids they lie.
CREATE TABLE days (day INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
`;

/**
 * Opens the index at `path`, or makes it anew if it is missing, damaged, of another version, or not of this log.
 * @param isOf whether an index follows this log, as far as it can tell
 */
export function openIndex(path: string, isOf: (index: Db) => boolean): Db {
  let db: Db | undefined;
  try {
    db = open(path);
    const found = db.pragma('user_version', { simple: true });
    if (found === version && isOf(db)) return db;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  db?.close();
  return makeAnew(path);
}

export function makeAnew(path: string): Db {
  if (path !== ':memory:') for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  const db = open(path);
  db.transaction(() => {
    db.exec(tables);
    db.pragma(`user_version = ${version}`);
  })();
  return db;
}

/** What is there is no index, or no longer one. Nothing is lost: it is made anew from the log. */
export function isDamage(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB)/.test(code);
}

function open(path: string): Db {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    // After power loss the last batches may be missing, and are indexed again: `followed` is written with them.
    db.pragma('synchronous = NORMAL');
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('journal_size_limit = 67108864');
    db.pragma('cache_size = -32768');
    db.pragma('mmap_size = 1073741824');
    // Words of withdrawn texts are overwritten where their pages are given up (LOG9).
    db.pragma('secure_delete = FAST');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
