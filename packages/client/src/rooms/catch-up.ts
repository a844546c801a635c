import type { Ambient, Timer } from '../ambient.ts';
import { isAboutLink, StackBoxError } from '../errors.ts';
import { backoff } from '../socket/backoff.ts';
import { Gate } from './gate.ts';
import type { HeldRoom } from './held-room.ts';
import type { Reader } from './reader.ts';

interface Needs {
  readonly ambient: Ambient;
  readonly reader: Reader;
  error(error: StackBoxError): void;
}

/** A gap is given this long to close by itself: on API Gateway pushes may overtake each other. Milliseconds. */
const graceMs = 50;
/** So many rooms are read at a time: a phone that was off for a week must not ask for all of them at once. */
const atOnce = 4;

interface Job {
  running: boolean;
  waiting: boolean;
  timer: Timer;
  failures: number;
  /** What must be done even if the room looks up to date. */
  first: First | undefined;
}

/** `join`: ask where the room stands, or whether it is still ours. `read`: a reply held a part; read on, then join. */
export type First = 'join' | 'read';

/** Brings rooms that are behind their logs up to date, one job a room, and again until it worked. */
export class CatchUp {
  readonly #needs: Needs;
  readonly #jobs = new Map<HeldRoom, Job>();
  readonly #gate = new Gate(atOnce);
  #open = false;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The link is there and the rooms are joined: what is behind from now on is worth asking for. */
  start(rooms: Iterable<HeldRoom>): void {
    this.#open = true;
    for (const room of rooms) this.want(room);
  }

  /** Some rooms are being read, which may take long. */
  get busy(): boolean {
    return this.#jobs.size > 0;
  }

  /** Nothing can be asked, or a sync is about to answer it. */
  pause(): void {
    this.#open = false;
    for (const job of this.#jobs.values()) this.#needs.ambient.timers.clear(job.timer);
    // Those that run end by themselves, at their next request or with it.
    this.#jobs.clear();
  }

  want(room: HeldRoom, first?: First): void {
    if (!this.#open || !(first || room.needsCatchUp || room.needsCount)) return room.caughtUp();
    const before = this.#jobs.get(room);
    const job: Job = before ?? {
      running: false,
      waiting: false,
      timer: undefined,
      failures: 0,
      first: undefined,
    };
    this.#jobs.set(room, job);
    job.first ??= first;
    if (job.running || job.waiting) return;
    const gap = room.log.state !== undefined && room.log.behind && first === undefined;
    this.#later(room, job, gap ? graceMs : 0);
  }

  #later(room: HeldRoom, job: Job, ms: number): void {
    job.waiting = true;
    job.timer = this.#needs.ambient.timers.set(() => {
      job.waiting = false;
      job.running = true;
      void this.#gate
        .through(() => this.#run(room, job))
        .then(
          () => this.#done(room, job),
          (thrown: unknown) => this.#failed(room, job, StackBoxError.from(thrown)),
        );
    }, ms);
  }

  async #run(room: HeldRoom, job: Job): Promise<void> {
    const { reader } = this.#needs;
    while (this.#mine(room, job) && (job.first !== undefined || room.needsCatchUp)) {
      const before = room.log.version;
      if (job.first === 'read') await reader.readOn(room);
      const more = await reader.join(room);
      job.first = more ? 'read' : undefined;
      if (room.log.version === before && (more || room.needsCatchUp)) {
        throw new StackBoxError(
          'unavailable',
          'later',
          `Room ${room.id} goes further than the server gives.`,
        );
      }
    }
    if (this.#mine(room, job) && room.needsCount) await reader.count(room);
  }

  #mine(room: HeldRoom, job: Job): boolean {
    return this.#open && this.#jobs.get(room) === job;
  }

  #done(room: HeldRoom, job: Job): void {
    if (!this.#mine(room, job)) return;
    this.#jobs.delete(room);
    // What came while the last reply was on its way.
    if (room.needsCatchUp) this.want(room);
    else room.caughtUp();
  }

  #failed(room: HeldRoom, job: Job, error: StackBoxError): void {
    if (!this.#mine(room, job)) return;
    job.running = false;
    if (error.code === 'not_found' || error.code === 'forbidden') {
      this.#jobs.delete(room);
      return room.leave();
    }
    if (isAboutLink(error) || error.retry === 'never') {
      this.#jobs.delete(room);
      if (isAboutLink(error)) return;
      room.refuse(error);
      return this.#needs.error(error);
    }
    const { random } = this.#needs.ambient;
    this.#later(room, job, backoff(job.failures++, random, error.retryAfterMs));
  }
}
