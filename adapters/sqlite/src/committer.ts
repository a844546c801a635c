import { Worker } from 'node:worker_threads';
import { Refusal } from '@stackbox/protocol';
import type { Answer, Answers, Op } from './ops.ts';
import type { Db } from './schema.ts';
import { Writer } from './writer.ts';

/** What a commit was, for those who measure. `ms` is the time on the writer, fsync included. */
export interface CommitReport {
  readonly ops: number;
  readonly ms: number;
}

interface Waiting {
  op: Op;
  resolve(value: Answers[Op['op']]): void;
  reject(error: Error): void;
}

/** Where batches are run: a thread of its own for a file, right here for memory. */
interface Bench {
  run(ops: Op[]): void;
  rewind(): void;
  close(): Promise<void>;
}

const opsPerCommit = 1_024;

/**
 * Group commit: collects what is waiting, commits it once, then answers all of it. While one batch is on its way to the
 * disk the next collects, so that throughput rises with load and a lone op waits for nothing but its turn's end.
 */
export class Committer {
  #waiting: Waiting[] = [];
  #running: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #idle: (() => void) | undefined;
  readonly #bench: Bench;
  /** Hears each op that took effect, in order of commit, before it answers. */
  readonly #settled: (op: Op, value: Answers[Op['op']]) => void;
  readonly #batchSettled: (report: CommitReport) => void;

  private constructor(
    bench: (done: (answers: Answer[], ms: number) => void, failed: (error: Error) => void) => Bench,
    settled: (op: Op, value: Answers[Op['op']]) => void,
    batchSettled: (report: CommitReport) => void,
  ) {
    this.#settled = settled;
    this.#batchSettled = batchSettled;
    this.#bench = bench(
      (answers, ms) => this.#done(answers, ms),
      (error) => this.#failed(error),
    );
  }

  /** Commits on a writer thread. */
  static async onThread(
    path: string,
    settled: (op: Op, value: Answers[Op['op']]) => void,
    batchSettled: (report: CommitReport) => void,
  ): Promise<Committer> {
    const worker = new Worker(new URL('./writer-thread.ts', import.meta.url), { workerData: { path } });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });
    return new Committer(
      (done, failed) => {
        worker.on('message', ({ answers, ms }: { answers: string; ms: number }) =>
          done(JSON.parse(answers), ms),
        );
        worker.on('error', failed);
        return {
          // As JSON: several times cheaper than a structured clone of as many small objects.
          run: (ops) => worker.postMessage({ ops: JSON.stringify(ops) }),
          rewind: () => worker.postMessage({ rewind: true }),
          close: async () => {
            const exited = new Promise((resolve) => worker.once('exit', resolve));
            worker.postMessage({ close: true });
            await exited;
          },
        };
      },
      settled,
      batchSettled,
    );
  }

  /** Commits on this thread, for a database in memory, which no other thread can see. */
  static here(
    db: Db,
    settled: (op: Op, value: Answers[Op['op']]) => void,
    batchSettled: (report: CommitReport) => void,
  ): Committer {
    const writer = new Writer(db);
    return new Committer(
      (done) => ({
        run: (ops) => {
          const answers = writer.run(ops);
          queueMicrotask(() => {
            done(answers, 0);
            while (writer.purge());
          });
        },
        rewind: () => {},
        close: async () => {},
      }),
      settled,
      batchSettled,
    );
  }

  /** Answers once the op is durable. @throws Refusal if it is refused. */
  submit<O extends Op>(op: O): Promise<Answers[O['op']]> {
    if (this.#closed)
      return Promise.reject(new Refusal('unavailable', 'The server is stopping. Connect again shortly.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ op, resolve: resolve as Waiting['resolve'], reject });
      if (this.#scheduled || this.#running.length > 0) return;
      this.#scheduled = true;
      // At the end of this turn: what its other sockets brought goes along.
      setImmediate(() => this.#flush());
    });
  }

  /** The database file has caught up with the write-ahead log, which may begin anew. */
  rewind(): void {
    if (!this.#closed) this.#bench.rewind();
  }

  /** Commits what is waiting, then lets go of the database. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length > 0 || this.#running.length > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await this.#bench.close();
  }

  #flush(): void {
    this.#scheduled = false;
    if (this.#running.length > 0) return;
    if (this.#waiting.length <= opsPerCommit) {
      this.#running = this.#waiting;
      this.#waiting = [];
    } else this.#running = this.#waiting.splice(0, opsPerCommit);
    if (this.#running.length > 0) this.#bench.run(this.#running.map(({ op }) => op));
    else this.#idle?.();
  }

  #done(answers: Answer[], ms: number): void {
    const batch = this.#running;
    this.#running = [];
    // The next batch is on its way before this one is told: the disk never waits for the event loop.
    this.#flush();
    for (let i = 0; i < batch.length; i++) {
      const answer = answers[i];
      const { op } = batch[i] as Waiting;
      if (answer?.ok) this.#settled(op, answer.value);
    }
    this.#batchSettled({ ops: batch.length, ms });
    for (let i = 0; i < batch.length; i++) {
      const answer = answers[i] as Answer;
      const { resolve, reject } = batch[i] as Waiting;
      if (answer.ok) resolve(answer.value);
      else reject(new Refusal(answer.code, answer.message));
    }
  }

  /** The writer is gone, and nobody knows what it did last: all who wait are told to ask again with the same key. */
  #failed(error: Error): void {
    this.#closed = true;
    const refusal = new Refusal('unavailable', `The log's writer stopped: ${error.message}`);
    for (const { reject } of [...this.#running, ...this.#waiting]) reject(refusal);
    this.#running = [];
    this.#waiting = [];
    this.#idle?.();
  }
}
