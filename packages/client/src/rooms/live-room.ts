import type { RoomState } from '@stackbox/core/apply';
import type { Action, Replies } from '@stackbox/protocol';
import type { Ambient } from '../ambient.ts';
import type { Deed, Queued, Sent } from '../outbox/outbox.ts';
import type { Requests } from '../requests.ts';
import { Cell } from '../store.ts';
import type { HeldRoom } from './held-room.ts';
import type { Reach, Room, RoomSnapshot, RoomStatus, SendOptions } from './room.ts';
import { Sketch } from './sketch.ts';
import { TypingSaid } from './typing.ts';

export interface RoomNeeds {
  readonly ambient: Ambient;
  me(): string;
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]>;
  send(roomId: string, deed: Deed): Promise<Sent>;
  queued(roomId: string): Queued[];
  catchUp(room: HeldRoom): void;
  readEarlier(room: HeldRoom, limit: number): Promise<boolean>;
}

/** A room as the app has it: what it shows, and what one can do there. */
export class LiveRoom implements Room {
  readonly id: string;
  readonly subscribe: Room['subscribe'];
  readonly getSnapshot: Room['getSnapshot'];
  readonly #held: HeldRoom;
  readonly #needs: RoomNeeds;
  readonly #said: TypingSaid;
  readonly #cell: Cell<RoomSnapshot>;
  #opened = false;

  constructor(held: HeldRoom, needs: RoomNeeds) {
    this.id = held.id;
    this.#held = held;
    this.#needs = needs;
    this.#said = new TypingSaid(needs.ambient, (on) => {
      // Worth nothing later: not kept, not repeated.
      needs.request('typing', { roomId: held.id, on }).catch(() => {});
    });
    const sketch = new Sketch(held);
    this.#cell = new Cell(
      (before) => sketch.draw(before, needs.queued(held.id)),
      () => this.#look(),
    );
    this.subscribe = this.#cell.subscribe;
    this.getSnapshot = this.#cell.getSnapshot;
  }

  get status(): RoomStatus {
    return this.#held.status;
  }
  get state(): RoomState | undefined {
    return this.#held.log.state;
  }
  get version(): number {
    return this.#held.log.version;
  }
  get unread(): number {
    return this.#held.unread;
  }
  get people(): RoomSnapshot['people'] {
    return this.getSnapshot().people;
  }
  get cursors(): RoomSnapshot['cursors'] {
    return this.getSnapshot().cursors;
  }
  get typing(): RoomSnapshot['typing'] {
    return this.getSnapshot().typing;
  }
  get queued(): RoomSnapshot['queued'] {
    return this.getSnapshot().queued;
  }

  open(): Promise<void> {
    this.#opened = true;
    this.#held.watched = true;
    return this.#held.opened();
  }
  loadEarlier(limit = 50): Promise<boolean> {
    return this.#needs.readEarlier(this.#held, limit);
  }

  send(text: string, options: SendOptions = {}): Promise<Sent> {
    this.#said.reset();
    return this.#needs.send(this.id, { action: 'sendMessage', text, ...options });
  }
  edit(seq: number, text: string): Promise<Sent> {
    return this.#needs.send(this.id, { action: 'editMessage', seq, text });
  }
  delete(seq: number): Promise<Sent> {
    return this.#needs.send(this.id, { action: 'deleteMessage', seq });
  }
  react(seq: number, emoji: string, on = true): Promise<Sent> {
    return this.#needs.send(this.id, { action: 'react', seq, emoji, on });
  }
  pin(seq: number, on = true): Promise<Sent> {
    return this.#needs.send(this.id, { action: 'pin', seq, on });
  }

  markRead(seq = this.state?.head ?? 0): void {
    this.#held.mark({ read: seq });
  }
  markDelivered(seq = this.state?.head ?? 0): void {
    this.#held.mark({ delivered: seq });
  }
  setTyping(on: boolean): void {
    this.#said.set(on);
  }

  reach(seq: number): Reach {
    if (this.readBy(seq).length > 0) return 'read';
    return this.deliveredTo(seq).length > 0 ? 'delivered' : 'stored';
  }
  deliveredTo(seq: number): string[] {
    return this.#held.company.deliveredTo(seq, this.#needs.me());
  }
  readBy(seq: number): string[] {
    return this.#held.company.readBy(seq, this.#needs.me());
  }

  /** Something that the room shows has changed. */
  changed(): void {
    this.#cell.changed();
  }

  /** The link is gone: what was said of typing is forgotten there. */
  offline(): void {
    this.#said.reset();
  }

  #look(): void {
    this.#held.watched = this.#opened || this.#cell.listeners > 0;
    if (this.#held.watched && this.#held.needsCatchUp) this.#needs.catchUp(this.#held);
  }
}
