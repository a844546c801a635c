import { type Action, limits, type Person, type Replies } from '@stackbox/protocol';
import type { Requests } from '../requests.ts';
import type { Rest } from '../rest/rest.ts';
import type { HeldRoom } from './held-room.ts';
import type { RoomDetails } from './lists.ts';
import type { Stretch } from './room-log.ts';

interface Needs {
  readonly rest: Rest;
  request<A extends Action>(action: A, body: Requests[A]): Promise<Replies[A]>;
}

type PageOfLog = Stretch & { readonly more: boolean };

/** Reads a room from the server into what is held of it. */
export class Reader {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Joins after what is held. Answers whether there is more to read before joining again. */
  async join(room: HeldRoom): Promise<boolean> {
    const after = room.log.position;
    const reply = await this.#needs.request('joinRoom', {
      roomId: room.id,
      ...(after === undefined ? {} : { after }),
    });
    room.takeJoin(reply);
    if (room.watched && !room.company.known) await this.#people(room);
    if (room.thin) await this.earlier(room, limits.freshEntries);
    return reply.more;
  }

  /** Reads to the end of the log as it is now, page by page: however long the absence (DEL2). */
  async readOn(room: HeldRoom): Promise<void> {
    for (;;) {
      const { position } = room.log;
      if (position === undefined) return;
      const page = await this.#entries(room, { after: position.seq, limit: limits.pageEntries });
      // Another history: joining says so, and starts anew.
      if (page.epoch !== room.log.position?.epoch) return;
      room.take(page);
      if (!page.more || page.entries.length === 0) return;
    }
  }

  /** Reads what lies before the held stretch. Answers whether there is more. */
  async earlier(room: HeldRoom, limit: number): Promise<boolean> {
    const { state } = room.log;
    if (state === undefined || state.first <= 1) return false;
    const page = await this.#entries(room, {
      before: state.first,
      limit: Math.min(limit, limits.pageEntries),
    });
    return room.takeEarlier(page) && (room.log.state?.first ?? 1) > 1;
  }

  /** What the server counts as unread, where the copy does not reach back that far. */
  async count(room: HeldRoom): Promise<void> {
    const details = await this.#needs.rest.get<RoomDetails>(`rooms/${encodeURIComponent(room.id)}`);
    room.takeInfo(details);
    room.takeCount(details);
  }

  #entries(room: HeldRoom, range: { after?: number; before?: number; limit: number }): Promise<PageOfLog> {
    return this.#needs.rest.get(`rooms/${encodeURIComponent(room.id)}/entries`, range);
  }

  /** A large room's, which no reply holds. */
  async #people(room: HeldRoom): Promise<void> {
    const people: Person[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#needs.rest.get<{ members: Person[]; next?: string }>(
        `rooms/${encodeURIComponent(room.id)}/members`,
        { limit: 500, cursor },
      );
      people.push(...page.members);
      cursor = page.next;
    } while (cursor !== undefined);
    room.takePeople(people);
  }
}
