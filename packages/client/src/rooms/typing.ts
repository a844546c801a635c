import { limits } from '@stackbox/protocol';
import type { Ambient, Timer } from '../ambient.ts';

/** Who else types in a room. Ends by itself, since the end may get lost (DEL6). */
export class TypingHeard {
  readonly #timers: Ambient['timers'];
  readonly #changed: () => void;
  readonly #who = new Map<string, Timer>();

  constructor(timers: Ambient['timers'], changed: () => void) {
    this.#timers = timers;
    this.#changed = changed;
  }

  get users(): string[] {
    return [...this.#who.keys()];
  }

  hear(userId: string, on: boolean): void {
    const before = this.#who.get(userId);
    if (before !== undefined) this.#timers.clear(before);
    if (!on) {
      if (this.#who.delete(userId)) this.#changed();
      return;
    }
    this.#who.set(
      userId,
      this.#timers.set(() => this.hear(userId, false), limits.typingMs),
    );
    if (before === undefined) this.#changed();
  }

  clear(): void {
    for (const userId of [...this.#who.keys()]) this.hear(userId, false);
  }
}

/** Said again this often while it lasts: half of what the others wait for. Milliseconds. */
const sayAgainMs = limits.typingMs / 2;

/** Tells the others that the user types. Call it at each key: it is said seldom, and taken back when the keys stop. */
export class TypingSaid {
  readonly #ambient: Pick<Ambient, 'clock' | 'timers'>;
  readonly #say: (on: boolean) => void;
  #on = false;
  #saidAt = Number.NEGATIVE_INFINITY;
  #stop: Timer;

  constructor(ambient: Pick<Ambient, 'clock' | 'timers'>, say: (on: boolean) => void) {
    this.#ambient = ambient;
    this.#say = say;
  }

  set(on: boolean): void {
    const { clock, timers } = this.#ambient;
    timers.clear(this.#stop);
    if (on) this.#stop = timers.set(() => this.set(false), limits.typingMs);
    const now = clock.now();
    if (on ? now - this.#saidAt < sayAgainMs : !this.#on) return;
    this.#on = on;
    this.#saidAt = on ? now : Number.NEGATIVE_INFINITY;
    this.#say(on);
  }

  /** A message went out: the others take typing for ended with it. */
  reset(): void {
    this.#ambient.timers.clear(this.#stop);
    this.#on = false;
    this.#saidAt = Number.NEGATIVE_INFINITY;
  }
}
