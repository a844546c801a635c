import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where and of what the figures are. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  commit: string;
  /** What the data folders lie on. */
  disk: string;
  placement: string;
  /** Processes that ran or waited in the minute before, beside us. */
  loadBefore: number;
}

export function describeMachine(placement: string, data: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    kernel: `${type()} ${release()}`,
    node: process.version,
    commit: commit(),
    disk: statfsSync(data).type === 0x01021994 ? 'memory (tmpfs): nothing here is durable' : 'disk',
    placement,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** A few letters for a file name: `amd-epyc-2`. */
export function shortName({ cpu, cores }: Machine): string {
  const words =
    cpu
      .toLowerCase()
      .replace(/\(.*?\)|processor|cpu|@.*/g, ' ')
      .match(/[a-z0-9]+/g) ?? [];
  return [...words.slice(0, 3), cores].join('-');
}

function commit(): string {
  const git = (...args: string[]) => {
    try {
      return execFileSync('git', args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim();
    } catch {
      return '';
    }
  };
  const name = git('rev-parse', '--short', 'HEAD');
  if (!name) return 'none';
  return git('status', '--porcelain') ? `${name} with changes` : name;
}
