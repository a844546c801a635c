import type { ErrorCode, Position } from '@stackbox/protocol';
import type { Ambient, Timer } from '../ambient.ts';
import { isAboutLink, StackBoxError } from '../errors.ts';
import { backoff } from '../socket/backoff.ts';
import type { OutboxItem } from './outbox.ts';
import type { Parcel } from './parcel.ts';

export interface LaneNeeds {
  readonly ambient: Pick<Ambient, 'timers' | 'random'>;
  /** The way is open, and this session may send the item. */
  may(item: OutboxItem): boolean;
  carry(item: OutboxItem): Promise<Position>;
  keep(item: OutboxItem): void;
  forget(item: OutboxItem): void;
  arrived(item: OutboxItem, position: Position): void;
  changed(): void;
}

/** So many `internal` replies to one item, and it is taken for the cause: it must not hold up the room for ever. */
const mostFaults = 8;

/**
 * What goes to one room, one by one and in order. Not pipelined: were the first of two in flight put off (rate limit) or
 * lost with its link while the second is taken, no retry could mend the order; and API Gateway runs the frames of one
 * connection side by side. It costs a round trip a message in each room, while the rooms don't wait for each other.
 */
export class Lane {
  readonly #needs: LaneNeeds;
  #parcels: Parcel[] = [];
  #busy = false;
  #timer: Timer;
  #waiting = false;
  #failures = 0;

  constructor(needs: LaneNeeds) {
    this.#needs = needs;
  }

  get parcels(): readonly Parcel[] {
    return this.#parcels;
  }

  find(clientId: string): Parcel | undefined {
    return this.#parcels.find(({ item }) => item.clientId === clientId);
  }

  add(parcel: Parcel): void {
    this.#parcels.push(parcel);
    this.#needs.changed();
    this.pump();
  }

  /** What an earlier run of the app left, before anything new. */
  addEarlier(parcels: readonly Parcel[]): void {
    this.#parcels.unshift(...parcels);
  }

  drop(parcel: Parcel): void {
    this.#parcels = this.#parcels.filter((other) => other !== parcel);
    this.#needs.changed();
    this.pump();
  }

  /** Another try in the place of one that failed. */
  replace(old: Parcel, parcel: Parcel): boolean {
    if (!this.#parcels.includes(old)) return false;
    this.#parcels = this.#parcels.map((other) => (other === old ? parcel : other));
    this.#needs.changed();
    this.pump();
    return true;
  }

  /** Lets those go that the copy of the log shows by now, so that nothing is seen twice, or vanishes in between. */
  prune(held: Position | undefined): void {
    const rest = this.#parcels.filter(
      ({ stored }) => stored === undefined || (stored.epoch === held?.epoch && stored.seq > held.seq),
    );
    if (rest.length === this.#parcels.length) return;
    this.#parcels = rest;
    this.#needs.changed();
  }

  /** A link is there (again): waits that another link earned are over. */
  resume(): void {
    this.#rest();
    this.#failures = 0;
    this.pump();
  }

  stop(why: StackBoxError): void {
    this.#rest();
    for (const parcel of this.#parcels) parcel.end(why);
  }

  /** Sends the next one, unless one is on its way. */
  pump(): void {
    if (this.#busy || this.#waiting) return;
    const next = this.#parcels.find(
      ({ stored, status, item }) => stored === undefined && status === 'queued' && this.#needs.may(item),
    );
    if (next === undefined) return;
    this.#busy = true;
    void this.#carry(next).finally(() => {
      this.#busy = false;
      this.pump();
    });
  }

  /** The item is in the log at `position`, be it by a reply or because it was seen there. */
  arrive(parcel: Parcel, position: Position): void {
    if (parcel.stored !== undefined) return;
    parcel.arrive(position);
    this.#failures = 0;
    this.#needs.forget(parcel.item);
    this.#needs.arrived(parcel.item, position);
    this.#needs.changed();
  }

  async #carry(parcel: Parcel): Promise<void> {
    try {
      await parcel.kept;
    } catch {
      // Whoever sent it hears that; it is out of the lane.
      return;
    }
    // Meanwhile: discarded, seen in the log, or the link went.
    if (!this.#parcels.includes(parcel) || parcel.stored !== undefined || !this.#needs.may(parcel.item))
      return;
    this.#show(parcel, 'sending');
    try {
      this.arrive(parcel, await this.#needs.carry(parcel.item));
    } catch (thrown) {
      if (parcel.stored === undefined && this.#parcels.includes(parcel)) {
        this.#refused(parcel, StackBoxError.from(thrown));
      }
    }
  }

  #refused(parcel: Parcel, error: StackBoxError): void {
    if (isAboutLink(error)) return this.#show(parcel, 'queued');
    if (error.code === 'internal') parcel.faults++;
    if (error.retry === 'never' || parcel.faults >= mostFaults) return this.#fail(parcel, error);
    this.#show(parcel, 'queued');
    this.#waiting = true;
    const wait =
      error.retry === 'now' && this.#failures === 0
        ? 0
        : backoff(this.#failures, this.#needs.ambient.random, error.retryAfterMs);
    this.#failures++;
    this.#timer = this.#needs.ambient.timers.set(() => {
      this.#waiting = false;
      this.pump();
    }, wait);
  }

  #fail(parcel: Parcel, error: StackBoxError): void {
    const { retry, message } = error;
    parcel.error = error;
    parcel.item = { ...parcel.item, failed: { code: error.code as ErrorCode, retry, message } };
    this.#needs.keep(parcel.item);
    this.#show(parcel, 'failed');
    parcel.end(error);
  }

  #show(parcel: Parcel, status: Parcel['status']): void {
    parcel.status = status;
    this.#needs.changed();
  }

  #rest(): void {
    this.#waiting = false;
    this.#needs.ambient.timers.clear(this.#timer);
  }
}
