import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '@stackbox/protocol';
import type { Chance } from '../chance.ts';
import type { Deed, DeedRecord, Fault } from '../history.ts';
import type { Person } from '../world.ts';
import { Imagination } from './deeds.ts';
import type { Reply } from './line.ts';
import { writeOverRest } from './rest-writes.ts';
import { Roamer } from './roamer.ts';

interface Options {
  readonly name: string;
  readonly person: Person;
  readonly door: number;
  readonly chance: Chance;
  /** How many deeds may be under way at once. With one, the log must keep their order. */
  readonly width: number;
  /** The longest pause between two deeds, in milliseconds. */
  readonly pauseMs: number;
  /** Some deeds go over REST, alone or beside the socket, under the same clientId. */
  readonly overRest: boolean;
  /** Every message is long. */
  readonly wordy?: boolean;
}

/** What may pass by itself: the same deed is sent again. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'unavailable',
  'rate_limited',
  'slow_consumer',
  'token_expired',
]);

/**
 * Writes, and resends the same clientId until it is answered, over whatever connection it gets. Made of as little as
 * possible, so that it can't share a mistake with the SDK.
 */
export class RawWriter {
  readonly records: DeedRecord[] = [];
  readonly faults: Fault[] = [];
  /** `unavailable` replies: what a full disk and a stopping server say. */
  unavailable = 0;
  readonly #options: Options;
  readonly #roamer: Roamer;
  readonly #imagination: Imagination;
  #order = 0;
  #closed = false;

  constructor(options: Options) {
    const { name, person, door, chance } = options;
    this.#options = options;
    this.#roamer = new Roamer({ door, token: person.token, chance: chance.fork('roamer') });
    this.#imagination = new Imagination(name, person, chance.fork('deeds'), options.wordy);
  }

  /** Does one thing after another until `stop`, and sees through what it began. */
  async run(stop: AbortSignal): Promise<void> {
    const { width, pauseMs, chance } = this.#options;
    const lanes = Array.from({ length: width }, async () => {
      while (!stop.aborted) {
        const { roomId, clientId, deed } = this.#imagination.next();
        await this.perform(roomId, clientId, deed);
        await sleep(chance.int(0, pauseMs));
      }
    });
    await Promise.all(lanes);
  }

  /** Sends until there is an answer, or a refusal for good. */
  async perform(roomId: string, clientId: string, deed: Deed): Promise<DeedRecord> {
    const { name, person, width, chance } = this.#options;
    const record: DeedRecord = {
      writer: name,
      by: person.userId,
      roomId,
      clientId,
      deed,
      tries: 0,
      answers: [],
      ...(width === 1 ? { order: this.#order++ } : {}),
    };
    this.records.push(record);
    while (record.answers.length === 0 && record.refused === undefined && !this.#closed) {
      record.tries++;
      try {
        await this.#attempt(record);
      } catch {
        // No answer. Sometimes the connection is blamed, sometimes it is asked again.
        if (chance.hit(0.5)) this.#roamer.drop();
        await this.#wait();
      }
    }
    const [answer] = record.answers;
    if (deed.kind === 'message' && answer !== undefined) this.#imagination.knows(roomId, answer.seq);
    return record;
  }

  close(): void {
    this.#closed = true;
    this.#roamer.close();
  }

  async #attempt(record: DeedRecord): Promise<void> {
    const { chance, overRest } = this.#options;
    const way = overRest ? chance.next() : 1;
    if (way < 0.05) return this.#overRest(record);
    if (way > 0.1) return this.#overSocket(record);
    // The same clientId over two connections at once: one of them is the duplicate.
    await Promise.any([this.#overRest(record), this.#overSocket(record)]);
  }

  async #overSocket(record: DeedRecord): Promise<void> {
    const { roomId, clientId, deed } = record;
    const line = await this.#roamer.line();
    const { action, ...fields } = frameOf(deed);
    const reply = await line.ask(action, { roomId, clientId, ...fields }, (reply) =>
      this.#hear(record, reply),
    );
    if (!reply.ok && passing.has(reply.error.code)) await this.#wait(reply.error.retryAfterMs);
  }

  async #overRest(record: DeedRecord): Promise<void> {
    const { door, person } = this.#options;
    const answer = await writeOverRest(door, person.token, record);
    if ('seq' in answer) this.#noteAnswer(record, answer);
    else {
      this.#noteRefusal(record, answer.code, 'over REST');
      if (passing.has(answer.code)) await this.#wait();
    }
  }

  #hear(record: DeedRecord, reply: Reply): void {
    if (reply.ok)
      this.#noteAnswer(record, reply as unknown as { epoch: string; seq: number; duplicate: boolean });
    else this.#noteRefusal(record, reply.error.code, reply.error.message);
  }

  #noteAnswer(
    record: DeedRecord,
    { epoch, seq, duplicate }: { epoch: string; seq: number; duplicate: boolean },
  ): void {
    record.answers.push({ epoch, seq, duplicate, heardAt: Date.now() + 1 });
  }

  #noteRefusal(record: DeedRecord, code: ErrorCode, message: string): void {
    if (code === 'unavailable') this.unavailable++;
    if (passing.has(code)) return;
    // Told so in a passing moment, the next attempt may be told otherwise: an error is noted and the deed goes on.
    if (code === 'internal')
      this.faults.push({ who: record.writer, what: `${record.clientId}: internal: ${message}` });
    else record.refused = code;
  }

  #wait(ms = 0): Promise<void> {
    return sleep(ms + this.#options.chance.int(10, 100));
  }
}

/** A deed as the wire's action takes it, without room and clientId. */
function frameOf(deed: Deed): { action: string } & Record<string, unknown> {
  switch (deed.kind) {
    case 'message':
      return {
        action: 'sendMessage',
        text: deed.text,
        ...(deed.replyTo === undefined ? {} : { replyTo: deed.replyTo }),
      };
    case 'edit':
      return { action: 'editMessage', seq: deed.target, text: deed.text };
    case 'delete':
      return { action: 'deleteMessage', seq: deed.target };
    case 'reaction':
      return { action: 'react', seq: deed.target, emoji: deed.emoji, on: deed.on };
    case 'pin':
      return { action: 'pin', seq: deed.target, on: deed.on };
  }
}
