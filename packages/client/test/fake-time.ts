import type { Clock, Timers } from '../src/ambient.ts';

/** Lets everything that is ready run: promises, and what they set off. No time passes. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until the test lets it pass. */
export class FakeTime implements Clock, Timers {
  #now = 1_790_000_000_000;
  readonly #due = new Set<Due>();

  now(): number {
    return this.#now;
  }

  set(run: () => void, ms: number): Due {
    const due = { at: this.#now + Math.max(0, ms), run };
    this.#due.add(due);
    return due;
  }

  clear(timer: unknown): void {
    this.#due.delete(timer as Due);
  }

  get waiting(): number {
    return this.#due.size;
  }

  /** Lets `ms` milliseconds pass, and all that falls due in them happen in its order. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at);
      this.#due.delete(next);
      next.run();
      await settle();
    }
    this.#now = until;
  }

  #next(until: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due)
      if (due.at <= until && (first === undefined || due.at < first.at)) first = due;
    return first;
  }
}
