import { lastRead } from './raw-client.ts';

/**
 * Keeps this process from going to sleep between reads. A sleeping receiver charges its wake-up to whoever writes to it;
 * on a virtual machine that is dearer than the write, and in life the receivers wake up on machines of their own. It
 * also makes a timetable exact. Wants a CPU to itself.
 */
export class Vigil {
  #over = false;
  #idleMs = 0;
  #last = performance.now();
  readonly #each: ((now: number) => void) | undefined;
  readonly #awake: boolean;

  /**
   * @param awake false sleeps a millisecond at a time: for where server and load share a CPU
   * @param each done again and again
   */
  constructor(awake: boolean, each?: (now: number) => void) {
    this.#each = each;
    this.#awake = awake;
    this.#turn();
  }

  /** How long there was nothing to read, in milliseconds since the start; 0 when not awake. */
  get idleMs(): number {
    return this.#idleMs;
  }

  end(): void {
    this.#over = true;
  }

  #turn(): void {
    if (this.#over) return;
    const now = performance.now();
    if (this.#awake && lastRead.at < this.#last) this.#idleMs += now - this.#last;
    this.#last = now;
    this.#each?.(now);
    if (this.#awake) setImmediate(() => this.#turn());
    else setTimeout(() => this.#turn(), 1);
  }
}
