import type { Action, Replies } from '@stackbox/protocol';
import type { Ambient, Timer } from '../ambient.ts';
import { isAboutLink, StackBoxError } from '../errors.ts';
import type { Requests } from '../requests.ts';
import { backoff } from '../socket/backoff.ts';
import type { HeldRoom } from './held-room.ts';

interface Needs {
  readonly ambient: Ambient;
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]>;
}

/** `markDelivered` goes out this seldom for one room: a busy room would double the traffic otherwise. Milliseconds. */
const everyMs = 1_000;

/** Tells the server how far the user has got: the newest position only, one request at a time over all rooms. */
export class MarkSender {
  readonly #needs: Needs;
  readonly #due = new Set<HeldRoom>();
  readonly #sentAt = new Map<HeldRoom, number>();
  #online = false;
  #busy = false;
  #timer: Timer;
  #notBefore = 0;
  #failures = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  want(room: HeldRoom): void {
    this.#due.add(room);
    // After the turn: a sync first says what is read already.
    queueMicrotask(() => this.#pump());
  }

  online(): void {
    this.#online = true;
    this.#notBefore = 0;
    this.#failures = 0;
    this.#pump();
  }

  offline(): void {
    this.#online = false;
    this.#needs.ambient.timers.clear(this.#timer);
  }

  #pump(): void {
    const { clock, timers } = this.#needs.ambient;
    if (!this.#online || this.#busy) return;
    timers.clear(this.#timer);
    const now = clock.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const room of this.#due) {
      const mark = room.own.due;
      if (mark === undefined) {
        this.#due.delete(room);
        continue;
      }
      const free =
        mark.action === 'markRead' ? 0 : (this.#sentAt.get(room) ?? Number.NEGATIVE_INFINITY) + everyMs;
      const at = Math.max(free, this.#notBefore);
      if (at <= now) return void this.#send(room, mark.action, mark.seq);
      soonest = Math.min(soonest, at);
    }
    if (soonest < Number.POSITIVE_INFINITY) this.#timer = timers.set(() => this.#pump(), soonest - now);
  }

  async #send(room: HeldRoom, action: 'markRead' | 'markDelivered', seq: number): Promise<void> {
    const { clock, random } = this.#needs.ambient;
    const epoch = room.log.state?.epoch;
    this.#busy = true;
    this.#sentAt.set(room, clock.now());
    try {
      const reply = await this.#needs.request(action, { roomId: room.id, seq });
      this.#failures = 0;
      // Said of another history, it means nothing in this one (LOG6).
      if (epoch === room.log.state?.epoch) room.takeOwn(reply);
    } catch (thrown) {
      const error = StackBoxError.from(thrown);
      if (error.retry === 'never' && !isAboutLink(error)) room.own.giveUp();
      else this.#notBefore = clock.now() + backoff(this.#failures++, random, error.retryAfterMs);
    } finally {
      this.#busy = false;
      this.#pump();
    }
  }
}
