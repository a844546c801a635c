import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { randomIds, systemClock } from '@stackbox/core';
import { faultsIn, openStore } from '@stackbox/sqlite';
import type { DeedRecord, FreshLog } from '../history.ts';
import type { Finding } from '../judge/charges.ts';
import { judge } from '../judge/judge.ts';
import { afterPowerCut } from '../power/disk.ts';
import { type FileOp, readTrace, straceOptions } from '../power/trace.ts';
import { RawWriter } from '../raw/writer.ts';
import { Stage, until } from '../stage.ts';
import { personIn, type World } from '../world.ts';
import type { Scenario } from './scenario.ts';

const cuts = 25;
const files = ['stackbox.db', 'stackbox.db-wal'] as const;
/** Enough long messages that the write-ahead log is copied into the database meanwhile, and begun anew. */
const deedsToDo = 4_000;

/**
 * The power fails, in thought: a killed process leaves its writes with the system, a dead machine only what was synced.
 * The server runs under strace, which notes each write and sync of the log's files. From that the files are made as a
 * cut at many an instant could leave them, and each must hold all that was acknowledged up to then (LOG3).
 */
export const power: Scenario = async ({ chance, folder }, say) => {
  const trace = join(folder, 'strace.out');
  const why = await whyNoStrace();
  if (why !== undefined) return { name: 'power', figures: {}, findings: [], skipped: why };
  const before = new Map<string, Buffer>();
  const stage = await Stage.set(folder, { workspaces: 1, rooms: 2, members: 8, messages: 50 }, chance, {
    under: ['strace', ...straceOptions, '-o', trace],
    seeded: (data) => {
      for (const file of files) before.set(file, contentsOf(join(data, file)));
    },
  });
  const writers = stage.world.people.map((person, i) => {
    const name = `w${i}`;
    const door = stage.server.port;
    return new RawWriter({
      name,
      person,
      door,
      chance: chance.fork(name),
      width: 6,
      pauseMs: 10,
      overRest: false,
      wordy: true,
    });
  });
  try {
    const stop = new AbortController();
    const writing = Promise.all(writers.map((writer) => writer.run(stop.signal)));
    const answered = () => writers.reduce((sum, { records }) => sum + records.length, 0);
    await until(() => answered() >= deedsToDo, 20_000);
    stop.abort();
    await writing;
    await stage.server.end('SIGKILL');
    say('reading the trace');
    const ops = Map.groupBy(await traceOf(trace), ({ path }) => path);
    const database = join(stage.server.data, 'stackbox.db');
    const deeds = writers.flatMap(({ records }) => records);
    const heard = deeds.flatMap(({ answers }) => answers.map(({ heardAt }) => heardAt ?? 0));
    const findings: Finding[] = [];
    for (let i = 0; i < cuts; i++) {
      // Right after somebody was told that it is stored, when the least can have happened since.
      const at = chance.pick(heard);
      const image = join(folder, `image-${i}`);
      await mkdir(image);
      for (const file of files) {
        const done = ops.get(join(stage.server.data, file)) ?? [];
        const left = afterPowerCut(before.get(file) as Buffer, done, at, chance.fork(`cut ${i} ${file}`));
        await writeFile(join(image, file), left);
      }
      const found = await judgeImage(image, stage, asOf(deeds, at));
      findings.push(
        ...found.map(({ charge, what }) => ({ charge, what: `after a power cut (image-${i}): ${what}` })),
      );
      if (found.length === 0) await rm(image, { recursive: true });
      say(`${i + 1} power cuts`);
    }
    if (findings.length === 0) await rm(trace);
    return {
      name: 'power',
      findings,
      figures: {
        'power cuts': cuts,
        'deeds acknowledged': heard.length,
        ...figuresOf(ops.get(database) ?? [], ops.get(`${database}-wal`) ?? []),
      },
    };
  } finally {
    for (const writer of writers) writer.close();
    stage.close();
  }
};

function figuresOf(database: readonly FileOp[], log: readonly FileOp[]): Record<string, number> {
  const count = (ops: readonly FileOp[], op: FileOp['op']) => ops.filter((each) => each.op === op).length;
  return {
    'writes to the write-ahead log': count(log, 'write'),
    '  its syncs': count(log, 'sync'),
    // Its header is written whenever it starts from its beginning.
    '  times it began anew': log.filter((each) => each.op === 'write' && each.offset === 0).length - 1,
    'pages written to the database': count(database, 'write'),
    '  its syncs ': count(database, 'sync'),
  };
}

/** The deeds as they stood at that instant: what was answered later was not answered yet. */
function asOf(deeds: readonly DeedRecord[], at: number): DeedRecord[] {
  return deeds.map(({ refused: _, ...record }) => {
    const answers = record.answers.filter(({ heardAt = 0 }) => heardAt <= at);
    return answers.length > 0 ? { ...record, answers } : { ...record, answers, abandoned: true };
  });
}

async function judgeImage(
  image: string,
  { world, foundations }: Stage,
  deeds: readonly DeedRecord[],
): Promise<Finding[]> {
  const path = join(image, 'stackbox.db');
  let logs: FreshLog[];
  let damage: string[];
  try {
    logs = await logsIn(path, world);
    damage = faultsIn(path);
  } catch (error) {
    return [{ charge: 'damaged', what: String(error) }];
  }
  return judge({
    foundations,
    logs,
    deeds,
    copies: [],
    marks: [],
    standings: [],
    searches: [],
    faults: [],
    damage,
  });
}

async function logsIn(path: string, world: World): Promise<FreshLog[]> {
  const store = await openStore(path, { clock: systemClock, ids: randomIds });
  try {
    const logs: FreshLog[] = [];
    for (const roomId of world.rooms) {
      const { workspaceId } = personIn(world, roomId);
      const page = await store.log.read(
        { workspaceId, roomId },
        { after: 0, limit: Number.MAX_SAFE_INTEGER },
      );
      if (page !== undefined) logs.push({ roomId, ...page });
    }
    return logs;
  } finally {
    await store.close();
  }
}

/** The tracer outlives the server for a moment. */
async function traceOf(file: string): Promise<FileOp[]> {
  const ended = () => /\+\+\+ (?:exited|killed)[^\n]*\n$/.test(contentsOf(file).subarray(-200).toString());
  await until(ended, 20_000);
  await sleep(50);
  return readTrace(file);
}

function contentsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** @returns why nothing can be traced here, if so */
async function whyNoStrace(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `writes are watched with strace, and this is ${process.platform}`;
  try {
    await promisify(execFile)('strace', [...straceOptions, '-o', '/dev/null', 'true']);
    return undefined;
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    return code === 'ENOENT'
      ? 'writes are watched with strace, and there is none here'
      : `strace can't run here: ${stderr?.trim() || message}`;
  }
}
