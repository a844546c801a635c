import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Outbox, OutboxItem } from '../outbox/outbox.ts';

type Line = { readonly put: OutboxItem } | { readonly remove: string };

interface Waiting {
  readonly line: Line;
  resolve(): void;
  reject(why: unknown): void;
}

/** Rewritten once it has this many lines more than twice the items. */
const slackLines = 256;

/**
 * Keeps the outbox in a file: a line of JSON for each `put` and `remove`, on disk before either answers. A process killed
 * at any instant leaves whole lines and at most one torn one at the end, which was never answered and is cut off at the
 * next start. One process at a time.
 */
export function fileOutbox(path: string): Outbox {
  const file = new OutboxFile(resolve(path));
  return {
    load: () => file.load(),
    put: (item) => file.append({ put: item }),
    remove: (clientId) => file.append({ remove: clientId }),
    close: () => file.close(),
  };
}

class OutboxFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #opened: Promise<void> | undefined;
  #items = new Map<string, OutboxItem>();
  #lines = 0;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<OutboxItem[]> {
    await this.#open();
    return [...this.#items.values()];
  }

  append(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#draining;
    await this.#letGo();
  }

  #open(): Promise<void> {
    this.#opened ??= this.#read().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #read(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    const bytes = await readFile(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    this.#file = await open(this.#path, 'a');
    this.#items = new Map();
    this.#lines = 0;
    if (bytes === undefined) return syncFolder(this.#path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    for (const text of bytes.toString('utf8', 0, whole).split('\n')) {
      if (text === '') continue;
      this.#lines++;
      const line = lineIn(text);
      if (line !== undefined) apply(this.#items, line);
    }
    // What follows must not become the rest of a torn line.
    if (whole < bytes.length) {
      await this.#file.truncate(whole);
      await this.#file.sync();
    }
  }

  get #handle(): FileHandle {
    if (this.#file === undefined) throw new Error(`${this.#path} is not open`);
    return this.#file;
  }

  /** Everything that waits goes out in one write and one fsync. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#write(batch.map(({ line }) => line));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // Nobody knows what stands at the end now: the next call reads it anew.
        await this.#letGo().catch(() => {});
        for (const { reject } of batch) reject(error);
      }
    }
    // In the same turn as the last look: who comes later starts the next one.
    this.#draining = undefined;
  }

  async #write(lines: readonly Line[]): Promise<void> {
    await this.#open();
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { size } = await this.#handle.stat();
    try {
      await this.#handle.appendFile(text);
      await this.#handle.datasync();
    } catch (error) {
      // What was refused must not turn up at the next start.
      await this.#handle.truncate(size).catch(() => {});
      throw error;
    }
    for (const line of lines) apply(this.#items, line);
    this.#lines += lines.length;
    // The lines are safe as they are: a rewrite that fails (a full disk) is tried again after the next ones.
    if (this.#lines > 2 * this.#items.size + slackLines) await this.#compact().catch(() => {});
  }

  /** Writes what is left beside the file and moves it into its place: at any instant one of the two is whole. */
  async #compact(): Promise<void> {
    const fresh = `${this.#path}.new`;
    const file = await open(fresh, 'w');
    try {
      await file.writeFile(
        [...this.#items.values()].map((item) => `${JSON.stringify({ put: item })}\n`).join(''),
      );
      await file.sync();
      await rename(fresh, this.#path);
    } catch (error) {
      await file.close();
      throw error;
    }
    const old = this.#file;
    this.#file = file;
    this.#lines = this.#items.size;
    await old?.close();
    await syncFolder(this.#path);
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#opened = undefined;
    await file?.close();
  }
}

function apply(items: Map<string, OutboxItem>, line: Line): void {
  if ('put' in line) items.set(line.put.clientId, line.put);
  else items.delete(line.remove);
}

/** undefined for what is no line of ours: a damaged one costs itself, not the others. */
function lineIn(text: string): Line | undefined {
  try {
    const value = JSON.parse(text) as Partial<{ put: OutboxItem; remove: string }> | null;
    if (typeof value?.put?.clientId === 'string') return { put: value.put };
    if (typeof value?.remove === 'string') return { remove: value.remove };
  } catch {}
  return undefined;
}

/** A new name is on disk once its folder is. Windows neither can nor needs to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
