import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RoomState } from '@stackbox/core/apply';
import type { Chance } from '../chance.ts';
import type { CopyRecord, DeedRecord, Fault } from '../history.ts';
import type { Order, Part, Word } from './messages.ts';

const entry = fileURLToPath(new URL('./crew-main.ts', import.meta.url));

/** SDK clients in a process of their own, which is killed now and then: their outbox files go on. */
export class SdkCrew {
  readonly records: DeedRecord[] = [];
  readonly faults: Fault[] = [];
  kills = 0;
  readonly #parts: readonly Omit<Part, 'done'>[];
  readonly #chance: Chance;
  readonly #byNumber = new Map<string, DeedRecord>();
  readonly #byClientId = new Map<string, DeedRecord>();
  #child: ChildProcess | undefined;
  #hear: (word: Word) => void = () => {};

  constructor(parts: readonly Omit<Part, 'done'>[], chance: Chance) {
    this.#parts = parts;
    this.#chance = chance;
  }

  /** Plays until `stop`, one life after another. */
  async run(stop: AbortSignal): Promise<void> {
    this.#start();
    while (!stop.aborted) {
      await sleep(this.#chance.int(3_000, 15_000), undefined, { signal: stop }).catch(() => {});
      if (stop.aborted) return;
      await this.#kill();
      this.#start();
    }
  }

  /** Waits until everything that was ever kept has arrived. */
  async settle(): Promise<void> {
    await this.#ask({ order: 'settle' }, 'settled');
  }

  async finish(heads: ReadonlyMap<string, number>): Promise<CopyRecord<RoomState>[]> {
    const { copies } = await this.#ask({ order: 'finish', heads }, 'finished');
    return [...copies];
  }

  close(): void {
    this.#child?.kill('SIGKILL');
  }

  #start(): void {
    const child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running.add(child);
    this.#child = child;
    child.on('message', (word: Word) => this.#take(word));
    child.once('exit', (code, signal) => {
      running.delete(child);
      if (this.#child === child && (code ?? 1) !== 0) {
        this.faults.push({ who: 'an SDK crew', what: `ended by itself: ${signal ?? code}` });
      }
    });
    const parts = this.#parts.map((part) => ({
      ...part,
      done: this.records.filter(({ writer }) => writer === part.name).length,
    }));
    child.send({ order: 'play', parts, life: this.kills } satisfies Order);
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    // What it told before it died is still read.
    const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
    child.kill('SIGKILL');
    await gone;
    this.kills++;
    for (const record of this.records) {
      if (record.answers.length === 0 && record.refused === undefined && !record.kept)
        record.abandoned = true;
    }
  }

  #take(word: Word): void {
    switch (word.word) {
      case 'begun': {
        const { name, number, roomId, deed } = word;
        const by = this.#parts.find((part) => part.name === name)?.person.userId ?? '';
        const record: DeedRecord = {
          writer: name,
          by,
          roomId,
          clientId: '',
          deed,
          order: number,
          tries: 1,
          answers: [],
        };
        this.records.push(record);
        this.#byNumber.set(`${name} ${number}`, record);
        return;
      }
      case 'kept': {
        const record = this.#byNumber.get(`${word.name} ${word.number}`);
        if (record === undefined) return;
        Object.assign(record, { clientId: word.clientId, kept: true });
        this.#byClientId.set(word.clientId, record);
        return;
      }
      case 'stored': {
        const { epoch, seq } = word;
        this.#byNumber.get(`${word.name} ${word.number}`)?.answers.push({ epoch, seq, duplicate: false });
        return;
      }
      case 'refused': {
        const record = this.#byClientId.get(word.clientId);
        if (record !== undefined) record.refused = word.code;
        return;
      }
      case 'fault':
        this.faults.push({ who: word.who, what: word.what });
        return;
      case 'settled':
      case 'finished':
        this.#hear(word);
    }
  }

  #ask<W extends Word['word']>(order: Order, answer: W): Promise<Word & { word: W }> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      this.#hear = (word) => {
        if (word.word === answer) resolve(word as Word & { word: W });
      };
      if (child === undefined) return reject(new Error('the SDK crew does not run'));
      child.once('exit', (code, signal) =>
        reject(new Error(`the SDK crew ended (${signal ?? code}) before it was ${answer}`)),
      );
      child.send(order);
    });
  }
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
