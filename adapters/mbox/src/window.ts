import type { FileHandle } from 'node:fs/promises';

const pageBytes = 64 * 1024;
const aheadBytes = 1024 * 1024;

/** Reads ranges of a file of any size. One that follows on the last brings what comes after it along: most do. */
export class Window {
  readonly #file: FileHandle;
  readonly size: number;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** The bytes from `start` up to `end`. */
  async read(start: number, end: number): Promise<Buffer> {
    const to = Math.min(end, this.size);
    if (start >= to) return Buffer.alloc(0);
    const known = this.#start + this.#bytes.length;
    if (start < this.#start || to > known) {
      const followsOn = start >= this.#start && start <= known;
      const ahead = followsOn ? aheadBytes : pageBytes;
      this.#bytes = await this.#load(start, Math.min(Math.max(to - start, ahead), this.size - start));
      this.#start = start;
    }
    return this.#bytes.subarray(start - this.#start, to - this.#start);
  }

  async #load(start: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length; ) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, start + filled);
      if (bytesRead === 0) throw new Error('the file became shorter while it was read');
      filled += bytesRead;
    }
    return bytes;
  }
}
