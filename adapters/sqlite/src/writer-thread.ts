import { parentPort, workerData } from 'node:worker_threads';
import type { Op } from './ops.ts';
import { openForWriting } from './schema.ts';
import { Writer } from './writer.ts';

/** The thread that owns the log: fsync happens here, off the event loop that people wait for. */

if (parentPort === null) throw new Error('this file runs as a worker thread');
const port = parentPort;
const { path } = workerData as { path: string };

const db = openForWriting(path);
const writer = new Writer(db);

port.on('message', (message: { ops: Op[] } | { rewind: true } | { close: true }) => {
  if ('rewind' in message) return rewind();
  if ('close' in message) {
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    port.close();
    return;
  }
  const started = performance.now();
  const answers = writer.run(message.ops);
  port.postMessage({ answers, ms: performance.now() - started });
  if (message.ops.some(({ op }) => op === 'endRoom')) purge();
});

/** Begins the write-ahead log anew if no reader is in it; else another time. */
function rewind(): void {
  db.pragma('busy_timeout = 0');
  try {
    db.pragma('wal_checkpoint(RESTART)');
  } catch {
    // A full disk: the log goes on where it is.
  }
  db.pragma('busy_timeout = 5000');
}

/** A little at a time, so that sends pass between. */
function purge(): void {
  if (db.open && writer.purge()) setImmediate(purge);
}

purge();
port.postMessage({ ready: true });
