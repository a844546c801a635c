import type { Address, RawClient } from './raw-client.ts';

/** One person's place in one room. */
export interface Seat {
  userId: string;
  /** A bearer token; the peer asks for none. */
  token: string;
}

export interface Room {
  id: string;
  seats: Seat[];
}

/** What a text message is, told from its first bytes. */
export const Kind = { entry: 0, reply: 1, ping: 2, closing: 3, other: 4 } as const;

/** How one server speaks. The hot path reads bytes where they lie; only refusals are parsed. */
export interface Wire {
  /** Connects, proves who it is and joins the room. `head` is the room's last seq where the wire tells it. */
  join(address: Address, roomId: string, seat: Seat): Promise<{ client: RawClient; head?: number }>;
  kind(bytes: Buffer, from: number): number;
  message(number: number, roomId: string, clientId: string, text: string): string;
  /** The number of the message that a reply accepts; throws what the server said when it refuses. */
  accepted(bytes: Buffer, from: number, to: number): number;
  /** What answers `Kind.ping`. */
  pong: string;
}

/** Reads digits at `at`; -1 when there are none. */
export function digitsAt(bytes: Buffer, at: number): number {
  let value = -1;
  for (let i = at; ; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return value;
    value = value < 0 ? digit : value * 10 + digit;
  }
}

/** Where `needle` ends in `bytes[from, to)`; -1 when it is not there. */
export function endOf(needle: Buffer, bytes: Buffer, from: number, to: number): number {
  const at = bytes.indexOf(needle, from);
  return at < 0 || at + needle.length > to ? -1 : at + needle.length;
}

/** The first answer that `recognise` accepts, from what the client hears from now on. */
export function answer<T>(
  client: RawClient,
  what: string,
  recognise: (text: string) => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      client.ear = undefined;
      client.onLost = undefined;
    };
    const fail = (why: Error) => {
      settle();
      reject(why);
    };
    const timer = setTimeout(() => fail(new Error(`no ${what} within 60 s`)), 60_000);
    client.onLost = fail;
    client.ear = {
      hear(bytes, from, to) {
        try {
          const found = recognise(bytes.toString('utf8', from, to));
          if (found === undefined) return;
          settle();
          resolve(found);
        } catch (error) {
          fail(error as Error);
        }
      },
    };
  });
}
