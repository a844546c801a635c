import type { Action, Position, Replies } from '@stackbox/protocol';
import type { Ambient } from '../ambient.ts';
import { closed, StackBoxError } from '../errors.ts';
import { clientIds } from '../ids.ts';
import type { Requests } from '../requests.ts';
import type { Me } from '../socket/connection.ts';
import { Lane } from './lane.ts';
import type { Deed, Outbox, OutboxItem, Queued, Sent } from './outbox.ts';
import { Parcel } from './parcel.ts';

interface Needs {
  readonly outbox: Outbox;
  readonly ambient: Ambient;
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]>;
  /** The server has it there. */
  arrived(roomId: string, position: Position): void;
  /** What is queued for the room has changed. */
  changed(roomId: string): void;
  error(error: StackBoxError): void;
}

/** Carries what the user did to the server: kept first, then sent, in order in each room, until a reply comes. */
export class Courier {
  readonly #needs: Needs;
  readonly #lanes = new Map<string, Lane>();
  readonly #newId: () => string;
  readonly #loaded: Promise<void>;
  #author: string | undefined;
  #online = false;
  /** Before that nothing goes out: what was left from before goes first. */
  #isLoaded = false;
  #order = 0;
  #closed = false;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#newId = clientIds(needs.ambient.clock);
    this.#loaded = this.#load();
  }

  /**
   * Resolves once the deed is kept.
   * @throws StackBoxError `storage` if the outbox could not keep it: it is not sent then.
   */
  async send(roomId: string, deed: Deed): Promise<Sent> {
    if (this.#closed) throw closed();
    const clientId = this.#newId();
    const by = this.#author === undefined ? {} : { by: this.#author };
    const parcel = new Parcel({
      clientId,
      roomId,
      order: 0,
      at: this.#needs.ambient.clock.now(),
      ...by,
      deed,
    });
    // The order of the calls, and after all that was left from before.
    parcel.kept = this.#loaded.then(() => {
      parcel.item = { ...parcel.item, order: ++this.#order };
      return this.#needs.outbox.put(parcel.item);
    });
    const lane = this.#lane(roomId);
    lane.add(parcel);
    try {
      await parcel.kept;
    } catch (cause) {
      const error = new StackBoxError('storage', 'later', `The outbox could not keep it: ${cause}`, {
        cause,
      });
      parcel.end(error);
      lane.drop(parcel);
      throw error;
    }
    return { clientId, stored: () => parcel.outcome };
  }

  queued(roomId: string): Queued[] {
    const parcels = this.#lanes.get(roomId)?.parcels ?? [];
    return parcels.filter(({ item }) => this.#mine(item)).map(({ view }) => view);
  }

  get everything(): Queued[] {
    return [...this.#lanes.keys()].flatMap((roomId) => this.queued(roomId));
  }

  /** Sends what the server refused once more, as the same message. */
  async retry(clientId: string): Promise<Sent> {
    const [lane, old] = this.#failed(clientId);
    const { failed: _, ...item } = old.item;
    const parcel = new Parcel(item);
    await this.#needs.outbox.put(item);
    // Discarded meanwhile: then that holds.
    if (!lane.replace(old, parcel)) await this.#needs.outbox.remove(clientId);
    return { clientId, stored: () => parcel.outcome };
  }

  /**
   * Sends another text instead of one that the server refused: another message, with an id of its own, so that the server
   * can't take it for the first one come again.
   */
  async rewrite(clientId: string, text: string): Promise<Sent> {
    const [, { item }] = this.#failed(clientId);
    if (!('text' in item.deed))
      throw new StackBoxError('bad_request', 'never', 'Only a message or an edit has a text.');
    const sent = await this.send(item.roomId, { ...item.deed, text });
    await this.discard(clientId);
    return sent;
  }

  /** Withdraws what is queued or failed. What is being sent may arrive all the same. */
  async discard(clientId: string): Promise<void> {
    for (const lane of this.#lanes.values()) {
      const parcel = lane.find(clientId);
      if (parcel === undefined || parcel.stored !== undefined) continue;
      parcel.end(new StackBoxError('discarded', 'never', 'It was discarded before the server had it.'));
      lane.drop(parcel);
      await parcel.kept.catch(() => {});
      await this.#needs.outbox.remove(clientId);
    }
  }

  /** An own message was seen in the log: it needs no reply any more. */
  landed(roomId: string, clientId: string, position: Position): void {
    const lane = this.#lanes.get(roomId);
    const parcel = lane?.find(clientId);
    if (parcel !== undefined) lane?.arrive(parcel, position);
  }

  /** The copy of the room's log reaches to `held`. */
  reached(roomId: string, held: Position | undefined): void {
    this.#lanes.get(roomId)?.prune(held);
  }

  online({ workspaceId, userId }: Me): void {
    this.#author = `${workspaceId}/${userId}`;
    this.#online = true;
    this.#resume();
  }

  offline(): void {
    this.#online = false;
  }

  close(): void {
    this.#closed = true;
    this.#online = false;
    for (const lane of this.#lanes.values()) lane.stop(closed());
    // After the writes of sends that were called before.
    const { outbox } = this.#needs;
    this.#background(this.#loaded.then(() => outbox.close?.()));
  }

  async #load(): Promise<void> {
    let items: OutboxItem[] = [];
    try {
      items = await this.#needs.outbox.load();
    } catch (cause) {
      const why = `The outbox could not be read: ${cause}`;
      this.#needs.error(new StackBoxError('storage', 'later', why, { cause }));
    }
    const byRoom = Map.groupBy(
      items.toSorted((a, b) => a.order - b.order),
      ({ roomId }) => roomId,
    );
    for (const [roomId, left] of byRoom) {
      this.#lane(roomId).addEarlier(left.map((item) => new Parcel(item)));
      this.#needs.changed(roomId);
    }
    this.#order = items.reduce((highest, { order }) => Math.max(highest, order), 0);
    this.#isLoaded = true;
    this.#resume();
  }

  #resume(): void {
    for (const lane of this.#lanes.values()) lane.resume();
  }

  /** What another user left on this device waits for that user. Before anybody is known, it is taken for one's own. */
  #mine({ by }: OutboxItem): boolean {
    return by === undefined || this.#author === undefined || by === this.#author;
  }

  #failed(clientId: string): [Lane, Parcel] {
    for (const lane of this.#lanes.values()) {
      const parcel = lane.find(clientId);
      if (parcel?.status === 'failed') return [lane, parcel];
    }
    throw new StackBoxError('not_found', 'never', `Nothing that failed has the clientId ${clientId}.`);
  }

  #lane(roomId: string): Lane {
    const before = this.#lanes.get(roomId);
    if (before !== undefined) return before;
    const { ambient, outbox, arrived, changed } = this.#needs;
    const lane = new Lane({
      ambient,
      may: (item) => this.#online && this.#isLoaded && this.#mine(item),
      carry: (item) => this.#carry(item),
      keep: (item) => this.#background(outbox.put(item)),
      forget: (item) => this.#background(outbox.remove(item.clientId)),
      arrived: (_, position) => arrived(roomId, position),
      changed: () => changed(roomId),
    });
    this.#lanes.set(roomId, lane);
    return lane;
  }

  #carry({ roomId, clientId, deed }: OutboxItem): Promise<Position> {
    const { action, ...what } = deed;
    // `deed` and `Requests` agree action by action, which the compiler can't see through the union.
    return this.#needs.request(action, { roomId, clientId, ...what } as Requests[typeof action]);
  }

  /** If it fails, the item is sent again after a restart, with the id that the server knows (LOG4). */
  #background(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.#needs.error(
        new StackBoxError('storage', 'later', `The outbox could not be written: ${cause}`, { cause }),
      );
    });
  }
}
