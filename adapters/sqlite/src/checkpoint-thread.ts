import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/**
 * Copies what the write-ahead log holds into the database file, off the writer's thread, so that no commit waits for it.
 * Then the writer is asked to begin its log anew: only it can, and little is left for it to copy.
 */

if (parentPort === null) throw new Error('this file runs as a worker thread');
const port = parentPort;
const { path } = workerData as { path: string };

const lookEveryMs = 500;
const worthIt = 16 * 1024 * 1024;

const db = new Database(path);
db.pragma('synchronous = FULL');
db.pragma('fullfsync = ON');

const timer = setInterval(() => {
  if (walBytes() < worthIt) return;
  try {
    const [{ busy }] = db.pragma('wal_checkpoint(PASSIVE)') as [{ busy: number }];
    if (busy === 0) port.postMessage({ copied: true });
  } catch {
    // A full disk: the log goes on in its file, and the next look tries again.
  }
}, lookEveryMs);

function walBytes(): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

port.on('message', () => {
  clearInterval(timer);
  db.close();
  port.close();
});
