import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What came of a fuzz run that found nothing. */
export class FuzzReport {
  readonly seed: number;
  /** How often each code was answered, `ok` among them, and how connections were closed. */
  readonly outcomes: Record<string, number> = {};
  /** Bytes in use after a collection, once a tenth of the frames has passed, and at the end. 0: another process. */
  heapBefore = 0;
  heapAfter = 0;
  seconds = 0;
  readonly #started = performance.now();

  constructor(seed: number) {
    this.seed = seed;
  }

  count(outcome: string): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }

  measureHeap(when: 'heapBefore' | 'heapAfter'): void {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    this[when] = process.memoryUsage().heapUsed;
  }

  end(): this {
    this.seconds = (performance.now() - this.#started) / 1000;
    return this;
  }
}
