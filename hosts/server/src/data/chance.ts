import type { Ids } from '@stackbox/core';

/** A stream of numbers in [0, 1) that a seed decides (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ids that a seed decides: for data that can be made again, never for data that must not be guessed. */
export function idsFrom(chance: () => number): Ids {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  return {
    fresh: (prefix) =>
      `${prefix}_${Array.from({ length: 20 }, () => alphabet[Math.floor(chance() * alphabet.length)]).join('')}`,
  };
}

/** Common words first, so that picking by a power law gives text whose words are as unevenly common as a language's. */
const words =
  `the to of and a in is for on that with your we it be this are have from will you as by at can or our not please if
  all has was an contract invoice meeting client review draft today tomorrow monday friday file signed payment project
  update schedule question answer thanks attached version change office call email address project deadline budget
  estimate proposal kitchen roof permit inspection hearing court filing motion settlement witness evidence deposition
  logo campaign brand layout copy print launch website domain photo video banner font colour supplier delivery order
  warranty repair plumber electrician tiles paint window door garden fence concrete timber insulation drawing survey
  lease tenant landlord deposit mortgage notary appraisal tax receipt refund balance statement ledger audit payroll
  insurance claim policy premium passport visa translation certificate appendix clause signature stamp envelope courier
  zebra quixotic marmalade obelisk saxophone wolverine`
    .split(/\s+/)
    .filter((word) => word !== '');

/** A sentence of about `length` characters. */
export function sentence(chance: () => number, length: number): string {
  let text = '';
  while (text.length < length) {
    const word = words[Math.floor(words.length * chance() ** 3)] as string;
    text += text === '' ? word : ` ${word}`;
  }
  return text;
}
