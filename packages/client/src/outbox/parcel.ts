import type { Position } from '@stackbox/protocol';
import { StackBoxError } from '../errors.ts';
import type { OutboxItem, Queued } from './outbox.ts';

/** One deed on its way: the item that is kept, and those who wait for it. */
export class Parcel {
  item: OutboxItem;
  status: Queued['status'];
  error: StackBoxError | undefined;
  /** Where the log has it, once the server said so. It stays in view until the copy of the log reaches there. */
  stored: Position | undefined;
  /** Replies that blamed the server itself. */
  faults = 0;
  /** Settles when the outbox has it. */
  kept: Promise<void> = Promise.resolve();
  readonly outcome: Promise<Position>;
  readonly #settle: { resolve(position: Position): void; reject(why: StackBoxError): void };
  #view: Queued | undefined;

  constructor(item: OutboxItem) {
    this.item = item;
    this.status = item.failed === undefined ? 'queued' : 'failed';
    this.error = item.failed && StackBoxError.fromWire(item.failed);
    const { promise, resolve, reject } = Promise.withResolvers<Position>();
    this.outcome = promise;
    this.#settle = { resolve, reject };
    // Whoever cares awaits `outcome`; for the others a refusal shows as status `failed`, and must not crash a process.
    promise.catch(() => {});
  }

  /** The same object until the status changes. */
  get view(): Queued {
    const { item, status, error } = this;
    if (this.#view?.status !== status) {
      const { clientId, roomId, at, deed } = item;
      this.#view = { clientId, roomId, at, deed, status, ...(error === undefined ? {} : { error }) };
    }
    return this.#view;
  }

  arrive(position: Position): void {
    this.stored = position;
    this.#settle.resolve(position);
  }

  end(why: StackBoxError): void {
    this.#settle.reject(why);
  }
}
