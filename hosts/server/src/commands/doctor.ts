import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsIn, lockFolder, logFigures } from '@stackbox/sqlite';
import { type DataFolder, dataFolder } from '../data/folder.ts';

interface Finding {
  state: 'ok' | 'warn' | 'fail';
  what: string;
  mend?: string;
}

const GiB = 1024 ** 3;

/** `./stackbox doctor`: looks at the machine and the data folder, and says what is wrong and the mend. */
export async function doctor(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { data: { type: 'string', default: './data' } } });
  const folder = dataFolder(values.data);
  const findings: Finding[] = [node(), openFiles()];
  if (!existsSync(folder.path)) {
    findings.push({
      state: 'warn',
      what: `There is no data folder at ${folder.path} yet`,
      mend: 'Run ./stackbox start, or give the folder with --data.',
    });
  } else {
    findings.push(space(folder), durability(folder), ...secrecy(folder), inUse(folder), ...log(folder));
  }
  const marks = { ok: '✓', warn: '!', fail: '✗' };
  for (const { state, what, mend } of findings) {
    process.stdout.write(`${marks[state]} ${what}\n${mend === undefined ? '' : `    → ${mend}\n`}`);
  }
  const failed = findings.filter(({ state }) => state === 'fail').length;
  const warned = findings.filter(({ state }) => state === 'warn').length;
  process.stdout.write(
    failed + warned === 0 ? '\nAll is well.\n' : `\n${failed} to mend, ${warned} to look at.\n`,
  );
  if (failed > 0) process.exitCode = 1;
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24
    ? { state: 'ok', what: `Node ${process.versions.node}` }
    : {
        state: 'fail',
        what: `Node ${process.versions.node} is too old`,
        mend: 'Start with ./stackbox, which brings Node 24.',
      };
}

/** Each connection is an open file. */
function openFiles(): Finding {
  let limit = Number.NaN;
  try {
    limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim());
  } catch {
    // No sh: not a system with such a limit.
  }
  if (Number.isNaN(limit)) return { state: 'ok', what: 'No limit on open files' };
  return limit >= 4_096
    ? { state: 'ok', what: `${limit} open files allowed` }
    : {
        state: 'warn',
        what: `Only ${limit} open files are allowed, so fewer connections`,
        mend: 'Raise it: ulimit -n 65536, or LimitNOFILE=65536 in the service.',
      };
}

function space({ path }: DataFolder): Finding {
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const what = `${(free / GiB).toFixed(1)} GiB free for ${path}`;
  if (free > 2 * GiB) return { state: 'ok', what };
  const mend = 'Free some space: with a full disk sends are refused (nothing that was acknowledged is lost).';
  return { state: free > GiB / 4 ? 'warn' : 'fail', what, mend };
}

/** Writes and syncs, as a commit does. */
function durability({ path }: DataFolder): Finding {
  const probe = join(path, '.doctor');
  try {
    const file = openSync(probe, 'w', 0o600);
    const times: number[] = [];
    for (let i = 0; i < 15; i++) {
      const started = performance.now();
      writeSync(file, 'x'.repeat(4096));
      fsyncSync(file);
      times.push(performance.now() - started);
    }
    closeSync(file);
    const median = times.sort((a, b) => a - b)[7] as number;
    const what = `A write reaches the disk in ${median.toFixed(1)} ms`;
    return median < 20
      ? { state: 'ok', what }
      : { state: 'warn', what, mend: 'Each send waits for this. A local SSD takes 1–5 ms.' };
  } catch (error) {
    return {
      state: 'fail',
      what: `${path} can't be written: ${(error as Error).message}`,
      mend: 'Give the user that runs StackBox this folder.',
    };
  } finally {
    rmSync(probe, { force: true });
  }
}

function secrecy({ path, signingKey }: DataFolder): Finding[] {
  return [path, signingKey].flatMap((each): Finding[] => {
    if (!existsSync(each)) return [];
    const open = (statSync(each).mode & 0o077) !== 0;
    return open
      ? [
          {
            state: 'fail',
            what: `${each} can be read by other users of this machine`,
            mend: `chmod go-rwx ${each}`,
          },
        ]
      : [{ state: 'ok', what: `${each} is yours alone` }];
  });
}

function inUse({ path }: DataFolder): Finding {
  const release = lockFolder(join(path, 'lock'));
  release?.();
  return {
    state: 'ok',
    what:
      release === undefined
        ? 'A StackBox is running on this folder'
        : 'No StackBox is running on this folder',
  };
}

function log({ log: file }: DataFolder): Finding[] {
  if (!existsSync(file))
    return [{ state: 'warn', what: 'There is no log yet', mend: 'Run ./stackbox start.' }];
  try {
    const faults = faultsIn(file);
    if (faults.length > 0) {
      const mend =
        'Stop the server, keep a copy of the folder, and restore the latest backup: ./stackbox restore BACKUP --data NEW_FOLDER';
      return faults.map((what) => ({ state: 'fail', what: `The log is damaged: ${what}`, mend }));
    }
    const { workspaces, rooms, entries, newestAt } = logFigures(file);
    const what = `The log is whole: ${entries.toLocaleString('en')} entries in ${rooms.toLocaleString('en')} rooms of ${workspaces.toLocaleString('en')} workspaces`;
    const ahead = newestAt !== undefined && newestAt > Date.now() + 5 * 60_000;
    const clock: Finding[] = ahead
      ? [
          {
            state: 'warn',
            what: 'The newest entry is from the future: the clock was ahead, or is behind now',
            mend: 'Turn on time synchronization (timedatectl set-ntp true). Order does not depend on it; shown times do.',
          },
        ]
      : [];
    return [{ state: 'ok', what }, ...clock];
  } catch (error) {
    return [
      {
        state: 'fail',
        what: `The log can't be opened: ${(error as Error).message}`,
        mend: 'Restore the latest backup into a new folder.',
      },
    ];
  }
}
