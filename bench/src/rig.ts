import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job, Results, Target } from './load/jobs.ts';
import type { Answer } from './load/main.ts';
import type { Room } from './load/wire.ts';
import { type Options, ownServer } from './options.ts';
import { type Cores, chooseCores, pinned } from './servers/cores.ts';
import { inventRooms, type Shape, seedFolder, type World } from './servers/seed.ts';
import { freePort, launch, type Server } from './servers/server.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const wrapper = here('../../stackbox');

/** A server that runs until it is disposed of. */
export interface Running extends AsyncDisposable {
  server: Server;
  target: Target;
}

/** A data folder that goes when it is disposed of. */
export interface Seeded extends World, AsyncDisposable {
  folder: string;
}

export interface Started extends AsyncDisposable {
  running: Running[];
}

/** What every work stands on: servers on one core, the load on another. */
export class Rig {
  readonly options: Options;
  readonly cores: Cores = chooseCores();
  readonly #begun = performance.now();
  readonly #folders = new Set<string>();

  constructor(options: Options) {
    this.options = options;
    process.once('exit', () => {
      for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    });
  }

  say(text: string): void {
    const elapsed = Math.round((performance.now() - this.#begun) / 1000);
    process.stderr.write(`${String(elapsed).padStart(5)} s  ${text}\n`);
  }

  /** The peer and ours with the same rooms, in the order of their turns, each made when `sides` names it. */
  async startBoth(shape: Shape): Promise<Started> {
    await using stack = new AsyncDisposableStack();
    const data = this.options.sides.includes('ours') ? stack.use(await this.seed(shape)) : undefined;
    const rooms = data?.rooms ?? inventRooms(shape);
    const running: Running[] = [];
    if (this.options.sides.includes('peer')) running.push(stack.use(await this.startPeer(rooms)));
    if (data) running.push(stack.use(await this.startOurs(data)));
    const kept = stack.move();
    return { running, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  }

  async seed(shape: Shape): Promise<Seeded> {
    const { workspaces, rooms, members, messages } = shape;
    this.say(`seeding ${workspaces * rooms} rooms of ${members} members, ${messages} messages in each`);
    const folder = await mkdtemp(join(this.options.data, 'stackbox-bench-'));
    this.#folders.add(folder);
    return {
      folder,
      ...(await seedFolder(this.options.server, folder, shape)),
      [Symbol.asyncDispose]: async () => {
        await rm(folder, { recursive: true, force: true });
        this.#folders.delete(folder);
      },
    };
  }

  async startOurs({ folder, rooms }: Seeded): Promise<Running> {
    const port = await freePort();
    const { server: entry } = this.options;
    // As people start it; another checkout's server is started as it is.
    const run = entry === ownServer ? [wrapper] : [process.execPath, entry];
    const server = await launch({
      name: 'StackBox',
      command: pinned(this.cores.server, [...run, 'start', '--port', String(port), '--data', folder]),
      port,
      readyPath: '/readyz',
      env: { STACKBOX_LIMITS: 'off' },
    });
    return running('ours', server, rooms);
  }

  async startPeer(rooms: Room[]): Promise<Running> {
    return running('peer', await this.startOwn(import.meta.resolve('./peer/socketio-server.ts')), rooms);
  }

  /** A server of ours for the measurement's sake, on the servers' core. `entry` is a URL. */
  async startOwn(entry: string, args: number[] = []): Promise<Server> {
    const port = await freePort();
    const command = [process.execPath, fileURLToPath(entry), ...[port, ...args].map(String)];
    return launch({ name: entry, command: pinned(this.cores.server, command), port, readyPath: '/' });
  }

  /** Runs one job in a fresh process on the load's core. */
  load<J extends Job>(job: J): Promise<Results[J['kind']]> {
    const [execPath = '', ...execArgv] = pinned(this.cores.load, [process.execPath]);
    const child = fork(here('./load/main.ts'), [], {
      execPath,
      execArgv,
      serialization: 'advanced',
      stdio: 'inherit',
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), 15 * 60_000);
      child.on('message', (answer: Answer) => {
        if ('error' in answer) reject(new Error(`${job.kind}: ${answer.error}`));
        else resolve(answer.result as Results[J['kind']]);
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`${job.kind}: the load ended without a result (${signal ?? code})`));
      });
      child.send(job);
    });
  }
}

function running(side: Target['side'], server: Server, rooms: Room[]): Running {
  const target = { side, port: server.port, pid: server.pid, rooms };
  return { server, target, [Symbol.asyncDispose]: () => server.stop() };
}
