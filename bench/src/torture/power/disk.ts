import type { Chance } from '../chance.ts';
import type { FileOp } from './trace.ts';

/** What a disk writes whole or not at all. */
const sector = 512;

/**
 * What a power cut at `at` leaves of one file: all that was done before its last finished sync, and of what was done
 * since any part, down to single sectors, in no order.
 */
export function afterPowerCut(before: Buffer, ops: readonly FileOp[], at: number, chance: Chance): Buffer {
  const issued = ops.filter(({ begunAt }) => begunAt <= at);
  const lastSync = issued.findLastIndex(({ op, endedAt }) => op === 'sync' && endedAt <= at);
  const file = new Contents(before);
  for (const [i, op] of issued.entries()) {
    const parts = i < lastSync ? [] : op.op === 'write' ? sectorsOf(op) : [op];
    if (i < lastSync) file.apply(op);
    for (const part of parts) if (chance.hit(0.5)) file.apply(part);
  }
  return file.bytes;
}

type Write = FileOp & { op: 'write' };

function sectorsOf(write: Write): Write[] {
  const parts: Write[] = [];
  const { offset, bytes } = write;
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + sector - ((offset + from) % sector));
    parts.push({ ...write, offset: offset + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}

class Contents {
  #bytes: Buffer;
  #size: number;

  constructor(bytes: Buffer) {
    this.#bytes = Buffer.from(bytes);
    this.#size = bytes.length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  apply(op: FileOp): void {
    if (op.op === 'truncate') this.#resize(op.size);
    else if (op.op === 'write') {
      this.#resize(Math.max(this.#size, op.offset + op.bytes.length));
      op.bytes.copy(this.#bytes, op.offset);
    }
  }

  #resize(size: number): void {
    if (size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(size, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    } else if (size > this.#size) this.#bytes.fill(0, this.#size, size);
    this.#size = size;
  }
}
