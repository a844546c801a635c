/**
 * Scripts that write words without spaces between them. In the first group a character is a syllable or a word, and two
 * of them say much; in the second a character is a sound, and it takes three.
 */
const syllables =
  '[[\\p{scx=Hani}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Bopo}]&&[\\p{L}\\p{N}\\p{M}]]';
const sounds = '[[\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]&&[\\p{L}\\p{N}\\p{M}]]';
const unspaced = `[${syllables}${sounds}]`;
const letter = '[\\p{L}\\p{N}\\p{M}]';
const spacedLetter = `[${letter}--${unspaced}]`;

const anyUnspaced = new RegExp(unspaced, 'v');
const anyLetter = new RegExp(letter, 'v');
const anySpaced = new RegExp(spacedLetter, 'v');
const noLetters = new RegExp(`[^${letter}]*`, 'vy');
// Marks of ours stand in the private use area (scope.ts, marks.ts); variation selectors belong to the emoji before them.
const notForWords = new RegExp(`[${unspaced}\\uE000-\\uF8FF\\uFE00-\\uFE0F]+`, 'gv');
const runs = new RegExp(`(?<syllables>${syllables}+)|(?<sounds>${sounds}+)|${spacedLetter}+`, 'gv');
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ascii = /^[\x00-\x7f]*$/;

export const hasUnspaced = (text: string): boolean => !ascii.test(text) && anyUnspaced.test(text);
export const hasLetter = (text: string): boolean => anyLetter.test(text);
export const hasSpacedLetter = (text: string): boolean => anySpaced.test(text);

/** Where the next letter is, from `at` on; the text's length if there is none. */
export function nextLetter(text: string, at: number): number {
  noLetters.lastIndex = at;
  return at + (noLetters.exec(text)?.[0].length ?? 0);
}

/** The words of scripts with spaces, at their places; what else there is, is blank. As long as `text`. */
export function spacedOnly(text: string): string {
  return ascii.test(text) ? text : text.replace(notForWords, (found) => ' '.repeat(found.length));
}

/** The form in which scripts without spaces are compared: one case, one width (NFKC), no accents. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (ascii.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll('ς', 'σ');
}

export interface Run {
  readonly text: string;
  readonly kind: 'syllables' | 'sounds' | 'word';
  /** Something that is no letter stands before it. */
  readonly apart: boolean;
}

/** The runs of letters in a folded text, each of one kind of script. */
export function* runsIn(folded: string): Generator<Run> {
  let end = -1;
  for (const match of folded.matchAll(runs)) {
    const [text] = match;
    const kind = match.groups?.syllables ? 'syllables' : match.groups?.sounds ? 'sounds' : 'word';
    yield { text, kind, apart: match.index !== end };
    end = match.index + text.length;
  }
}
