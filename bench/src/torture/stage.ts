import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RoomState } from '@stackbox/core/apply';
import { damageIn, faultsIn } from '@stackbox/sqlite';
import { freePort } from '../servers/server.ts';
import type { Chance } from './chance.ts';
import { readLogs, readSearches, readStandings } from './fresh.ts';
import type { CopyRecord, DeedRecord, Fault, MarkRecord } from './history.ts';
import type { Trial } from './judge/judge.ts';
import { patiently } from './raw/http.ts';
import { readPage } from './raw/pages.ts';
import { RawWriter } from './raw/writer.ts';
import { type Death, ServerProcess } from './server-process.ts';
import { makeWorld, personIn, type World } from './world.ts';

/** A stop that was asked for ends within this. Milliseconds. */
const stopWithinMs = 10_000;

interface Size {
  readonly workspaces: number;
  readonly rooms: number;
  readonly members: number;
  readonly messages: number;
}

interface Setting {
  /** The data folder, when it is to be elsewhere. */
  readonly data?: string;
  /** A command to run the server under. */
  readonly under?: readonly string[];
  /** The data folder is filled, and the server not started yet. */
  readonly seeded?: (data: string) => void;
}

interface Told {
  readonly deeds: readonly DeedRecord[];
  readonly copies?: readonly CopyRecord<RoomState>[];
  readonly marks?: readonly MarkRecord[];
}

/** Where a scenario plays: a data folder full of people and rooms, and the real server on it. */
export class Stage {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly world: World;
  readonly foundations: Trial['foundations'];
  readonly faults: Fault[] = [];
  readonly #chance: Chance;
  readonly #log: string;

  private constructor(
    folder: string,
    server: ServerProcess,
    world: World,
    foundations: Trial['foundations'],
    chance: Chance,
  ) {
    this.folder = folder;
    this.server = server;
    this.world = world;
    this.foundations = foundations;
    this.#chance = chance;
    this.#log = join(server.data, 'stackbox.db');
  }

  /** Makes `folder`, fills a data folder in it, and starts the server. */
  static async set(
    folder: string,
    size: Size,
    chance: Chance,
    { data = join(folder, 'data'), under = [], seeded = () => {} }: Setting = {},
  ): Promise<Stage> {
    await mkdir(data, { recursive: true });
    const world = await makeWorld(data, { ...size, seed: chance.fork('world').int(1, 2 ** 31) });
    seeded(data);
    const server = new ServerProcess({
      port: await freePort(),
      data,
      logFile: join(folder, 'server.log'),
      under,
    });
    try {
      await server.start();
      return new Stage(folder, server, world, await headsIn(world, server.port), chance);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** One last message into each room, past the proxy, so that everyone can tell whether something is missing. @returns its seqs, by room */
  async sayLast(deeds: DeedRecord[]): Promise<Map<string, number>> {
    const last = new Map<string, number>();
    for (const roomId of this.world.rooms) {
      const person = personIn(this.world, roomId);
      const writer = new RawWriter({
        name: `last-${roomId}`,
        person,
        door: this.server.port,
        chance: this.#chance.fork(`last ${roomId}`),
        width: 1,
        pauseMs: 0,
        overRest: false,
      });
      const record = await writer.perform(roomId, `last-${roomId}`, {
        kind: 'message',
        text: 'That was the last one.',
      });
      deeds.push(record);
      last.set(roomId, record.answers[0]?.seq ?? 0);
      writer.close();
    }
    return last;
  }

  /** Asks the server to stop, as a service manager does, and holds it to its word: code 0 within ten seconds. */
  async stop(): Promise<{ ms: number; death: Death }> {
    const begun = performance.now();
    const late = setTimeout(() => this.server.close(), stopWithinMs + 5_000);
    const death = await this.server.end('SIGTERM');
    clearTimeout(late);
    const ms = performance.now() - begun;
    if (death.code !== 0)
      this.fault('the server', `ended with ${death.signal ?? death.code} when asked to stop`);
    if (ms > stopWithinMs) this.fault('the server', `took ${Math.round(ms)} ms to stop`);
    return { ms, death };
  }

  /** Everything there is to judge, read after a clean stop and start. Leaves the server stopped. */
  async hearing({ deeds, copies = [], marks = [] }: Told): Promise<Trial> {
    await this.stop();
    await this.server.start();
    const logs = await readLogs(this.server.port, this.world);
    const standings = await readStandings(this.server.port, this.world.people);
    const searches = await readSearches(
      this.server.port,
      this.world,
      logs,
      deeds,
      this.#chance.fork('searches'),
    );
    await this.stop();
    const { foundations, faults } = this;
    const damage = [...faultsIn(this.#log), ...damageIn(join(this.server.data, 'search.db'))];
    return { foundations, logs, deeds, copies, marks, standings, searches, faults, damage };
  }

  /** What is wrong with the files as a kill left them; on a copy, so that the next start finds them untouched. */
  async inspect(): Promise<string[]> {
    const folder = join(this.folder, 'inspected');
    const copy = join(folder, 'stackbox.db');
    await mkdir(folder, { recursive: true });
    await cp(this.#log, copy);
    await cp(`${this.#log}-wal`, `${copy}-wal`, { force: true }).catch(ignoreMissing);
    try {
      return faultsIn(copy);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  fault(who: string, what: string): void {
    this.faults.push({ who, what });
  }

  close(): void {
    this.server.close();
  }
}

async function headsIn(world: World, port: number): Promise<Trial['foundations']> {
  const heads = new Map<string, { epoch: string; head: number }>();
  for (const roomId of world.rooms) {
    const { token } = personIn(world, roomId);
    const { epoch, head } = await patiently(() => readPage(port, token, roomId, { after: 0 }, 1));
    heads.set(roomId, { epoch, head });
  }
  return heads;
}

/** Waits until it is so. @returns whether it came to be in time */
export async function until(isSo: () => boolean, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await sleep(20);
  }
  return true;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
