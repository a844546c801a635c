import { readFileSync } from 'node:fs';

// Linux only: elsewhere each of these is undefined, and the report says so.

/** Seconds of CPU time a process has used since it started, all its threads together. */
export function cpuSeconds(pid: number): number | undefined {
  // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields after it, 100 to the second.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Seconds of CPU time that all processes and the host's other guests have used since the machine started. */
export function allCpuSeconds(): number | undefined {
  const fields = read('/proc/stat')?.split('\n')[0]?.split(/\s+/).slice(1).map(Number);
  if (!fields) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) / 100;
}

export interface Memory {
  /** Bytes. */
  rss: number;
  /** Bytes, shared pages divided among those who share them. */
  pss?: number;
}

export function memoryOf(pid: number): Memory | undefined {
  const rss = kilobytes(read(`/proc/${pid}/status`), 'VmRSS');
  const pss = kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss');
  return rss === undefined ? undefined : { rss, ...(pss !== undefined && { pss }) };
}

function kilobytes(text: string | undefined, name: string): number | undefined {
  const found = text?.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'));
  return found ? Number(found[1]) * 1024 : undefined;
}

export function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
