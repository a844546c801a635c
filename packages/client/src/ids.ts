import type { Clock } from './ambient.ts';

/**
 * Makes client ids: UUIDs of version 7 (RFC 9562, with 12 bits of counter as in its method 1), each greater than the one
 * before. The server's unique index grows at its end that way, and not all over.
 */
export function clientIds(clock: Clock): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const now = clock.now();
    if (now > lastMs) {
      lastMs = now;
      counter = 0;
    } else if (++counter > 0xfff) {
      // A clock that stands still or runs backwards: borrow from the next millisecond.
      lastMs++;
      counter = 0;
    }
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
    const chance = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const time = lastMs.toString(16).padStart(12, '0');
    const count = counter.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${chance.slice(0, 4)}-${chance.slice(4)}`;
  };
}
