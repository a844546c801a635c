/** Something to watch. Fits React's `useSyncExternalStore`: both functions are bound, a snapshot is the same object until it changes. */
export interface Store<T> {
  /** Calls `listener` after each change; answers a function that ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => T;
}

/** A store whose snapshot is made when somebody looks. */
export class Cell<T> implements Store<T> {
  readonly #make: (before: T | undefined) => T;
  readonly #listeners = new Set<() => void>();
  readonly #onListeners: ((count: number) => void) | undefined;
  #snapshot: T | undefined;
  #stale = true;
  #telling = false;

  /**
   * @param make the snapshot as of now, given the one before it; it may answer that one if nothing in it changed
   * @param onListeners hears how many listen, whenever that changes
   */
  constructor(make: (before: T | undefined) => T, onListeners?: (count: number) => void) {
    this.#make = make;
    this.#onListeners = onListeners;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // Wrapped, so that the same function may listen twice.
    const own = () => listener();
    this.#listeners.add(own);
    this.#onListeners?.(this.#listeners.size);
    return () => {
      if (this.#listeners.delete(own)) this.#onListeners?.(this.#listeners.size);
    };
  };

  readonly getSnapshot = (): T => {
    if (this.#stale) {
      this.#snapshot = this.#make(this.#snapshot);
      this.#stale = false;
    }
    return this.#snapshot as T;
  };

  get listeners(): number {
    return this.#listeners.size;
  }

  /** The next look makes a new snapshot. Listeners hear once for all changes of one turn: a sync of 300 rooms is one redraw. */
  changed(): void {
    this.#stale = true;
    if (this.#telling || this.#listeners.size === 0) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}

/** True if both have the same keys with identical values. */
export function alike<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}
