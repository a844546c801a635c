import { Worker } from 'node:worker_threads';
import type { Committed, SearchIndex } from '@stackbox/core';
import { type ErrorCode, errorTable, Refusal } from '@stackbox/protocol';
import type { Db } from '../schema.ts';
import { type Answers, Desk, type DeskHears, type Progress, type Question } from './desk.ts';
import type { FromDesk, ToDesk } from './search-thread.ts';

export interface SearchStats {
  /** Entries of the log that the index has not taken in. */
  readonly lagEntries: number;
  /** The newest entry that it has, by its place in the order of commits. */
  readonly indexed: number;
}

/** Full text over a log, which it follows. */
export interface LogSearch extends SearchIndex {
  stats(): SearchStats;
  /** Resolves once everything committed until now can be found. */
  indexed(): Promise<void>;
  /** Hears what the log commits. */
  follow(batch: readonly Committed[]): void;
  close(): Promise<void>;
}

const refuse = () =>
  Promise.reject(new Refusal('unavailable', 'This log was opened without its search index.'));

/** For those who open a log for something else. */
export const noSearch: LogSearch = {
  search: refuse,
  peopleCalled: refuse,
  roomsCalled: refuse,
  stats: () => ({ lagEntries: 0, indexed: 0 }),
  indexed: refuse,
  follow() {},
  async close() {},
};

/** Where the desk is: on a thread of its own for a file, right here for memory. */
interface Line {
  poke(ended: boolean, count: number): void;
  ask<Q extends Question>(question: Q): Promise<Answers[Q['ask']]>;
  close(): Promise<void>;
}

/** Under load commits are not told one by one: what gathers is taken in together, which costs the least. */
const pokeEveryMs = 500;

/** A search over the log in the file `log`, with its index in the file `index`. */
export function openSearch(
  log: string,
  index: string,
  onFault: (error: unknown) => void,
): Promise<LogSearch> {
  return opened((hears) => lineToThread(log, index, hears), onFault);
}

/** A search over a log in memory, with its index there too. */
export function openSearchHere(log: Db, onFault: (error: unknown) => void): Promise<LogSearch> {
  // Made when someone searches: most logs in memory are a test's about something else.
  let desk: Desk | undefined;
  let poked = 0;
  return opened(
    async (hears) => ({
      poke(ended, count) {
        poked = count;
        desk?.poke(ended, count);
      },
      ask(question) {
        if (desk === undefined) {
          desk = new Desk(':memory:', log, hears);
          desk.poke(true, poked);
        }
        return desk.answer(question);
      },
      async close() {
        desk?.close();
      },
    }),
    onFault,
  );
}

async function opened(
  connect: (hears: DeskHears) => Promise<Line>,
  onFault: (error: unknown) => void,
): Promise<LogSearch> {
  let progress: Progress = { position: 0, newest: 0, idle: false, poke: 0 };
  let pokes = 0;
  /** Committed since the desk was last told. */
  let untold = 0;
  let mayHaveEnded = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const tell = (): void => {
    timer = undefined;
    toldAt = performance.now();
    pokes++;
    // Ids are given without a gap.
    progress = { ...progress, newest: Math.max(progress.newest, progress.position + untold), idle: false };
    untold = 0;
    line.poke(mayHaveEnded, pokes);
    mayHaveEnded = false;
  };
  // While it works it finds what is new by itself.
  const tellSoon = (): void => {
    if (closed || untold === 0 || !progress.idle || timer !== undefined) return;
    const wait = toldAt + pokeEveryMs - performance.now();
    if (wait <= 0) tell();
    else timer = setTimeout(tell, wait);
  };
  // A question finds all that was committed before it: that is told by asking.
  const ask = <Q extends Question>(question: Q): Promise<Answers[Q['ask']]> => {
    if (untold > 0 && !closed) {
      clearTimeout(timer);
      tell();
    }
    return line.ask(question);
  };
  const line = await connect({
    progress(now) {
      // Idle with a poke on its way to it, it is not.
      const current = now.poke === pokes;
      progress = current ? now : { ...now, newest: Math.max(now.newest, progress.newest), idle: false };
      tellSoon();
    },
    fault: onFault,
  });
  return {
    search: (workspaceId, userId, query, page) =>
      ask({ ask: 'search', search: { workspaceId, userId, query, ...page } }),
    peopleCalled: (workspaceId, userId, name, among) =>
      line.ask({ ask: 'people', workspaceId, userId, name, among }),
    roomsCalled: (workspaceId, userId, name) => line.ask({ ask: 'rooms', workspaceId, userId, name }),
    stats: () => ({
      // While it works it tells how far the log has got; when it rests only what it hasn't been told of is new.
      lagEntries: progress.idle ? untold : progress.newest - progress.position,
      indexed: progress.position,
    }),
    indexed: () => ask({ ask: 'indexed' }),
    follow(batch) {
      untold += batch.length;
      mayHaveEnded ||= batch.some(({ entry }) => entry.kind === 'room' && entry.deleted === true);
      tellSoon();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await line.close();
    },
  };
}

async function lineToThread(log: string, index: string, hears: DeskHears): Promise<Line> {
  const worker = new Worker(new URL('./search-thread.ts', import.meta.url), { workerData: { log, index } });
  const asked = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let ids = 0;
  let gone: Refusal | undefined;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const post = (message: ToDesk): void => worker.postMessage(message);
  const end = (why: string): void => {
    gone ??= new Refusal('unavailable', why);
    for (const { reject } of asked.values()) reject(gone);
    asked.clear();
  };
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromDesk) => {
      if ('ready' in message) resolve();
      else if ('progress' in message) hears.progress(message.progress);
      else if ('fault' in message) hears.fault(message.fault);
      else if ('answer' in message) asked.get(message.id)?.resolve(message.answer as never);
      else asked.get(message.id)?.reject(errorFrom(message.refused));
      if ('id' in message) asked.delete(message.id);
    });
    worker.on('error', (error) => {
      reject(error);
      hears.fault(error);
      end('The search has stopped. Messages are not affected; restart StackBox to search again.');
    });
  });
  return {
    poke: (ended, count) => post({ poke: count, ended }),
    ask(question) {
      if (gone !== undefined) return Promise.reject(gone);
      return new Promise((resolve, reject) => {
        const id = ++ids;
        asked.set(id, { resolve, reject });
        post({ id, question });
      });
    },
    async close() {
      end('The server is stopping. Search again shortly.');
      post({ close: true });
      await exited;
    },
  };
}

function errorFrom({ code, message }: { code: string | undefined; message: string }): Error {
  return code !== undefined && code in errorTable
    ? new Refusal(code as ErrorCode, message)
    : new Error(message);
}
