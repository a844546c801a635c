/** Time, passed in so that a test can choose it. */
export interface Clock {
  /** Milliseconds since 1970. For people and for expiry; never decides order (LOG2). */
  now(): number;
}

/** Fresh ids: unguessable, at most 64 characters of [a-z0-9_]. */
export interface Ids {
  fresh(prefix: 'ws' | 'usr' | 'room' | 'conn' | 'sess' | 'epoch'): string;
}

export const systemClock: Clock = { now: () => Date.now() };

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 100 random bits in base32 from the platform's generator. */
export const randomIds: Ids = {
  fresh(prefix) {
    const letters = Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => alphabet[byte & 31]);
    // Joined, not added up: a string grown letter by letter keeps every step of its growth in memory.
    return `${prefix}_${letters.join('')}`;
  },
};
