import { fold, runsIn } from './scripts.ts';

/**
 * Text for the trigram tokenizer, which on its own finds nothing shorter than three characters, while most Chinese words
 * have two. So each syllable is set apart, `合同` as ` 合 同 `: then `合 同` is one trigram for the pair, and ` 合 ` one for
 * the single character. Sounds, of which two say little, are given once more as they stand.
 */
export function spell(text: string): { spelled: string; sounds: string } {
  let spelled = ' ';
  let sounds = ' ';
  for (const { text: run, kind, apart } of runsIn(fold(text))) {
    // Two blanks between what does not adjoin: no pair reaches over a comma.
    if (apart) spelled += ' ';
    spelled += kind === 'word' ? `${run} ` : `${[...run].join(' ')} `;
    if (kind === 'sounds') sounds += `${run} `;
  }
  return { spelled, sounds };
}

/** More than these narrow nothing down any further. */
const mostTrigrams = 40;

/** Trigrams that every text with `term` in it has. Others may have them too: whoever reads the text decides. */
export function trigramsOf(term: string, whole: boolean): string[] {
  const trigrams = new Set<string>();
  for (const { text, kind } of runsIn(fold(term))) {
    const characters = [...text];
    const few = characters.length < 3;
    // The beginning of a word by one letter is no trigram: that is left to who reads.
    if (kind === 'word') each(trigrams, ` ${text}${whole ? ' ' : ''}`);
    else if (characters.length === 1) trigrams.add(` ${text} `);
    else if (kind === 'sounds' && !few) each(trigrams, text);
    else for (let i = 1; i < characters.length; i++) trigrams.add(`${characters[i - 1]} ${characters[i]}`);
  }
  return [...trigrams].slice(0, mostTrigrams);
}

function each(trigrams: Set<string>, text: string): void {
  const characters = [...text];
  for (let i = 2; i < characters.length; i++) trigrams.add(characters.slice(i - 2, i + 1).join(''));
}
