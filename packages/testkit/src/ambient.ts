import type { Clock, Ids } from '@stackbox/core';

/** Time that the test moves. */
export class TestClock implements Clock {
  #now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Back, too: a clock may be set. */
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Ids in order, the same on each run: `room_1`, `room_2`. Their order as text is that of their making up to a million. */
export function countingIds(): Ids {
  let count = 0;
  return {
    fresh(prefix) {
      count++;
      return `${prefix}_${String(count).padStart(6, '0')}`;
    },
  };
}

export interface Ambient {
  readonly clock: Clock;
  readonly ids: Ids;
}
