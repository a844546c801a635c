import { Histogram } from './histogram.ts';
import { lastRead, type RawClient } from './raw-client.ts';
import { digitsAt, endOf, Kind, type Wire } from './wire.ts';

const seqKey = Buffer.from('"seq":');
const clientIdKey = Buffer.from('"clientId":"');

/** The side of a connection that a room uses. */
export type Speaker = Pick<RawClient, 'ear' | 'onLost' | 'send' | 'destroy'>;

// What has become of a message we sent.
const accepted = 1;
const returned = 2;
const settled = accepted | returned;

/** What went wrong with deliveries; all zero on a server that keeps its word. */
export interface Faults {
  /** Entries that a socket never saw before a later one. */
  gaps: number;
  /** Entries that a socket saw again, or after a later one. */
  doubles: number;
  /** Entries that had not reached a socket when the round was over. */
  missing: number;
}

/** What all rooms of a round count together. */
export class Tally {
  deliveries = 0;
  bytes = 0;
  faults: Faults = { gaps: 0, doubles: 0, missing: 0 };
  /** From the moment a message was due to each receiver. */
  latency = new Histogram();
  /** Messages due before this moment are not in `latency`. */
  since = Number.POSITIVE_INFINITY;
}

/**
 * One room as the load sees it: its sockets, what was sent to it and what came back.
 *
 * Every frame at every socket has its `seq` checked against that socket's last. Only the first socket to see a seq reads
 * on to the clientId; the others find the message in a ring by seq.
 */
export class LiveRoom {
  sent = 0;
  inFlight = 0;
  onSettled: (() => void) | undefined;
  readonly members: LiveMember[] = [];
  readonly #id: string;
  readonly #wire: Wire;
  readonly #tally: Tally;
  readonly #texts: string[];
  readonly #mark: string;
  readonly #markBytes: Buffer;
  readonly #ring: number;
  readonly #due: Float64Array;
  readonly #state: Uint8Array;
  readonly #numberOfSeq: Int32Array;
  #firstSeq = -1;
  #lastSeq = -1;
  #seqOffset = 0;

  /**
   * @param run tells this round's messages from an earlier round's in the same room
   * @param memory how many messages back a socket may lag, at least
   */
  constructor(id: string, wire: Wire, tally: Tally, texts: string[], run: string, memory: number) {
    const size = 2 ** Math.ceil(Math.log2(memory));
    this.#id = id;
    this.#wire = wire;
    this.#tally = tally;
    this.#texts = texts;
    this.#mark = `${run}-`;
    this.#markBytes = Buffer.from(this.#mark);
    this.#ring = size - 1;
    this.#due = new Float64Array(size);
    this.#state = new Uint8Array(size);
    this.#numberOfSeq = new Int32Array(size).fill(-1);
  }

  seat(client: Speaker, head?: number): void {
    this.members.push(new LiveMember(this, this.members.length, client, this.#wire, this.#tally, head));
  }

  /** Sends the next message from the next member; `due` is when it should have been sent. */
  send(due: number): void {
    const number = this.sent++;
    this.#due[number & this.#ring] = due;
    this.#state[number & this.#ring] = 0;
    this.inFlight++;
    const text = this.#texts[number % this.#texts.length] ?? '';
    const sender = this.members[number % this.members.length];
    sender?.client.send(this.#wire.message(number, this.#id, this.#mark + number, text));
  }

  accept(number: number): void {
    this.#advance(number, accepted);
  }

  deliver(member: LiveMember, bytes: Buffer, from: number, to: number, now: number): void {
    const seq = this.#seqIn(bytes, from, to);
    if (seq > this.#lastSeq) this.#meet(seq, bytes, from, to);
    if (member.next < 0) member.next = this.#firstSeq;
    if (seq !== member.next) {
      const { faults } = this.#tally;
      if (seq > member.next) faults.gaps += seq - member.next;
      else faults.doubles++;
    }
    if (seq >= member.next) member.next = seq + 1;
    const number = this.#numberOfSeq[seq & this.#ring] ?? -1;
    if (number < 0) return;
    const due = this.#due[number & this.#ring] ?? 0;
    if (due >= this.#tally.since) this.#tally.latency.record(now - due);
    if (number % this.members.length === member.index) this.#advance(number, returned);
  }

  /** Whether every socket has every entry that any socket has, and nothing is under way. */
  get quiet(): boolean {
    return this.inFlight === 0 && this.members.every(({ next }) => next < 0 || next > this.#lastSeq);
  }

  /** Counts what never came: as missing, and with its age so far as the least its latency can be. */
  close(now: number): void {
    const seen = new Uint8Array(this.sent);
    for (let seq = Math.max(this.#firstSeq, this.#lastSeq - this.#ring, 0); seq <= this.#lastSeq; seq++) {
      const number = this.#numberOfSeq[seq & this.#ring] ?? -1;
      if (number >= 0) seen[number] = 1;
      this.#miss(number, this.members.filter(({ next }) => next <= seq).length, now);
    }
    for (let number = Math.max(0, this.sent - this.#ring); number < this.sent; number++) {
      const came = seen[number] || (this.#state[number & this.#ring] ?? 0) & returned;
      if (!came) this.#miss(number, this.members.length, now);
    }
  }

  #miss(number: number, times: number, now: number): void {
    this.#tally.faults.missing += times;
    const due = this.#due[number & this.#ring] ?? 0;
    if (times > 0 && number >= 0 && due >= this.#tally.since) this.#tally.latency.record(now - due, times);
  }

  #advance(number: number, step: number): void {
    const slot = number & this.#ring;
    const before = this.#state[slot] ?? 0;
    this.#state[slot] = before | step;
    if (before === settled || (before | step) !== settled) return;
    this.inFlight--;
    this.onSettled?.();
  }

  /** A server builds its entries alike, so seq stands where it stood last time; the look around it proves that. */
  #seqIn(bytes: Buffer, from: number, to: number): number {
    let at = from + this.#seqOffset;
    if (
      bytes[at - 1] !== 0x3a ||
      bytes[at - 2] !== 0x22 ||
      bytes[at - 3] !== 0x71 ||
      bytes[at - 6] !== 0x22
    ) {
      at = endOf(seqKey, bytes, from, to);
      if (at < 0) throw new Error(`an entry without seq: ${bytes.toString('utf8', from, to)}`);
      this.#seqOffset = at - from;
    }
    return digitsAt(bytes, at);
  }

  #meet(seq: number, bytes: Buffer, from: number, to: number): void {
    if (this.#firstSeq < 0) this.#firstSeq = seq;
    this.#lastSeq = seq;
    const at = endOf(clientIdKey, bytes, from, to);
    const ours =
      at >= 0 &&
      bytes.compare(this.#markBytes, 0, this.#markBytes.length, at, at + this.#markBytes.length) === 0;
    this.#numberOfSeq[seq & this.#ring] = ours ? digitsAt(bytes, at + this.#markBytes.length) : -1;
  }
}

/** One socket in one room. */
export class LiveMember {
  /** The seq that must come next; -1 before the first where the wire tells no head. */
  next: number;
  readonly index: number;
  readonly client: Speaker;
  readonly #room: LiveRoom;
  readonly #wire: Wire;
  readonly #tally: Tally;

  constructor(room: LiveRoom, index: number, client: Speaker, wire: Wire, tally: Tally, head?: number) {
    this.#room = room;
    this.index = index;
    this.client = client;
    this.#wire = wire;
    this.#tally = tally;
    this.next = head === undefined ? -1 : head + 1;
    client.ear = this;
    client.onLost = (why) => {
      throw why;
    };
  }

  hear(bytes: Buffer, from: number, to: number): void {
    switch (this.#wire.kind(bytes, from)) {
      case Kind.entry:
        this.#tally.deliveries++;
        this.#tally.bytes += to - from;
        this.#room.deliver(this, bytes, from, to, lastRead.at);
        break;
      case Kind.reply:
        this.#room.accept(this.#wire.accepted(bytes, from, to));
        break;
      case Kind.ping:
        this.client.send(this.#wire.pong);
        break;
      case Kind.closing:
        throw new Error(bytes.toString('utf8', from, to));
    }
  }
}
