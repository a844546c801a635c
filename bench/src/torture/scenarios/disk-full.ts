import { execFile, execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Chance } from '../chance.ts';
import { judge } from '../judge/judge.ts';
import { NoAnswer } from '../raw/http.ts';
import { Line } from '../raw/line.ts';
import { readPage } from '../raw/pages.ts';
import { RawReader } from '../raw/reader.ts';
import { RawWriter } from '../raw/writer.ts';
import { Stage, until } from '../stage.ts';
import { personIn } from '../world.ts';
import type { Scenario } from './scenario.ts';

const run = promisify(execFile);
const diskBytes = 48 * 1024 * 1024;
/** What the ballast leaves free: a second or two of writing. */
const leftBytes = 1024 * 1024;
const fullMs = 2_000;

/**
 * The data folder's disk fills up while people write. Sends are refused as `unavailable`, reads go on, the server stays;
 * with room again, sends work again; and nothing acknowledged is lost, even when the server is killed on the full disk.
 */
export const diskFull: Scenario = async ({ chance, folder }, say) => {
  const disk = join(folder, 'small-disk');
  const why = await mount(disk);
  if (why !== undefined) return { name: 'disk-full', figures: {}, findings: [], skipped: why };
  const ballast = join(disk, 'ballast');
  let broken = true;
  let stage: Stage | undefined;
  let play: Play | undefined;
  try {
    const size = { workspaces: 1, rooms: 2, members: 8, messages: 100 };
    stage = await Stage.set(folder, size, chance, { data: join(disk, 'data') });
    play = new Play(stage, chance);
    await sleep(1_000);
    const figures: Record<string, number | string> = {};
    for (const round of ['while it runs', 'and killed'] as const) {
      say(`filling the disk, ${round}`);
      fill(disk, ballast);
      if (!(await play.refused())) stage.fault('the server', 'took sends for half a minute on a full disk');
      const before = play.answered;
      await Promise.all([sleep(fullMs), ...(await play.readWhileFull())]);
      figures[`acknowledged within ${fullMs / 1000} s of the first refusal, ${round}`] =
        play.answered - before;
      if (!stage.server.runs)
        stage.fault('the server', `ended on the full disk: ${stage.server.said.slice(-500)}`);
      if (round === 'and killed') {
        await stage.server.end('SIGKILL');
        figures['started again on the full disk'] = await startsOn(stage);
      }
      rmSync(ballast);
      if (!stage.server.runs) stage.server.spawn();
      await stage.server.ready();
      const begun = performance.now();
      const target = play.answered + 50;
      if (!(await until(() => (play?.answered ?? 0) >= target, 20_000))) {
        stage.fault('the server', 'takes no sends though there is room again');
      }
      figures[`sends went through again after ms, ${round}`] = Math.round(performance.now() - begun);
    }
    const told = await play.end();
    stage.faults.push(...told.faults);
    const findings = judge(await stage.hearing(told));
    broken = findings.length > 0;
    return {
      name: 'disk-full',
      findings,
      figures: {
        'disk, MiB': diskBytes / 1024 ** 2,
        'deeds acknowledged': told.deeds.filter(({ answers }) => answers.length > 0).length,
        'replies that said unavailable': play.unavailable,
        ...figures,
        'copies of readers compared': told.copies.length,
      },
    };
  } finally {
    play?.close();
    stage?.close();
    // Gone with the disk otherwise.
    if (broken) cpSync(disk, join(folder, 'what-was-on-the-disk'), { recursive: true });
    await unmount(disk);
  }
};

/** Writers and readers, with nothing between them and the server. */
class Play {
  readonly #stage: Stage;
  readonly #writers: readonly RawWriter[];
  readonly #readers: readonly RawReader[];
  readonly #stop = new AbortController();
  readonly #writing: Promise<unknown>;

  constructor(stage: Stage, chance: Chance) {
    this.#stage = stage;
    const { people } = stage.world;
    const door = stage.server.port;
    const never = () => false;
    this.#writers = people.map((person, i) => {
      const name = `w${i}`;
      const width = i % 2 === 0 ? 1 : 4;
      return new RawWriter({
        name,
        person,
        door,
        chance: chance.fork(name),
        width,
        pauseMs: 10,
        overRest: true,
      });
    });
    this.#readers = people.slice(0, 4).map((person, i) => {
      const name = `r${i}`;
      return new RawReader({
        name,
        person,
        door,
        chance: chance.fork(name),
        lostOn: never,
        absenceMs: 1_000,
      });
    });
    const { signal } = this.#stop;
    this.#writing = Promise.all(this.#writers.map((writer) => writer.run(signal)));
    for (const reader of this.#readers) void reader.run(signal);
  }

  get answered(): number {
    return this.#writers.flatMap(({ records }) => records).filter(({ answers }) => answers.length > 0).length;
  }

  get unavailable(): number {
    return this.#writers.reduce((sum, { unavailable }) => sum + unavailable, 0);
  }

  /** Waits for a send to be refused as `unavailable`. */
  refused(): Promise<boolean> {
    const before = this.unavailable;
    return until(() => this.unavailable > before, 30_000);
  }

  /** Reading a log and joining a room must work all the same. */
  async readWhileFull(): Promise<Promise<void>[]> {
    const { server, world } = this.#stage;
    const note = (what: string) => (error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
      this.#stage.fault('the server', `${what} on the full disk: ${error.message}`);
    };
    return world.rooms.map(async (roomId) => {
      const { token } = personIn(world, roomId);
      await readPage(server.port, token, roomId, { after: 0 }).catch(note('REST'));
      const line = await Line.open(server.port, token).catch(note('connecting'));
      const reply = await line?.ask('joinRoom', { roomId }).catch(note('joining'));
      if (reply?.ok === false)
        this.#stage.fault('the server', `joining on the full disk: ${reply.error.code}`);
      line?.cut();
    });
  }

  async end() {
    this.#stop.abort();
    await this.#writing;
    const deeds = this.#writers.flatMap(({ records }) => records);
    const heads = await this.#stage.sayLast(deeds);
    const caughtUp = () =>
      this.#readers.every((reader) =>
        reader.rooms.every((roomId) => reader.head(roomId) >= (heads.get(roomId) ?? 0)),
      );
    if (!(await until(caughtUp, 20_000))) this.#stage.fault('a reader', 'did not catch up');
    const copies = (await Promise.all(this.#readers.map((reader) => reader.finish()))).flat();
    const faults = [...this.#writers, ...this.#readers].flatMap((each) => each.faults);
    return { deeds, copies, marks: this.#readers.flatMap(({ marks }) => marks), faults };
  }

  close(): void {
    this.#stop.abort();
    for (const each of [...this.#writers, ...this.#readers]) each.close();
  }
}

/** Takes all the room that there is, but for a little. */
function fill(disk: string, ballast: string): void {
  const file = openSync(ballast, 'w');
  const block = Buffer.alloc(64 * 1024, 1);
  const free = () => {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  };
  while (free() > leftBytes + block.length) writeSync(file, block);
  closeSync(file);
}

/** Whether the server starts where nothing can be written. It may say no, but in words. */
async function startsOn({ server }: Stage): Promise<string> {
  server.spawn();
  try {
    await server.ready('/healthz');
    return 'yes';
  } catch {
    return `no: ${server.said.slice(-200)}`;
  }
}

/** @returns why it can't be done, if so */
async function mount(disk: string): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `a small disk is made with Linux's tmpfs, and this is ${process.platform}`;
  mkdirSync(disk, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=0700`, 'tmpfs', disk]);
    mounted.add(disk);
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return `a small disk needs the right to mount a tmpfs: ${(stderr ?? message).trim()}`;
  }
}

/** The server may need a moment to let go. */
async function unmount(disk: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      await run('umount', [disk]);
      mounted.delete(disk);
      return;
    } catch {
      await sleep(100);
    }
  }
  letGo(disk);
}

/** At once from everyone's view, whoever still has a file open. */
function letGo(disk: string): void {
  execFileSync('umount', ['-l', disk]);
  mounted.delete(disk);
}

const mounted = new Set<string>();
process.on('exit', () => {
  for (const disk of mounted) letGo(disk);
});
