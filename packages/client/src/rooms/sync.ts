import { type Action, type Position, type Replies, utf8Bytes } from '@stackbox/protocol';
import type { Ambient, Timer } from '../ambient.ts';
import { isAboutLink, StackBoxError } from '../errors.ts';
import type { Requests } from '../requests.ts';
import { backoff } from '../socket/backoff.ts';
import type { CatchUp, First } from './catch-up.ts';
import type { HeldRoom } from './held-room.ts';

interface Needs {
  readonly ambient: Ambient;
  readonly catchUp: CatchUp;
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]>;
  /** The largest request, in bytes. */
  frameBytes(): number;
  room(id: string): HeldRoom;
  rooms(): Iterable<HeldRoom>;
  /** Every room of the member is joined. */
  synced(): void;
  error(error: StackBoxError): void;
}

/**
 * The last push before a silence may be lost without leaving a gap to see (API Gateway promises no delivery), so the
 * heads are compared now and then. Milliseconds.
 */
const againMs = 5 * 60_000;
/** Kept free in a request for all that isn't positions. Bytes. */
const spareBytes = 512;

/** After each connect: joins every room of the member and takes what it missed (DEL2). */
export class Sync {
  readonly #needs: Needs;
  #run = 0;
  #failures = 0;
  #timer: Timer;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  start(): void {
    const run = ++this.#run;
    const { ambient, catchUp, rooms } = this.#needs;
    ambient.timers.clear(this.#timer);
    catchUp.pause();
    this.#all(run).then(
      (odd) => {
        if (run !== this.#run) return;
        this.#failures = 0;
        this.#later();
        catchUp.start(rooms());
        for (const [room, first] of odd) catchUp.want(room, first);
        this.#needs.synced();
      },
      (thrown: unknown) => {
        if (run === this.#run) this.#failed(StackBoxError.from(thrown));
      },
    );
  }

  stop(): void {
    this.#run++;
    this.#needs.ambient.timers.clear(this.#timer);
    this.#needs.catchUp.pause();
  }

  /** Answers the rooms that must be asked for one by one: those given in part, and those not given at all. */
  async #all(run: number): Promise<Map<HeldRoom, First>> {
    const odd = new Map<HeldRoom, First>();
    // Not given: gone, as a rule. It may also be that the server could not read it just now, so joining decides.
    for (const room of this.#needs.rooms()) if (room.status !== 'gone') odd.set(room, 'join');
    let from: string | undefined;
    do {
      const reply = await this.#needs.request('sync', {
        rooms: this.#positions(from),
        ...(from === undefined ? {} : { from }),
      });
      if (run !== this.#run) return odd;
      for (const summary of reply.rooms) {
        const room = this.#needs.room(summary.roomId);
        room.takeSync(summary);
        if (summary.more) odd.set(room, 'read');
        else odd.delete(room);
      }
      from = reply.next;
    } while (from !== undefined);
    return odd;
  }

  /**
   * Where the rooms from `from` on are read on, ascending by id as the server's pages are, as many as fit. Should a page
   * reach further, its other rooms come as if they were new: an overlap, or a gap that is then read.
   */
  #positions(from = ''): Record<string, Position> {
    const positions: Record<string, Position> = {};
    let room = this.#needs.frameBytes() - spareBytes - utf8Bytes(from);
    const held = [...this.#needs.rooms()].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { id, log } of held) {
      if (id < from || log.position === undefined) continue;
      room -= utf8Bytes(JSON.stringify({ [id]: log.position }));
      if (room < 0) break;
      positions[id] = log.position;
    }
    return positions;
  }

  #failed(error: StackBoxError): void {
    if (isAboutLink(error)) return;
    this.#needs.error(error);
    // The rooms that are known can be asked for one by one meanwhile.
    this.#needs.catchUp.start(this.#needs.rooms());
    if (error.retry !== 'never')
      this.#plan(backoff(this.#failures++, this.#needs.ambient.random, error.retryAfterMs));
  }

  /** A room that is still read from its log after a long absence knows its head: no need to begin with it anew. */
  #later(): void {
    const { ambient, catchUp } = this.#needs;
    const wait = againMs * (0.75 + 0.5 * ambient.random());
    this.#timer = ambient.timers.set(() => (catchUp.busy ? this.#later() : this.start()), wait);
  }

  #plan(ms: number): void {
    this.#timer = this.#needs.ambient.timers.set(() => this.start(), ms);
  }
}
