/** Chance from a seed: the same seed and name give the same sequence. */
export interface Chance {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number;
  hit(likelihood: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A whole number between the two where each order of magnitude is as likely as the others. */
  magnitude(least: number, most: number): number;
  /** A sequence of its own, so that what one part draws doesn't shift what another gets. */
  fork(name: string): Chance;
}

export function chanceFrom(seed: number, name = ''): Chance {
  let state = hash(`${seed} ${name}`);
  // mulberry32: 32 bits of state are plenty for choosing what to break.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const chance: Chance = {
    next,
    int: (least, most) => least + Math.floor(next() * (most - least + 1)),
    hit: (likelihood) => next() < likelihood,
    pick: (from) => {
      if (from.length === 0) throw new Error('there is nothing to pick from');
      return from[Math.floor(next() * from.length)] as never;
    },
    magnitude: (least, most) => Math.floor(least * (most / least) ** next()),
    fork: (part) => chanceFrom(seed, `${name}/${part}`),
  };
  return chance;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
