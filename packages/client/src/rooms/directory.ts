import type { Ambient, Timer } from '../ambient.ts';
import { isAboutLink, StackBoxError } from '../errors.ts';
import type { Rest } from '../rest/rest.ts';
import { backoff } from '../socket/backoff.ts';
import type { HeldRoom } from './held-room.ts';
import type { ListOfRooms } from './lists.ts';

interface Needs {
  readonly ambient: Pick<Ambient, 'timers' | 'random'>;
  readonly rest: Rest;
  rooms(): Iterable<HeldRoom>;
  find(id: string): HeldRoom | undefined;
  error(error: StackBoxError): void;
}

const pageRooms = 100;

/** Learns what rooms are called: the entry that says so may lie far before what is held. */
export class Directory {
  readonly #needs: Needs;
  /** Asked for, whatever came of it: a room that the list leaves out must not have it read for ever. */
  readonly #asked = new Set<HeldRoom>();
  #reading = false;
  #failures = 0;
  #timer: Timer;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Reads the list if it would tell something new, and again later if it can't be read now. */
  async refresh(): Promise<void> {
    if (this.#reading) return;
    this.stop();
    this.#reading = true;
    try {
      for (let fresh = this.#fresh(); fresh.length > 0; fresh = this.#fresh()) {
        for (const room of fresh) this.#asked.add(room);
        await this.#read();
      }
      this.#failures = 0;
    } catch (thrown) {
      this.#asked.clear();
      this.#failed(StackBoxError.from(thrown));
    } finally {
      this.#reading = false;
    }
  }

  stop(): void {
    this.#needs.ambient.timers.clear(this.#timer);
  }

  #failed(error: StackBoxError): void {
    const { ambient } = this.#needs;
    // A session that ended ends all of this client.
    if (isAboutLink(error)) return;
    this.#needs.error(error);
    if (error.retry === 'never') return;
    const wait = backoff(this.#failures++, ambient.random, error.retryAfterMs);
    this.#timer = ambient.timers.set(() => void this.refresh(), wait);
  }

  #fresh(): HeldRoom[] {
    return [...this.#needs.rooms()].filter(
      (room) => room.status === 'ready' && room.info === undefined && !this.#asked.has(room),
    );
  }

  async #read(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#needs.rest.get<ListOfRooms>('rooms', { limit: pageRooms, cursor });
      for (const listed of page.rooms) this.#needs.find(listed.roomId)?.takeInfo(listed);
      cursor = page.next;
    } while (cursor !== undefined);
  }
}
