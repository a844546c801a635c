import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RoomState } from '@stackbox/core/apply';
import type { Chance } from './chance.ts';
import type { CopyRecord, DeedRecord, Fault, MarkRecord } from './history.ts';
import type { RoughProxy } from './proxy/rough-proxy.ts';
import { RawReader } from './raw/reader.ts';
import { RawWriter } from './raw/writer.ts';
import { SdkCrew } from './sdk/crew.ts';
import type { Part } from './sdk/messages.ts';
import { until } from './stage.ts';
import type { World } from './world.ts';

interface Testimony {
  readonly deeds: DeedRecord[];
  readonly copies: CopyRecord<RoomState>[];
  readonly marks: MarkRecord[];
  readonly faults: Fault[];
}

interface Size {
  readonly writers: number;
  readonly readers: number;
}

const catchUpWithinMs = 20_000;
/** SDK clients in one process. */
const crewSize = 4;

/** Writers and readers behind the proxy: three of four made by hand, the fourth of the SDK. */
export class Crowd {
  readonly #writers: readonly RawWriter[];
  readonly #readers: readonly RawReader[];
  readonly #crews: readonly SdkCrew[];
  readonly #stop = new AbortController();
  readonly #faults: Fault[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #copies: CopyRecord<RoomState>[] = [];

  private constructor(
    writers: readonly RawWriter[],
    readers: readonly RawReader[],
    sdkCrews: readonly SdkCrew[],
  ) {
    this.#writers = writers;
    this.#readers = readers;
    this.#crews = sdkCrews;
  }

  /** `folder`: where the SDK's outboxes are kept. */
  static async gather(
    { people }: World,
    proxy: RoughProxy,
    chance: Chance,
    { writers, readers }: Size,
    folder: string,
  ): Promise<Crowd> {
    const person = (i: number) => people[i % people.length] as (typeof people)[number];
    mkdirSync(folder, { recursive: true });
    const byHand: { writers: RawWriter[]; readers: RawReader[] } = { writers: [], readers: [] };
    const parts: Omit<Part, 'done'>[] = [];
    const ofSdk = (i: number) => i % 4 === 2;
    for (let i = 0; i < writers; i++) {
      const name = `w${i}`;
      const door = await proxy.door(name);
      if (ofSdk(i)) {
        const outbox = join(folder, `${name}.outbox`);
        parts.push({ name, role: 'writer', person: person(i), door, seed: chance.int(0, 2 ** 31), outbox });
        continue;
      }
      // Some have several deeds under way at once, of which no order is promised.
      const width = i % 4 === 3 ? 6 : 1;
      const pauseMs = width * 40;
      const onePerson = { name, person: person(i), door, chance: chance.fork(name) };
      byHand.writers.push(new RawWriter({ ...onePerson, width, pauseMs, overRest: true }));
    }
    for (let i = 0; i < readers; i++) {
      const name = `r${i}`;
      const door = await proxy.door(name);
      if (ofSdk(i)) {
        parts.push({
          name,
          role: 'reader',
          person: person(i),
          door,
          seed: chance.int(0, 2 ** 31),
          outbox: '',
        });
        continue;
      }
      const lostOn = (port: number) => proxy.lostOn(door, port);
      const onePerson = { name, person: person(i), door, chance: chance.fork(name) };
      byHand.readers.push(new RawReader({ ...onePerson, lostOn, absenceMs: 6_000 }));
    }
    const crews = Math.ceil(parts.length / crewSize);
    const sdkCrews = Array.from({ length: crews }, (_, crew) => {
      const own = parts.filter((_, i) => i % crews === crew);
      return new SdkCrew(own, chance.fork(`crew ${crew}`));
    });
    return new Crowd(byHand.writers, byHand.readers, sdkCrews);
  }

  start(): void {
    const { signal } = this.#stop;
    const playing = this.#crews.map((crew) => crew.run(signal).then(() => crew.settle()));
    this.#writing = Promise.all([...this.#writers.map((writer) => writer.run(signal)), ...playing]);
    // Looked at in `settle`; until then a failure is nobody's.
    this.#writing.catch(() => {});
    for (const reader of this.#readers) void reader.run(signal);
  }

  /** How many deeds were acknowledged so far. */
  get answered(): number {
    return this.#records.filter(({ answers }) => answers.length > 0).length;
  }

  /** Begins nothing new. @returns whether all that was begun got its answer in time */
  async settle(withinMs: number): Promise<boolean> {
    this.#stop.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, withinMs, false);
    });
    const settled = this.#writing.then(
      () => true,
      (error: Error) => {
        this.#faults.push({ who: 'the writers', what: error.message });
        return false;
      },
    );
    const inTime = await Promise.race([settled, late]);
    clearTimeout(timer);
    return inTime;
  }

  /** Waits until every reader has read up to `heads`; then everyone says what they saw, and goes. */
  async disperse(heads: ReadonlyMap<string, number>): Promise<Testimony> {
    await until(() => this.#behind(heads).length === 0, catchUpWithinMs);
    this.#faults.push(...this.#behind(heads));
    for (const reader of this.#readers) this.#copies.push(...(await reader.finish()));
    for (const crew of this.#crews) this.#copies.push(...(await crew.finish(heads)));
    this.close();
    const faults = [...this.#writers, ...this.#readers, ...this.#crews].flatMap((each) => each.faults);
    return {
      deeds: this.#records,
      copies: this.#copies,
      marks: this.#readers.flatMap(({ marks }) => marks),
      faults: [...faults, ...this.#faults],
    };
  }

  figures(): Record<string, number> {
    const records = this.#records;
    const answers = records.flatMap((record) => record.answers);
    const stats = this.#readers.map((reader) => reader.stats);
    const total = (count: (reader: RawReader['stats']) => number) =>
      stats.reduce((sum, each) => sum + count(each), 0);
    const answeredIn = (those: readonly DeedRecord[]) =>
      those.filter((record) => record.answers.length > 0).length;
    return {
      'deeds begun': records.length,
      '  acknowledged': answeredIn(records),
      '    to SDK clients': answeredIn(this.#crews.flatMap((crew) => crew.records)),
      '  refused, their target being withdrawn': records.filter(({ refused }) => refused !== undefined)
        .length,
      '  unknown, their client being killed': records.filter(({ abandoned }) => abandoned).length,
      retries: records.reduce((sum, { tries }) => sum + tries - 1, 0),
      'answers that said duplicate': answers.filter(({ duplicate }) => duplicate).length,
      'SDK processes killed': this.#crews.reduce((sum, { kills }) => sum + kills, 0),
      'entries that reached readers live': total(({ live }) => live),
      'entries that readers asked for': total(({ resumed }) => resumed),
      'gaps that readers saw and closed': total(({ gaps }) => gaps),
      'times that readers resumed': total(({ resumes }) => resumes),
      'copies of readers compared': this.#copies.length,
    };
  }

  close(): void {
    this.#stop.abort();
    for (const each of [...this.#writers, ...this.#readers, ...this.#crews]) each.close();
  }

  get #records(): DeedRecord[] {
    return [...this.#writers, ...this.#crews].flatMap(({ records }) => records);
  }

  #behind(heads: ReadonlyMap<string, number>): Fault[] {
    return this.#readers.flatMap((reader) =>
      reader.rooms
        .filter((roomId) => reader.head(roomId) < (heads.get(roomId) ?? 0))
        .map((roomId) => ({
          who: reader.name,
          what: `${roomId}: holds up to ${reader.head(roomId)}, and ${heads.get(roomId)} has been there for long`,
        })),
    );
  }
}
