import { allCpuSeconds, cpuSeconds } from '../servers/proc.ts';
import type { Vigil } from './vigil.ts';

/** Who used the machine in a stretch of time. Shares are of one core. */
export interface Usage {
  seconds: number;
  /** The rest is time in which the load had nothing to do. */
  load: number;
  server?: number;
  /** Everybody else, the host's other guests (steal) included: what spoils a measurement. */
  others?: number;
}

/** @returns what tells the usage since the call */
export function usageOf(pid: number, vigil?: Vigil): () => Usage {
  const look = () => ({
    at: performance.now(),
    idle: (vigil?.idleMs ?? 0) / 1000,
    load: process.cpuUsage(),
    server: cpuSeconds(pid),
    all: allCpuSeconds(),
  });
  const before = look();
  return () => {
    const now = look();
    const seconds = (now.at - before.at) / 1000;
    const loadSeconds = (now.load.user + now.load.system - before.load.user - before.load.system) / 1e6;
    const usage: Usage = { seconds, load: Math.max(0, loadSeconds - (now.idle - before.idle)) / seconds };
    if (now.server === undefined || before.server === undefined) return usage;
    const serverSeconds = now.server - before.server;
    usage.server = serverSeconds / seconds;
    if (now.all === undefined || before.all === undefined) return usage;
    usage.others = Math.max(0, now.all - before.all - serverSeconds - loadSeconds) / seconds;
    return usage;
  };
}
