import type { Timer, Timers } from '../ambient.ts';
import { disconnected, StackBoxError } from '../errors.ts';
import type { Link } from './link.ts';

const pongMs = 10_000;

/** Keeps a link from being idle, and finds out when it is dead: a cut cable closes nothing. */
export class Heartbeat {
  readonly #link: Link;
  readonly #everyMs: number;
  readonly #timers: Timers;
  #timer: Timer;
  #beating = false;
  #stopped = false;

  constructor(link: Link, everyMs: number, timers: Timers) {
    this.#link = link;
    this.#everyMs = everyMs;
    this.#timers = timers;
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.clear(this.#timer);
  }

  /** Pings now, and ends the link if no reply comes. */
  beat(): void {
    if (this.#beating || this.#stopped) return;
    this.#beating = true;
    this.#timers.clear(this.#timer);
    this.#link
      .request('ping', {}, Math.min(pongMs, this.#everyMs))
      .catch((error: unknown) => {
        // Any answer is a sign of life, a refusal too.
        if (StackBoxError.from(error).code === 'timeout') this.#link.end(disconnected('a ping got no reply'));
      })
      .finally(() => {
        this.#beating = false;
        this.#plan();
      });
  }

  #plan(): void {
    if (!this.#stopped) this.#timer = this.#timers.set(() => this.beat(), this.#everyMs);
  }
}
