import { apply, emptyRoom, type RoomState } from '@stackbox/core/apply';
import type { Entry, Position } from '@stackbox/protocol';

/** Entries as `joinRoom`, `sync` and REST give them: ascending, without a gap, from a log that had `head` then. */
export interface Stretch {
  readonly epoch: string;
  readonly head: number;
  readonly entries: readonly Entry[];
  /** What is held must go: its history is no longer this room's (LOG6). */
  readonly reset?: true;
}

/** More than this many wait for no gap: they can be read from the log again. */
const mostHeld = 2_000;

/**
 * One room's copy of the log. Takes entries in whatever order they come and folds each once, in order of `seq`: what
 * lies beyond a gap is held until the gap is read (DEL2, DEL3).
 */
export class RoomLog {
  /** The fold of what is held without a gap; undefined until the first entries came. */
  state: RoomState | undefined;
  /** Grows with every change of `state`. */
  version = 0;
  /** Entries beyond a gap, by seq. */
  #held = new Map<number, Entry>();
  /** Entries of a history that is not (yet) ours. */
  #strange: { readonly epoch: string; readonly entries: Map<number, Entry> } | undefined;
  /** The last entry known to exist. */
  #seen = 0;

  /** Where to read on. */
  get position(): Position | undefined {
    return this.state === undefined ? undefined : { epoch: this.state.epoch, seq: this.state.head };
  }

  /** The log is known to go further than `state`, or elsewhere: ask. */
  get behind(): boolean {
    return this.state === undefined || this.#seen > this.state.head || this.#strange !== undefined;
  }

  /** Takes an entry that was pushed. Answers what could be folded now. */
  hear(epoch: string, entry: Entry): Entry[] {
    const { state } = this;
    if (state === undefined || state.epoch !== epoch) {
      if (this.#strange?.epoch !== epoch) this.#strange = { epoch, entries: new Map() };
      if (this.#strange.entries.size < mostHeld) this.#strange.entries.set(entry.seq, entry);
      return [];
    }
    // The next one always finds room: it is what the others wait for.
    if (this.#held.size < mostHeld || entry.seq === state.head + 1) this.#hold(state, entry);
    this.#seen = Math.max(this.#seen, entry.seq);
    return this.#fold(state);
  }

  /** Word that the log reaches to `seq`: an own message was given that place. */
  expect({ epoch, seq }: Position): void {
    if (this.state?.epoch === epoch) this.#seen = Math.max(this.#seen, seq);
  }

  /** Takes what was read after `position`, or as a fresh start. Answers what could be folded now. */
  read(stretch: Stretch): Entry[] {
    let { state } = this;
    if (state === undefined || state.epoch !== stretch.epoch || stretch.reset) {
      const first = stretch.entries[0]?.seq ?? stretch.head + 1;
      state = this.#startAt(stretch.epoch, first);
    }
    // The reply is newer than any entry of another history that came before it.
    this.#strange = undefined;
    this.#seen = Math.max(this.#seen, stretch.head);
    for (const entry of stretch.entries) this.#hold(state, entry);
    return this.#fold(state);
  }

  /** Takes what lies before the held stretch. Answers false if it belongs to another history, or leaves a gap. */
  prepend({ epoch, entries }: Stretch): boolean {
    const { state } = this;
    if (state === undefined || state.epoch !== epoch) return false;
    const last = entries.at(-1);
    if (last === undefined) return true;
    if (last.seq < state.first - 1) return false;
    apply(
      state,
      entries.filter(({ seq }) => seq < state.first),
    );
    this.version++;
    return true;
  }

  /** Forgets everything: the room is no longer ours to hold. */
  clear(): void {
    this.state = undefined;
    this.#held.clear();
    this.#strange = undefined;
    this.#seen = 0;
    this.version++;
  }

  #startAt(epoch: string, first: number): RoomState {
    this.#held = this.#strange?.epoch === epoch ? this.#strange.entries : new Map();
    for (const seq of this.#held.keys()) if (seq < first) this.#held.delete(seq);
    this.#seen = Math.max(0, ...this.#held.keys());
    this.state = emptyRoom(epoch, first - 1);
    this.version++;
    return this.state;
  }

  #hold(state: RoomState, entry: Entry): void {
    if (entry.seq > state.head) this.#held.set(entry.seq, entry);
  }

  #fold(state: RoomState): Entry[] {
    const run: Entry[] = [];
    for (let seq = state.head + 1; ; seq++) {
      const entry = this.#held.get(seq);
      if (entry === undefined) break;
      run.push(entry);
      this.#held.delete(seq);
    }
    if (run.length === 0) return run;
    apply(state, run);
    this.version++;
    return run;
  }
}
