import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openForReading } from '../schema.ts';
import { Desk, type Progress, type Question } from './desk.ts';

/** The thread that owns the search index: takes the log in behind the commits, and answers. */

export type ToDesk = { poke: number; ended: boolean } | { id: number; question: Question } | { close: true };
export type FromDesk =
  | { ready: true }
  | { progress: Progress }
  | { fault: unknown }
  | { id: number; answer: unknown }
  | { id: number; refused: { code: string | undefined; message: string } };

if (parentPort === null) throw new Error('this file runs as a worker thread');
const port = parentPort;
const { log: logPath, index } = workerData as { log: string; index: string };

// Where cores are short, sends and deliveries come first. On Linux this is for the one thread; elsewhere it would be for
// the whole process.
if (process.platform === 'linux') {
  try {
    setPriority(5);
  } catch {
    // Then they share as equals.
  }
}

const tell = (message: FromDesk): void => port.postMessage(message);
const log = openForReading(logPath);
const desk = new Desk(index, log, {
  progress: (progress) => tell({ progress }),
  fault: (fault) => tell({ fault }),
});

port.on('message', (message: ToDesk) => {
  if ('poke' in message) desk.poke(message.ended, message.poke);
  else if ('close' in message) {
    desk.close();
    log.close();
    port.close();
  } else void answer(message.id, message.question);
});

async function answer(id: number, question: Question): Promise<void> {
  try {
    tell({ id, answer: await desk.answer(question) });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    tell({ id, refused: { code, message } });
  }
}

tell({ ready: true });
