import Database from 'better-sqlite3';

export type Db = Database.Database;

/**
 * The log of one machine. `entries` is append-only in `id`, the order of commits over all rooms; `seq` is the order in a
 * room. Numbers (`*_no`) stand for ids inside this file, which keeps rows small and never leaves it.
 */
const tables = `
CREATE TABLE facts (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE workspaces (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE users (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE workspace_members (
  workspace_no INTEGER NOT NULL REFERENCES workspaces, user_no INTEGER NOT NULL REFERENCES users, role TEXT NOT NULL,
  PRIMARY KEY (workspace_no, user_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX workspace_members_user ON workspace_members (user_no);
CREATE TABLE rooms (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace_no INTEGER NOT NULL REFERENCES workspaces,
  kind TEXT NOT NULL, name TEXT NOT NULL, topic TEXT NOT NULL, epoch TEXT NOT NULL, created_at INTEGER NOT NULL,
  notes_for INTEGER UNIQUE REFERENCES rooms, by_no INTEGER NOT NULL, client_id TEXT NOT NULL, ended_at INTEGER,
  UNIQUE (workspace_no, by_no, client_id)
) STRICT;
CREATE TABLE room_members (
  room_no INTEGER NOT NULL REFERENCES rooms, user_no INTEGER NOT NULL REFERENCES users, since INTEGER NOT NULL,
  PRIMARY KEY (room_no, user_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_members_user ON room_members (user_no, room_no);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY, room_no INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, by_no INTEGER NOT NULL,
  kind INTEGER NOT NULL, client_id TEXT, target INTEGER, messages INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_place ON entries (room_no, seq);
-- The clientId first: clients make them in order of time, so that this index grows at its end and stays dense.
CREATE UNIQUE INDEX entries_client ON entries (client_id, room_no, by_no) WHERE client_id IS NOT NULL;
CREATE INDEX entries_target ON entries (room_no, target) WHERE target IS NOT NULL;
CREATE TABLE revisions (
  room_no INTEGER NOT NULL, seq INTEGER NOT NULL, replaced_by INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (room_no, seq, replaced_by)
) STRICT, WITHOUT ROWID;
-- Messages by author in each full chunk of 1024 seqs: bounds the counting of what is unread (DEL5).
CREATE TABLE tallies (
  room_no INTEGER NOT NULL, by_no INTEGER NOT NULL, chunk INTEGER NOT NULL, messages INTEGER NOT NULL,
  PRIMARY KEY (room_no, by_no, chunk)
) STRICT, WITHOUT ROWID;
CREATE TABLE cursors (
  room_no INTEGER NOT NULL, user_no INTEGER NOT NULL, delivered INTEGER NOT NULL, read INTEGER NOT NULL,
  PRIMARY KEY (room_no, user_no)
) STRICT, WITHOUT ROWID;
CREATE TABLE revoked_sessions (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Statements that bring a folder from version n to n + 1. Only ever added to. */
const migrations: readonly string[] = [tables];

export const tallyChunk = 1024;

/** Opens the log for writing, and makes or upgrades its tables. */
export function openForWriting(path: string): Db {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  // LOG3: a commit answers after fsync of the WAL; on macOS only fullfsync reaches the platter.
  db.pragma('synchronous = FULL');
  db.pragma('fullfsync = ON');
  // A withdrawn text is overwritten, not just unlinked (LOG9).
  db.pragma('secure_delete = FAST');
  db.pragma('foreign_keys = ON');
  db.pragma('cache_size = -65536');
  // Checkpoints are the checkpointer's, off this thread: a commit never waits for one.
  db.pragma('wal_autocheckpoint = 0');
  migrate(db);
  return db;
}

/** Opens a log that a writer holds open, for reading. */
export function openForReading(path: string): Db {
  const db = new Database(path, { readonly: true });
  db.pragma('cache_size = -65536');
  db.pragma('mmap_size = 1073741824');
  return db;
}

function migrate(db: Db): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new Error(
      `This data folder was written by a newer StackBox (version ${version} of its tables; this one knows ${migrations.length}). Upgrade StackBox, or restore a backup made with this version.`,
    );
  }
  for (let next = version; next < migrations.length; next++) {
    db.transaction(() => {
      db.exec(migrations[next] as string);
      db.pragma(`user_version = ${next + 1}`);
    })();
  }
}
