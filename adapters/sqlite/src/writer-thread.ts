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

port.on('message', (message: { ops: string } | { rewind: true } | { close: true }) => {
  if ('rewind' in message) return rewind();
  if ('close' in message) {
    quietly(() => db.pragma('wal_checkpoint(TRUNCATE)'));
    db.close();
    port.close();
    return;
  }
  const started = performance.now();
  const ops = JSON.parse(message.ops) as Op[];
  const answers = JSON.stringify(writer.run(ops));
  port.postMessage({ answers, ms: performance.now() - started });
  if (ops.some(({ op }) => op === 'endRoom')) purge();
});

/** Begins the write-ahead log anew if no reader is in it; else another time. */
function rewind(): void {
  db.pragma('busy_timeout = 0');
  quietly(() => db.pragma('wal_checkpoint(RESTART)'));
  db.pragma('busy_timeout = 5000');
}

/** A little at a time, so that sends pass between. */
function purge(): void {
  if (!db.open) return;
  const more = quietly(() => writer.purge());
  if (more) setImmediate(purge);
}

/** Housekeeping that a full disk may keep from being done: it is done another time, and sends go on. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

purge();
port.postMessage({ ready: true });
