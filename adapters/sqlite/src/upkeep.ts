import type { Ids } from '@stackbox/core';
import Database from 'better-sqlite3';
import { openForReading, openForWriting } from './schema.ts';

/** Copies the log at `from`, which may be in use, to the new file `to`, as it is at one instant. Blocks its thread. */
export function copyLog(from: string, to: string): void {
  const db = openForReading(from);
  try {
    // One read transaction, whatever is written meanwhile; the copy is also compact.
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
}

/** Names a new history for every room (LOG6): what a client holds of an earlier one may have gone further than this log. */
export function renewEpochs(path: string, ids: Ids): number {
  const db = openForWriting(path);
  try {
    const rename = db.prepare('UPDATE rooms SET epoch = ? WHERE no = ?');
    const rooms = db.prepare('SELECT no FROM rooms').all() as { no: number }[];
    db.transaction(() => {
      for (const { no } of rooms) rename.run(ids.fresh('epoch'), no);
    })();
    db.pragma('wal_checkpoint(TRUNCATE)');
    return rooms.length;
  } finally {
    db.close();
  }
}

/** What SQLite finds wrong with the file of a log or of an index; nothing if all is well. Reads everything. */
export function damageIn(path: string): string[] {
  const db = new Database(path, { readonly: true });
  try {
    return (db.pragma('integrity_check(10)') as { integrity_check: string }[])
      .map(({ integrity_check }) => integrity_check)
      .filter((line) => line !== 'ok');
  } finally {
    db.close();
  }
}

/** What is wrong with a log's file or with what it says; nothing if all is well. Reads everything. */
export function faultsIn(path: string): string[] {
  const damage = damageIn(path);
  if (damage.length > 0) return damage;
  const db = openForReading(path);
  try {
    const gaps = db
      .prepare(
        `SELECT rooms.id, count(*) AS entries, min(seq) AS first, max(seq) AS last FROM entries JOIN rooms ON rooms.no = room_no
         WHERE ended_at IS NULL GROUP BY room_no HAVING first <> 1 OR last <> entries LIMIT 10`,
      )
      .all() as { id: string; entries: number; first: number; last: number }[];
    return gaps.map(
      ({ id, entries, first, last }) => `room ${id} holds ${entries} entries from ${first} to ${last} (LOG1)`,
    );
  } finally {
    db.close();
  }
}

/** Figures of a log, for those who look after it. */
export function logFigures(path: string): {
  workspaces: number;
  rooms: number;
  entries: number;
  newestAt: number | undefined;
} {
  const db = openForReading(path);
  try {
    const figure = (sql: string) => (db.prepare(sql).pluck().get() ?? 0) as number;
    return {
      workspaces: figure('SELECT count(*) FROM workspaces'),
      rooms: figure('SELECT count(*) FROM rooms WHERE ended_at IS NULL'),
      entries: figure('SELECT count(*) FROM entries'),
      newestAt: db.prepare('SELECT at FROM entries ORDER BY id DESC LIMIT 1').pluck().get() as
        | number
        | undefined,
    };
  } finally {
    db.close();
  }
}
