import type { MessageState, PersonHere, Queued, Reach, RoomSnapshot, RoomState } from '@stackbox/client';
import type { Line } from './text/span.ts';
import { changeRows, companyRows } from './view/changes.ts';
import type { Look } from './view/look.ts';
import { messageRows, queuedRows } from './view/message.ts';
import { dayName, dayOf, rule } from './view/times.ts';

/** The part of a room that is shown. */
export interface ShownRoom {
  readonly state: RoomState | undefined;
  getSnapshot(): RoomSnapshot;
  reach(seq: number): Reach;
}

/** Messages printed when a room is opened, and at most if more are unread. */
const opening = 20;
const openingAtMost = 200;
/** Own messages that stay live, so that their marks can still change. */
const liveAtMost = 3;

/**
 * What of one room stands in the scrollback, and what is still live below it. The scrollback can't be changed: own
 * messages stay live until something follows them, so that their marks can; what befalls a printed message later is
 * printed as an event. Every message is printed once, in the order of the log.
 */
export class Transcript {
  readonly #room: ShownRoom;
  /** As printed, by seq. */
  readonly #printed = new Map<number, MessageState>();
  #live: number[] = [];
  /** Printed or live up to here. */
  #head = 0;
  #first = 0;
  #epoch: string | undefined;
  #day: string | undefined;
  #people: readonly PersonHere[] = [];
  /** The newest own message that stands in the scrollback, if it does so as not read. */
  #unread: number | undefined;

  constructor(room: ShownRoom) {
    this.#room = room;
  }

  /** The seq of the earliest message that was printed. */
  get first(): number {
    return this.#first;
  }

  /** What follows the printed messages is not held: it has to be read before anything else is printed. */
  get gap(): boolean {
    const { state } = this.#room;
    return state !== undefined && state.epoch === this.#epoch && state.first > this.#head + 1;
  }

  /** The last messages, all that are unread among them, up to a limit. */
  open(look: Look): Line[] {
    const { messages, read, people, unread } = this.#room.getSnapshot();
    this.#epoch = this.#room.state?.epoch;
    this.#people = people;
    const isNew = ({ by, seq }: MessageState) => seq > read && by !== look.names.me;
    const firstNew = messages.findIndex(isNew);
    const wanted = firstNew === -1 ? opening : Math.max(opening, messages.length - firstNew + 3);
    const shown = messages.slice(-Math.min(wanted, openingAtMost));
    const newHere = shown.filter(isNew);
    this.#first = shown[0]?.seq ?? 1;
    this.#head = this.#room.state?.head ?? 0;
    const own = shown.length - 1 - shown.findLastIndex(({ by }) => by !== look.names.me);
    const firstLive = shown.length - Math.min(own, liveAtMost);
    const rows: Line[] = [];
    for (const [i, message] of shown.entries()) {
      this.#say(rows, this.#newDay(message, look), look);
      if (message === newHere[0]) {
        const more = unread - newHere.length;
        rows.push(rule(more > 0 ? `${unread} new; /more shows the ${more} before these` : 'new'));
      }
      if (i < firstLive) rows.push(...this.#print(message, look));
      else this.#live.push(message.seq);
    }
    return rows;
  }

  /** What goes into the scrollback now. */
  update(look: Look): Line[] {
    const { state } = this.#room;
    if (state === undefined) return [];
    if (state.epoch !== this.#epoch) return this.#again(look);
    if (this.gap) return [];
    const { messages, people } = this.#room.getSnapshot();
    const rows: Line[] = [];
    if (people.length > 0) {
      if (this.#people.length > 0) this.#say(rows, companyRows(this.#people, people, look), look);
      this.#people = people;
    }
    for (const [seq, before] of this.#printed) {
      const after = state.messages.get(seq);
      if (after === undefined || after === before) continue;
      this.#printed.set(seq, after);
      this.#say(rows, changeRows(before, after, look), look);
    }
    for (const message of messages.slice(after(messages, this.#head))) {
      this.#say(rows, this.#newDay(message, look), look);
      if (message.by === look.names.me) {
        this.#live.push(message.seq);
        if (this.#live.length > liveAtMost) rows.push(...this.#settle(1, look));
      } else {
        this.#say(rows, this.#print(message, look), look);
      }
    }
    this.#head = state.head;
    return rows;
  }

  /** Own messages that nothing follows yet, and what waits to be sent. */
  live(look: Look): Line[] {
    const { queued } = this.#room.getSnapshot();
    const find = (seq: number) => this.#room.state?.messages.get(seq);
    return [...this.#own(look), ...queued.flatMap((item: Queued) => queuedRows(item, look, find))];
  }

  /** The newest own message, if it was read since it went into the scrollback, where its mark can't change. */
  get readSince(): number | undefined {
    const seq = this.#unread;
    return seq !== undefined && this.#room.reach(seq) === 'read' ? seq : undefined;
  }

  /** Puts what is live into the scrollback, because something follows it. */
  flush(look: Look): Line[] {
    return this.#settle(this.#live.length, look);
  }

  /** Puts as many of the live messages there as it takes to have at most `rows` rows left. */
  shrink(rows: number, look: Look): Line[] {
    const printed: Line[] = [];
    while (this.#live.length > 0 && this.#own(look).length > rows) printed.push(...this.#settle(1, look));
    return printed;
  }

  /** `count` messages before those that were printed. */
  earlier(count: number, look: Look): Line[] {
    const { messages } = this.#room.getSnapshot();
    const before = messages.filter(({ seq }) => seq < this.#first).slice(-count);
    const [first] = before;
    if (first === undefined) return [];
    this.#first = first.seq;
    const today = this.#day;
    const unread = this.#unread;
    this.#day = undefined;
    const rows = before.flatMap((message) => [...this.#newDay(message, look), ...this.#print(message, look)]);
    this.#day = today;
    this.#unread = unread;
    return [rule('earlier'), ...rows, rule('back to now')];
  }

  /** Another history than the one that was shown: the server's data came from a backup (LOG6). */
  #again(look: Look): Line[] {
    this.#printed.clear();
    this.#live = [];
    this.#unread = undefined;
    return [rule('restored from a backup'), ...this.open(look)];
  }

  #say(rows: Line[], said: readonly Line[], look: Look): void {
    if (said.length > 0) rows.push(...this.flush(look), ...said);
  }

  #own(look: Look): Line[] {
    return this.#live.flatMap((seq) => {
      const message = this.#room.state?.messages.get(seq);
      return message === undefined ? [] : this.#rows(message, look);
    });
  }

  #settle(count: number, look: Look): Line[] {
    return this.#live.splice(0, count).flatMap((seq) => {
      const message = this.#room.state?.messages.get(seq);
      return message === undefined ? [] : this.#print(message, look);
    });
  }

  #print(message: MessageState, look: Look): Line[] {
    const { seq, by } = message;
    this.#printed.set(seq, message);
    if (by === look.names.me) this.#unread = this.#room.reach(seq) === 'read' ? undefined : seq;
    return this.#rows(message, look);
  }

  #newDay({ sentAt, at }: MessageState, look: Look): Line[] {
    const day = dayOf(sentAt ?? at);
    if (day === this.#day) return [];
    this.#day = day;
    return [rule(dayName(sentAt ?? at, look.now))];
  }

  #rows(message: MessageState, look: Look): Line[] {
    const root = message.replyTo === undefined ? undefined : this.#room.state?.messages.get(message.replyTo);
    const reach = message.by === look.names.me ? { reach: this.#room.reach(message.seq) } : {};
    return messageRows(message, look, { root, ...reach });
  }
}

/** The index of the first message after `seq`. */
function after(messages: readonly MessageState[], seq: number): number {
  let index = messages.length;
  while (index > 0 && (messages[index - 1] as MessageState).seq > seq) index--;
  return index;
}
