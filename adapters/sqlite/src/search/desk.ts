import type { SearchPage } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import type { Db } from '../schema.ts';
import { isDamage, makeAnew, openIndex } from './index-schema.ts';
import { follows, Indexer } from './indexer.ts';
import { LogView } from './log-view.ts';
import { PageTable } from './page-table.ts';
import { type Search, Seeker } from './seeker.ts';
import { Shards, usualSpan } from './shards.ts';

/** What may be asked of the desk, as it travels to its thread. */
export type Question =
  | { ask: 'search'; search: Search }
  | { ask: 'people'; workspaceId: string; userId: string; name: string; among: 'workspace' | 'acquaintances' }
  | { ask: 'rooms'; workspaceId: string; userId: string; name: string }
  | { ask: 'indexed' };

export interface Answers {
  search: SearchPage;
  people: string[];
  rooms: string[];
  indexed: undefined;
}

/** How far the index has got. `idle`: it has nothing to do until it is poked; `poke`: which poke was the last. */
export interface Progress {
  readonly position: number;
  readonly newest: number;
  readonly idle: boolean;
  readonly poke: number;
}

export interface DeskHears {
  progress(progress: Progress): void;
  fault(error: unknown): void;
}

/** A search waits this long for the index to pass what was committed before it was asked. */
const patienceMs = 1_000;
/** A step is the longest that a search waits for the index; larger ones cost less by the row. */
const stepMs = 10;
const stepMsUnasked = 50;
const askedLatelyMs = 1_000;
/** After a fault: the disk may be full. */
const retryMs = 1_000;

interface Waiting {
  readonly until: number;
  /** An entry's id. */
  readonly passed: number;
  readonly go: () => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The one place that has the index open: takes the log in, step by step, and answers between the steps. */
export class Desk {
  readonly #path: string;
  readonly #log: LogView;
  readonly #hears: DeskHears;
  readonly #page = new PageTable();
  readonly #span: number;
  #index: Db;
  #shards: Shards;
  #indexer: Indexer;
  #seeker: Seeker;
  #waiting: Waiting[] = [];
  #isWorking = false;
  #mayHaveEnded = true;
  #askedAt = Number.NEGATIVE_INFINITY;
  #poke = 0;
  #closed = false;

  /** @param span how many ids a shard of the index spans; that of an index which is there already must be the same */
  constructor(path: string, log: Db, hears: DeskHears, span = usualSpan) {
    this.#path = path;
    this.#span = span;
    this.#log = new LogView(log);
    this.#hears = hears;
    this.#index = openIndex(path, (index) => follows(index, this.#log));
    this.#shards = new Shards(this.#index, span);
    this.#indexer = new Indexer(this.#index, this.#shards, this.#log);
    this.#seeker = new Seeker(this.#index, this.#shards, this.#log, this.#page, turn);
    this.#hears.progress(this.#progress(false));
    this.#start();
  }

  /** There is something new in the log. `ended`: a room's end may be among it; `count`: which poke this is. */
  poke(ended: boolean, count: number): void {
    this.#poke = count;
    this.#mayHaveEnded ||= ended;
    this.#start();
  }

  #start(): void {
    if (this.#isWorking || this.#closed) return;
    this.#isWorking = true;
    setImmediate(() => this.#work());
  }

  async answer<Q extends Question>(question: Q): Promise<Answers[Q['ask']]> {
    return (await this.#answer(question)) as Answers[Q['ask']];
  }

  close(): void {
    this.#closed = true;
    for (const { go } of this.#waiting) go();
    this.#index.close();
    this.#page.close();
  }

  #answer(question: Question): Promise<Answers[Question['ask']]> {
    switch (question.ask) {
      case 'search':
        return this.#search(question.search);
      case 'people': {
        const { workspaceId, userId, name, among } = question;
        return Promise.resolve(this.#log.peopleCalled(workspaceId, userId, name, among));
      }
      case 'rooms':
        return Promise.resolve(this.#log.roomsCalled(question.workspaceId, question.userId, question.name));
      case 'indexed':
        return this.#passing(this.#log.newest(), Number.POSITIVE_INFINITY).then(() => undefined);
    }
  }

  async #search(search: Search): Promise<SearchPage> {
    this.#askedAt = performance.now();
    const newest = this.#log.newest();
    const behind = newest - this.#indexer.position;
    // What a second cannot make good is not waited for.
    if (behind > 0 && this.#indexer.estimate(behind) < patienceMs) await this.#passing(newest, patienceMs);
    try {
      return await this.#seeker.search(search, this.#indexer.position + 1);
    } catch (error) {
      if (this.#closed) throw new Refusal('unavailable', 'The server is stopping. Search again shortly.');
      if (!isDamage(error)) throw error;
      this.#mend(error);
      return this.#seeker.search(search, this.#indexer.position + 1);
    }
  }

  /** Resolves once the index has passed an entry, or the patience is at its end. */
  #passing(id: number, patience: number): Promise<void> {
    if (this.#indexer.position >= id || this.#closed) return Promise.resolve();
    return new Promise((go) => {
      this.#waiting.push({ passed: id, until: performance.now() + patience, go });
      this.#start();
    });
  }

  #work(): void {
    if (this.#closed) return;
    let more: boolean;
    try {
      more = this.#step();
    } catch (error) {
      if (isDamage(error)) this.#mend(error);
      else {
        this.#hears.fault(error);
        this.#release(true);
        setTimeout(() => this.#work(), retryMs).unref();
        return;
      }
      more = true;
    }
    this.#isWorking = more;
    this.#hears.progress(this.#progress(!more));
    this.#release(false);
    if (more) setImmediate(() => this.#work());
  }

  #progress(idle: boolean): Progress {
    const { position } = this.#indexer;
    return {
      position,
      newest: idle ? position : Math.max(position, this.#log.newest()),
      idle,
      poke: this.#poke,
    };
  }

  /** @returns whether there is more to do */
  #step(): boolean {
    const askedLately = performance.now() - this.#askedAt < askedLatelyMs;
    if (this.#indexer.step(askedLately ? stepMs : stepMsUnasked)) return true;
    if (this.#mayHaveEnded) {
      this.#mayHaveEnded = false;
      this.#indexer.lookForEnded();
    }
    return this.#indexer.forgetEnded() || this.#shards.merge(this.#indexer.position);
  }

  #release(all: boolean): void {
    const now = performance.now();
    const { position } = this.#indexer;
    const ready = this.#waiting.filter(({ passed, until }) => all || passed <= position || until <= now);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const { go } of ready) go();
  }

  /** Derived data: what is damaged is thrown away and made again from the log. */
  #mend(damage: unknown): void {
    this.#hears.fault(damage);
    this.#index.close();
    this.#index = makeAnew(this.#path);
    this.#shards = new Shards(this.#index, this.#span);
    this.#indexer = new Indexer(this.#index, this.#shards, this.#log);
    this.#seeker = new Seeker(this.#index, this.#shards, this.#log, this.#page, turn);
    this.#mayHaveEnded = true;
    this.#start();
  }
}
