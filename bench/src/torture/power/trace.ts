import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Something done to a file, as strace saw it. Times are milliseconds since 1970. */
export type FileOp = { readonly path: string; readonly begunAt: number; readonly endedAt: number } & (
  | { readonly op: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly op: 'truncate'; readonly size: number }
  | { readonly op: 'sync' }
);

/** How strace must be called for `readTrace`. */
export const straceOptions = [
  // The tracer is nobody's parent: signals go to the server itself.
  '-D',
  '-f',
  '--seccomp-bpf',
  '-y',
  '-ttt',
  '-T',
  '-xx',
  '-s',
  '1000000',
  '-e',
  'trace=pwrite64,fdatasync,fsync,ftruncate',
];

const begun = /^(\d+) (\d+\.\d+) (\w+)\((\d+)<([^>]*)>(.*)$/s;
const resumed = /^(\d+) (\d+\.\d+) <\.\.\. (\w+) resumed>(.*)$/s;
const took = /<(\d+\.\d+)>$/;
const succeeded = /\) += \d+ /;

/** Reads what strace wrote, in the order in which the calls began. */
export async function readTrace(file: string): Promise<FileOp[]> {
  const ops: FileOp[] = [];
  /** Calls under way, by thread: another thread's line came between. */
  const open = new Map<string, { place: number; at: number; text: string }>();
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    const rest = resumed.exec(line);
    if (rest !== null) {
      const [, thread = '', , , end = ''] = rest;
      const call = open.get(thread);
      open.delete(thread);
      if (call !== undefined) ops[call.place] = opIn(call.text + end) ?? nothing;
      continue;
    }
    if (!begun.test(line)) continue;
    const unfinished = line.indexOf(' <unfinished ...>');
    if (unfinished < 0) {
      ops.push(opIn(line) ?? nothing);
      continue;
    }
    const [, thread = '', at = '0'] = begun.exec(line) ?? [];
    open.set(thread, { place: ops.length, at: Number(at) * 1000, text: line.slice(0, unfinished) });
    // Until it is known how it ended: it never did.
    ops.push(nothing);
  }
  return ops.filter((op) => op !== nothing);
}

const nothing: FileOp = { path: '', begunAt: 0, endedAt: 0, op: 'sync' };

function opIn(line: string): FileOp | undefined {
  const call = begun.exec(line);
  if (call === null || !succeeded.test(line.slice(-80))) return undefined;
  const [, , at, name, , path = '', rest = ''] = call;
  const begunAt = Number(at) * 1000;
  const endedAt = begunAt + Number(took.exec(line)?.[1] ?? 0) * 1000;
  const about = { path: bytesOf(path).toString(), begunAt, endedAt };
  switch (name) {
    case 'pwrite64': {
      const data = /^, "([^"]*)", \d+, (\d+)/.exec(rest);
      if (data === null) return undefined;
      return { ...about, op: 'write', bytes: bytesOf(data[1] ?? ''), offset: Number(data[2]) };
    }
    case 'ftruncate': {
      const size = /^, (\d+)/.exec(rest);
      return size === null ? undefined : { ...about, op: 'truncate', size: Number(size[1]) };
    }
    case 'fsync':
    case 'fdatasync':
      return { ...about, op: 'sync' };
    default:
      return undefined;
  }
}

function bytesOf(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
}
