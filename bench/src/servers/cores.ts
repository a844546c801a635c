import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { read } from './proc.ts';

/** Which CPU each process keeps to. Without `taskset` or a second CPU the system decides, and `note` says so. */
export interface Cores {
  server?: number;
  load?: number;
  /** Whether the load may keep its CPU busy without taking time from the server. */
  apart: boolean;
  note: string;
}

export function chooseCores(): Cores {
  if (availableParallelism() < 2)
    return { apart: false, note: 'not pinned: server and load share the only CPU' };
  const allowed = listed(read('/proc/self/status')?.match(/^Cpus_allowed_list:\s+(\S+)/m)?.[1] ?? '');
  const server = allowed[0];
  if (server === undefined || !has('taskset'))
    return { apart: true, note: 'not pinned: there is no taskset here' };
  const siblings = listed(read(`/sys/devices/system/cpu/cpu${server}/topology/thread_siblings_list`) ?? '');
  const apart = allowed.find((cpu) => !siblings.includes(cpu));
  const load = apart ?? allowed[1];
  if (load === undefined) return { apart: false, note: 'not pinned: server and load share the only CPU' };
  const shared = apart === undefined ? ', two threads of one physical core' : '';
  return { server, load, apart: true, note: `server on CPU ${server}, load on CPU ${load}${shared}` };
}

/** The command line that keeps `command` to one CPU. */
export function pinned(cpu: number | undefined, command: string[]): string[] {
  return cpu === undefined ? command : ['taskset', '-c', String(cpu), ...command];
}

/** Numbers from the kernel's list format: `0-2,5`. */
export function listed(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
}

/** Raises this process's limit of open files, and so its children's; says what is lacking when it may not. */
export function allowOpenFiles(count: number): void {
  const hard = read('/proc/self/limits')?.match(/^Max open files\s+\d+\s+(\d+)/m)?.[1];
  if (hard === undefined || Number(hard) >= count) return;
  try {
    execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${count}:${count}`], {
      stdio: 'ignore',
    });
  } catch {
    throw new Error(
      `${count} open files are needed and ${hard} allowed: raise it with \`ulimit -n ${count}\` and run again`,
    );
  }
}

function has(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
