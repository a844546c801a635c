import { safe } from './safe.ts';
import type { Line, Style } from './span.ts';

export type Paint = (line: Line) => string;

/** Select Graphic Rendition (ECMA-48, 8.3.117). The sixteen named colours follow the reader's theme, dark or light. */
const looks: Record<Exclude<Style, `person${number}`>, string> = {
  dim: '2',
  bold: '1',
  match: '7',
  mention: '1',
  good: '32',
  warn: '33',
  error: '31',
  read: '36',
};

/** Of 256: mid-tones that can be read on black and on white. */
const people = [32, 166, 133, 64, 168, 37, 99, 136, 68, 35];
const peopleOf16 = [34, 35, 36, 32, 33, 31];

/** Colours there are for people. */
export const peopleColours = people.length;

/**
 * The last step before the terminal: here, at the latest, text loses what could steer it.
 * `bits` of colour as the terminal has them: 1 is none, 4 sixteen, 8 and up 256.
 */
export function painter(bits: number): Paint {
  if (bits <= 1) return (line) => line.map(({ text }) => safe(text)).join('');
  const code = (style: Style): string => {
    if (!style.startsWith('person')) return looks[style as keyof typeof looks];
    const nth = Number(style.slice('person'.length));
    return bits >= 8 ? `1;38;5;${people[nth % people.length]}` : `1;${peopleOf16[nth % peopleOf16.length]}`;
  };
  return (line) =>
    line.map(({ text, style }) => (style ? `\x1b[${code(style)}m${safe(text)}\x1b[0m` : safe(text))).join('');
}
