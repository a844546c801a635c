import type { RoomState } from '@stackbox/core/apply';

/** What the server counted: `unread` messages by others after `read`, in a log that ended at `head`. */
export interface Counted {
  readonly epoch: string;
  readonly head: number;
  readonly read: number;
  readonly unread: number;
}

/**
 * How many messages by others lie after the read cursor (DEL5). Computed from the log; what lies before the held stretch
 * is the server's count. The sum so far is remembered and never corrected by hand: another cursor starts it anew.
 */
export class Unread {
  #counted: Counted | undefined;
  #sum: { state: RoomState; from: number; to: number; count: number } | undefined;

  /** Takes the server's count. */
  learn(counted: Counted): void {
    this.#counted = counted;
  }

  /** The cursor lies before the held stretch, and the server's count is of another cursor: ask for a new one. */
  needsCount(state: RoomState, read: number): boolean {
    return read < state.first - 1 && (this.#counted?.epoch !== state.epoch || this.#counted.read !== read);
  }

  count(state: RoomState, read: number, me: string): number {
    if (read >= state.first - 1) return this.#after(state, read, me);
    const counted = this.#counted;
    if (counted === undefined || counted.epoch !== state.epoch)
      return this.#after(state, state.first - 1, me);
    return counted.unread + this.#after(state, Math.max(counted.head, state.first - 1), me);
  }

  #after(state: RoomState, from: number, me: string): number {
    let sum = this.#sum;
    if (sum?.state !== state || sum.from !== from) sum = { state, from, to: from, count: 0 };
    for (let seq = sum.to + 1; seq <= state.head; seq++) {
      const message = state.messages.get(seq);
      if (message !== undefined && message.by !== me) sum.count++;
    }
    sum.to = Math.max(sum.to, state.head);
    this.#sum = sum;
    return sum.count;
  }
}
