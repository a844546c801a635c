import type { Outbox, OutboxItem } from '../src/outbox/outbox.ts';

/** A disk that outlives its processes. Writes take effect, and answer, when the test lets them. */
export class FakeDisk {
  /** Everything is written at once. */
  auto = true;
  /** The next writes fail, as on a full disk. */
  full = false;
  readonly items = new Map<string, OutboxItem>();
  #waiting: (() => void)[] = [];

  outbox(): Outbox {
    return {
      // In no order that means anything: a database's may be by key.
      load: () => this.#later(() => [...this.items.values()].reverse()),
      put: (item) => this.#later(() => void this.items.set(item.clientId, structuredClone(item))),
      remove: (clientId) => this.#later(() => void this.items.delete(clientId)),
    };
  }

  /** Lets the next write through. */
  write(): void {
    this.#waiting.shift()?.();
  }

  flush(): void {
    for (const run of this.#waiting.splice(0)) run();
  }

  /** The process dies: what was not written never will be. */
  crash(): void {
    this.#waiting = [];
  }

  #later<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => (this.full ? reject(new Error('no space left')) : resolve(work())));
      if (this.auto) this.flush();
    });
  }
}
