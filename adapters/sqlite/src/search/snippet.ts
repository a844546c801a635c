import type { Finder } from './finder.ts';
import { fold } from './scripts.ts';

/** Where a match stands, in UTF-16 units. */
export interface Mark {
  readonly from: number;
  readonly to: number;
}

const snippetChars = 160;
const before = 50;
const opening = '\uE000';
const closing = '\uE001';

/** About 160 characters of `text` around its first mark, on one line, with the marks that lie within. */
export function snippetOf(text: string, marks: readonly Mark[]): string {
  const [first] = marks;
  let start =
    first === undefined || first.to <= snippetChars ? 0 : wordStart(text, first.from - before, first.from);
  if (text.length - start < snippetChars)
    start = Math.max(0, Math.min(start, wordStart(text, text.length - snippetChars, start)));
  const end = text.length - start <= snippetChars ? text.length : wordEnd(text, start + snippetChars);
  let snippet = start > 0 ? '…' : '';
  let at = start;
  for (const { from, to } of marks) {
    if (from < at || to > end) continue;
    snippet += `${text.slice(at, from)}${opening}${text.slice(from, to)}${closing}`;
    at = to;
  }
  snippet += text.slice(at, end) + (end < text.length ? '…' : '');
  return snippet.replace(/\s+/g, ' ').trim().toWellFormed();
}

/** A place near `at`, not past `limit`, where a word begins; `at` itself where words are not set apart. */
function wordStart(text: string, at: number, limit: number): number {
  if (at <= 0) return 0;
  const blank = text.slice(at, Math.min(at + 20, limit)).search(/\s/);
  if (blank !== -1) return at + blank + 1;
  return isLowSurrogate(text, at) ? at - 1 : at;
}

function wordEnd(text: string, at: number): number {
  const back = text.slice(at - 20, at + 1).search(/\s\S*$/);
  if (back > 0) return at - 20 + back;
  return isLowSurrogate(text, at) ? at + 1 : at;
}

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/** Marks as FTS5's `highlight` sets them into a text that has none of its own. */
export function marksIn(highlighted: string): Mark[] {
  const marks: Mark[] = [];
  const pieces = highlighted.split(opening);
  let at = pieces[0]?.length ?? 0;
  for (const piece of pieces.slice(1)) {
    const length = piece.indexOf(closing);
    marks.push({ from: at, to: at + length });
    at += piece.length - 1;
  }
  return marks;
}

/** What `finders` find in the folded text, as places in the text. Overlapping ones are one. */
export function marksBy(finders: readonly Finder[], text: string): Mark[] {
  const { folded, from, to } = foldInPlace(text);
  const found = finders
    .flatMap((finder) => finder.places(folded))
    .map((place) => ({ from: from[place.from] as number, to: to[place.to - 1] as number }))
    .sort((a, b) => a.from - b.from);
  const marks: { from: number; to: number }[] = [];
  for (const mark of found) {
    const last = marks.at(-1);
    if (last !== undefined && mark.from < last.to) last.to = Math.max(last.to, mark.to);
    else marks.push({ ...mark });
  }
  return marks;
}

/** A text folded character by character, and where each unit of it came from. */
function foldInPlace(text: string): { folded: string; from: number[]; to: number[] } {
  let folded = '';
  const from: number[] = [];
  const to: number[] = [];
  // A half-width sound mark belongs to the kana before it, though Unicode calls it a letter.
  for (const match of text.matchAll(/\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/gu)) {
    const piece = fold(match[0]);
    folded += piece;
    for (let i = 0; i < piece.length; i++) {
      from.push(match.index);
      to.push(match.index + match[0].length);
    }
  }
  return { folded, from, to };
}
