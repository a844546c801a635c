import { setTimeout as sleep } from 'node:timers/promises';
import { apply, emptyRoom, type RoomState } from '@stackbox/core/apply';
import type { Entry, EntryEvent, Position, Replies, ServerEvent } from '@stackbox/protocol';
import type { Chance } from '../chance.ts';
import type { CopyRecord, Fault, MarkRecord } from '../history.ts';
import type { Person } from '../world.ts';
import { NoAnswer } from './http.ts';
import type { Line, Reply } from './line.ts';
import { readPage } from './pages.ts';
import { Roamer } from './roamer.ts';

interface Options {
  readonly name: string;
  readonly person: Person;
  readonly door: number;
  readonly chance: Chance;
  /** Whether frames were dropped on the connection from this port: only then may something be missing. */
  readonly lostOn: (port: number) => boolean;
  /** Goes away now and then, for up to so long, in milliseconds. */
  readonly absenceMs: number;
}

/** What one connection has told of one room. */
interface Seat {
  /** Up to here the last join answered: live entries start behind it. */
  readonly joinedAt: number;
  /** The last live entry. */
  last: number;
}

/** The reply to a join, or one room of the reply to a `sync`. */
type Stretch = Omit<Replies['joinRoom'], 'members' | 'cursors'>;

/**
 * Reads every room of its person and keeps a copy of each, from whatever comes over connections that lose frames. It
 * sees a gap and asks (DEL3), comes back and resumes from its position (DEL2), and holds the server to the rest: on one
 * connection each live entry once, in order, and without a gap unless the proxy dropped a frame (DEL1).
 */
export class RawReader {
  readonly faults: Fault[] = [];
  readonly marks: MarkRecord[] = [];
  /** Entries that came live, and those that were read in joining or over REST. */
  readonly stats = { live: 0, resumed: 0, gaps: 0, absences: 0, resumes: 0 };
  readonly #options: Options;
  readonly #roamer: Roamer;
  readonly #copies = new Map<string, RoomState>();
  readonly #seats = new WeakMap<Line, Map<string, Seat>>();
  /** Rooms that are being joined. */
  readonly #joining = new Set<string>();
  #stopped = false;

  constructor(options: Options) {
    const { door, person, chance } = options;
    this.#options = options;
    this.#roamer = new Roamer({ door, token: person.token, chance: chance.fork('roamer') });
    this.#roamer.onLine = (line) => {
      this.#seats.set(line, new Map());
      line.onEvent = (event) => this.#hear(line, event);
    };
  }

  /** Reads until `stop`. */
  async run(stop: AbortSignal): Promise<void> {
    const { chance, person, absenceMs } = this.#options;
    // Half of them know the whole log first, half begin with its end.
    if (chance.hit(0.5)) for (const roomId of person.rooms) await this.#persist(() => this.#readAll(roomId));
    while (!stop.aborted) {
      await this.#persist(() => this.#resume());
      await this.#stay(stop, chance.magnitude(200, 20_000));
      if (stop.aborted) break;
      if (!chance.hit(0.3)) continue;
      this.stats.absences++;
      this.#roamer.drop();
      await sleep(chance.int(0, absenceMs));
    }
    // Back for good: what came meanwhile is read, what comes yet is heard.
    await this.#persist(() => this.#resume());
    while (!this.#stopped) await this.#stay(undefined, 250);
  }

  get name(): string {
    return this.#options.name;
  }

  get rooms(): readonly string[] {
    return this.#options.person.rooms;
  }

  /** How far the copy of a room goes. */
  head(roomId: string): number {
    return this.#copies.get(roomId)?.head ?? 0;
  }

  /** Ends, and gives the copies, each read back to the log's beginning. */
  async finish(): Promise<CopyRecord<RoomState>[]> {
    const copies: CopyRecord<RoomState>[] = [];
    for (const [roomId, state] of this.#copies) {
      while (state.first > 1) {
        await this.#persist(async () => {
          const { door, person } = this.#options;
          const { entries } = await readPage(door, person.token, roomId, { before: state.first });
          apply(state, entries);
        });
      }
      copies.push({ reader: this.#options.name, roomId, state });
    }
    this.close();
    return copies;
  }

  close(): void {
    this.#stopped = true;
    this.#roamer.close();
  }

  /** Connected, or coming back from each cut; now and then it says how far it has read. */
  async #stay(stop: AbortSignal | undefined, ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (performance.now() < until && !stop?.aborted && !this.#stopped) {
      const line = await this.#roamer.line().catch(() => undefined);
      if (line === undefined) return;
      const seats = this.#seats.get(line);
      if (seats?.size === 0) await this.#persist(() => this.#resume());
      else {
        for (const roomId of this.#options.person.rooms) {
          if (!seats?.has(roomId) && !this.#joining.has(roomId)) this.#rejoin(line, roomId);
        }
      }
      if (this.#options.chance.hit(0.1)) await this.#mark(line).catch(() => {});
      await sleep(25);
    }
  }

  /** Until it works: the connection may break at any step of it. */
  async #persist(work: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof NoAnswer)) this.#fault((error as Error).message);
        if (this.#options.chance.hit(0.3)) this.#roamer.drop();
        await sleep(this.#options.chance.int(10, 100));
      }
    }
  }

  /** Takes up every room where its copy ends, by `sync` or room by room. */
  async #resume(): Promise<void> {
    this.stats.resumes++;
    const line = await this.#roamer.line();
    if (this.#options.chance.hit(0.5)) await this.#sync(line);
    else await Promise.all(this.#options.person.rooms.map((roomId) => this.#join(line, roomId)));
  }

  async #sync(line: Line): Promise<void> {
    const rooms = Object.fromEntries(
      [...this.#copies].map(([roomId, { epoch, head }]) => [roomId, { epoch, seq: head }]),
    );
    const left = new Set(this.#options.person.rooms);
    for (let from: string | undefined; ; ) {
      const reply = await line.ask('sync', { rooms, ...(from === undefined ? {} : { from }) }, (each) => {
        if (!each.ok) return;
        for (const stretch of (each as unknown as Replies['sync']).rooms)
          this.#seat(line, stretch, rooms[stretch.roomId]);
      });
      const page = okOf<Replies['sync']>(reply);
      for (const stretch of page.rooms) {
        left.delete(stretch.roomId);
        if (stretch.more) await this.#readOn(line, stretch.roomId, stretch.head);
      }
      if (page.next === undefined) break;
      from = page.next;
    }
    for (const roomId of left) this.#fault(`sync left out ${roomId}`);
  }

  #rejoin(line: Line, roomId: string): void {
    this.#join(line, roomId).catch(() => line.cut());
  }

  async #join(line: Line, roomId: string): Promise<void> {
    this.#joining.add(roomId);
    try {
      const state = this.#copies.get(roomId);
      const after = state && { epoch: state.epoch, seq: state.head };
      const reply = await line.ask(
        'joinRoom',
        { roomId, ...(after === undefined ? {} : { after }) },
        (each) => {
          if (each.ok) this.#seat(line, each as unknown as Replies['joinRoom'], after);
        },
      );
      const { more, head } = okOf<Replies['joinRoom']>(reply);
      if (more) await this.#readOn(line, roomId, head);
    } finally {
      this.#joining.delete(roomId);
    }
  }

  /**
   * Takes what a join read, and from then on what comes live. Called for every reply, in the order in which they come:
   * a request that was doubled joins twice, and what was committed between is in the second reply alone.
   */
  #seat(
    line: Line,
    { roomId, epoch, head, entries, more, reset }: Stretch,
    after: Position | undefined,
  ): void {
    const seats = this.#seats.get(line);
    seats?.delete(roomId);
    let state = this.#copies.get(roomId);
    if (state !== undefined && (reset || state.epoch !== epoch)) {
      this.#fault(
        `${roomId}: holds up to ${state.head} of ${state.epoch}, and is told of ${head} of ${epoch} (reset: ${reset})`,
      );
      state = undefined;
    }
    if (state === undefined) {
      state = emptyRoom(epoch, (entries[0]?.seq ?? head + 1) - 1);
      this.#copies.set(roomId, state);
    } else if (after === undefined && (entries[0]?.seq ?? 0) > state.head + 1) {
      // A late reply from when nothing was held: the copy has begun elsewhere, and is taken up again from its end.
      return;
    }
    this.#take(state, roomId, entries);
    if (more) return;
    if (state.head < head)
      this.#fault(`${roomId}: joined at ${head}, nothing more to come, and the entries end at ${state.head}`);
    seats?.set(roomId, { joinedAt: head, last: head });
  }

  /** What did not fit the reply is read over REST; then it joins again. */
  async #readOn(line: Line, roomId: string, head: number): Promise<void> {
    const state = this.#copies.get(roomId);
    while (state !== undefined && state.head < head) {
      const { door, person } = this.#options;
      const { entries, epoch } = await readPage(door, person.token, roomId, { after: state.head });
      if (epoch === state.epoch) this.#take(state, roomId, entries);
      else this.#fault(`${roomId}: REST tells of epoch ${epoch}`);
    }
    await this.#join(line, roomId);
  }

  async #readAll(roomId: string): Promise<void> {
    const { door, person } = this.#options;
    let state = this.#copies.get(roomId);
    for (;;) {
      const page = await readPage(door, person.token, roomId, { after: state?.head ?? 0 });
      if (state === undefined) {
        state = emptyRoom(page.epoch);
        this.#copies.set(roomId, state);
      }
      this.#take(state, roomId, page.entries);
      if (!page.more) return;
    }
  }

  /** Entries that were asked for: they may overlap with what is held, and must not leave a gap. */
  #take(state: RoomState, roomId: string, entries: readonly Entry[]): void {
    const before = state.head;
    try {
      apply(
        state,
        entries.filter(({ seq }) => seq > before),
      );
    } catch (error) {
      this.#fault(`${roomId}: entries that were asked for: ${(error as Error).message}`);
    }
    this.stats.resumed += state.head - before;
  }

  #hear(line: Line, event: ServerEvent): void {
    if (event.type !== 'entry') return;
    const { roomId, epoch, seq } = event;
    const seat = this.#seats.get(line)?.get(roomId);
    // Before the reply that says where live entries begin: it was dropped.
    if (seat === undefined) return;
    const { joinedAt, last } = seat;
    if (seq <= joinedAt) this.#fault(`${roomId}: entry ${seq} came live after a join at ${joinedAt}`);
    else if (seq <= last) this.#fault(`${roomId}: entry ${seq} came live after ${last}`);
    else if (seq > last + 1 && !this.#options.lostOn(line.port)) {
      this.#fault(`${roomId}: entry ${seq} came live after ${last} though nothing was dropped`);
    }
    seat.last = Math.max(last, seq);
    const state = this.#copies.get(roomId);
    if (state === undefined || state.epoch !== epoch)
      return this.#fault(`${roomId}: entry ${seq} of epoch ${epoch} out of nowhere`);
    if (seq === state.head + 1) {
      apply(state, [entryOf(event)]);
      this.stats.live++;
    } else if (seq > state.head + 1) {
      this.stats.gaps++;
      if (!this.#joining.has(roomId)) this.#rejoin(line, roomId);
    }
  }

  async #mark(line: Line): Promise<void> {
    const { chance, person } = this.#options;
    const roomId = chance.pick(person.rooms);
    const state = this.#copies.get(roomId);
    if (state === undefined || state.head === 0) return;
    const seq = chance.hit(0.7) ? state.head : chance.int(1, state.head);
    const action = chance.pick(['markRead', 'markDelivered']);
    const reply = await line.ask(action, { roomId, seq }, (each) => {
      if (each.ok) this.marks.push({ userId: person.userId, roomId, read: each.read as number });
    });
    if (reply.ok && action === 'markRead' && (reply.read as number) < seq) {
      this.#fault(`${roomId}: marked ${seq} as read, and was answered ${reply.read}`);
    }
  }

  #fault(what: string): void {
    this.faults.push({ who: this.#options.name, what });
  }
}

/** @throws NoAnswer for a refusal: here all of them may pass */
function okOf<T>(reply: Reply): T {
  if (!reply.ok) throw new NoAnswer(`${reply.error.code}: ${reply.error.message}`);
  return reply as unknown as T;
}

function entryOf({ type: _, roomId: __, epoch: ___, ...entry }: EntryEvent): Entry {
  return entry as Entry;
}
