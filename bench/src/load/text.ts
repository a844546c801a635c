/** Mulberry32: the same seed gives the same numbers in [0, 1). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const onsets = [
  'b',
  'br',
  'c',
  'ch',
  'cl',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'w',
];
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo'];
const endings = ['', 'n', 'r', 's', 't', 'ck', 'ld', 'nd', 'ng', 'st'];

/** Texts of about 100 bytes from 20,000 words, the common ones far more often, as in English (Zipf). */
export function texts(count: number, seed: number): string[] {
  const next = chance(seed);
  const pick = (from: string[]) => from[Math.floor(next() * from.length)] ?? '';
  const syllable = () => pick(onsets) + pick(vowels) + pick(endings);
  const words = Array.from({ length: 20_000 }, (_, rank) => {
    let word = syllable();
    for (let more = Math.log10(rank + 1) * next(); more > 1; more--) word += syllable();
    return word;
  });
  return Array.from({ length: count }, () => {
    let text = words[zipf(next())] ?? '';
    while (text.length < 96) text += ` ${words[zipf(next())]}`;
    return text;
  });

  /** A rank whose odds fall as 1 / rank. */
  function zipf(share: number): number {
    return Math.floor(words.length ** share) - 1;
  }
}
