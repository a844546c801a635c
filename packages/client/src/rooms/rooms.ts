import type { Action, Entry, Position, Replies, ServerEvent } from '@stackbox/protocol';
import type { Ambient } from '../ambient.ts';
import type { StackBoxError } from '../errors.ts';
import type { Deed, Queued, Sent } from '../outbox/outbox.ts';
import type { Requests } from '../requests.ts';
import type { Rest } from '../rest/rest.ts';
import { alike, Cell, type Store } from '../store.ts';
import { CatchUp } from './catch-up.ts';
import { Directory } from './directory.ts';
import { HeldRoom } from './held-room.ts';
import { LiveRoom } from './live-room.ts';
import { MarkSender } from './mark-sender.ts';
import { Reader } from './reader.ts';
import type { RoomSummary } from './room.ts';
import { summaryOf } from './sketch.ts';
import { Sync } from './sync.ts';

interface Needs {
  readonly ambient: Ambient;
  readonly rest: Rest;
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]>;
  frameBytes(): number;
  /** The user's id; empty until the server said it. */
  me(): string;
  send(roomId: string, deed: Deed): Promise<Sent>;
  queued(roomId: string): Queued[];
  /** Entries went into the copy of a room's log, which reaches to `held` now; undefined if it was thrown away. */
  folded(roomId: string, held: Position | undefined, entries: readonly Entry[]): void;
  /** Every room was synced. */
  synced(): void;
  error(error: StackBoxError): void;
}

interface Pair {
  readonly held: HeldRoom;
  readonly live: LiveRoom;
}

/** All the rooms that this client holds, and those who keep them up to date. */
export class Rooms {
  readonly list: Store<readonly RoomSummary[]>;
  readonly #needs: Needs;
  readonly #cell: Cell<readonly RoomSummary[]>;
  readonly #pairs = new Map<string, Pair>();
  readonly #reader: Reader;
  readonly #catchUp: CatchUp;
  readonly #sync: Sync;
  readonly #marks: MarkSender;
  readonly #directory: Directory;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#cell = new Cell((before) => this.#summaries(before));
    this.list = this.#cell;
    this.#reader = new Reader(needs);
    this.#catchUp = new CatchUp({ ...needs, reader: this.#reader });
    this.#marks = new MarkSender(needs);
    const held = () => [...this.#pairs.values()].map((pair) => pair.held);
    this.#directory = new Directory({ ...needs, rooms: held, find: (id) => this.#pairs.get(id)?.held });
    this.#sync = new Sync({
      ...needs,
      catchUp: this.#catchUp,
      room: (id) => this.#pair(id).held,
      rooms: held,
      synced: () => {
        // What rooms are called is part of being ready; that it can't be read now is no reason to wait.
        void this.#directory.refresh().finally(needs.synced);
      },
    });
  }

  room(id: string): LiveRoom {
    return this.#pair(id).live;
  }

  online(): void {
    this.#sync.start();
    this.#marks.online();
  }

  offline(): void {
    this.#sync.stop();
    this.#marks.offline();
    this.#directory.stop();
    for (const { held, live } of this.#pairs.values()) {
      held.offline();
      live.offline();
    }
  }

  stop(why: StackBoxError): void {
    this.#directory.stop();
    for (const { held } of this.#pairs.values()) held.stop(why);
  }

  hear(event: ServerEvent): void {
    switch (event.type) {
      case 'entry': {
        const { type: _, roomId, epoch, ...entry } = event;
        return this.#pair(roomId).held.hearEntry(epoch, entry as Entry);
      }
      case 'cursor':
        return this.#pairs.get(event.roomId)?.held.hearCursor(event);
      case 'typing':
        return this.#pairs.get(event.roomId)?.held.typing.hear(event.userId, event.on);
      case 'presence':
        for (const { held } of this.#pairs.values()) held.hearPresence(event.userId, event.state);
        return;
      case 'closing':
        return;
      default:
        // A newer server may say more than this client knows.
        return;
    }
  }

  /** An own deed was given its place: if the push of it was lost, this shows it (DEL3). */
  expect(roomId: string, position: Position): void {
    const held = this.#pairs.get(roomId)?.held;
    if (held === undefined) return;
    held.log.expect(position);
    if (held.needsCatchUp) this.#catchUp.want(held);
    this.#needs.folded(roomId, held.log.position, []);
  }

  changed(roomId: string): void {
    this.#pairs.get(roomId)?.live.changed();
  }

  #pair(id: string): Pair {
    const before = this.#pairs.get(id);
    if (before !== undefined) return before;
    const held = new HeldRoom(id, this.#needs, {
      behind: (room) => this.#catchUp.want(room),
      mark: (room) => this.#marks.want(room),
      folded: (room, entries) => this.#needs.folded(room.id, room.log.position, entries),
      changed: (room) => {
        this.#cell.changed();
        this.changed(room.id);
      },
    });
    const live = new LiveRoom(held, {
      ...this.#needs,
      catchUp: (room) => this.#catchUp.want(room),
      readEarlier: (room, limit) => this.#reader.earlier(room, limit),
    });
    const pair = { held, live };
    this.#pairs.set(id, pair);
    this.#cell.changed();
    return pair;
  }

  #summaries(before: readonly RoomSummary[] = []): readonly RoomSummary[] {
    const old = new Map(before.map((summary) => [summary.id, summary]));
    const now = [...this.#pairs.values()]
      .filter(({ held }) => held.status === 'ready')
      .map(({ held }) => {
        const summary = summaryOf(held);
        const same = old.get(held.id);
        return same !== undefined && alike(same, summary) ? same : summary;
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return now.length === before.length && now.every((summary, i) => summary === before[i]) ? before : now;
  }
}
