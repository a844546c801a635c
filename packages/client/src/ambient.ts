/** Time, passed in so that a test can choose it. */
export interface Clock {
  /** Milliseconds since 1970. For expiry and display; never decides order (LOG2). */
  now(): number;
}

/** Delays, passed in so that a test can let them pass at will. */
export interface Timers {
  /** Runs `run` once after `ms` milliseconds. */
  set(run: () => void, ms: number): Timer;
  clear(timer: Timer): void;
}

export type Timer = unknown;

/** What the surroundings give: time, chance, and word that the network or the user is back. */
export interface Ambient {
  readonly clock: Clock;
  readonly timers: Timers;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Calls `listener` whenever the network or the user comes back; answers a function that ends it. */
  readonly onWake: (listener: () => void) => () => void;
}

export const systemClock: Clock = { now: () => Date.now() };

// Longer delays overflow to 0 in every engine.
const longestDelay = 2 ** 31 - 1;

export const systemTimers: Timers = {
  set: (run, ms) => setTimeout(run, Math.min(Math.max(ms, 0), longestDelay)),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** In a browser: the network is back, or the tab is looked at again, perhaps after the machine slept. Elsewhere: never. */
export function onBrowserWake(listener: () => void): () => void {
  const { document } = globalThis as { document?: EventSource & { visibilityState?: string } };
  const page = globalThis as unknown as EventSource;
  if (document === undefined) return () => {};
  const onVisible = () => {
    if (document.visibilityState === 'visible') listener();
  };
  page.addEventListener?.('online', listener);
  document.addEventListener?.('visibilitychange', onVisible);
  return () => {
    page.removeEventListener?.('online', listener);
    document.removeEventListener?.('visibilitychange', onVisible);
  };
}
