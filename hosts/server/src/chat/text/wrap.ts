import { type Line, type Span, type Style, span } from './span.ts';
import { graphemes, widthOf } from './width.ts';

/** Breaks a paragraph into rows of at most `width` cells: at spaces, between wide characters, and where nothing else helps. */
export function wrap(paragraph: Line, width: number): Line[] {
  const rows = new Rows(Math.max(width, 2));
  for (const { text, style } of paragraph) {
    for (const part of text.match(/\n| +|[^ \n]+/g) ?? []) {
      if (part === '\n') rows.end();
      else if (part.startsWith(' ')) rows.space(part, style);
      else for (const chunk of chunks(part)) rows.word(chunk, style);
    }
  }
  return rows.done();
}

/** As `wrap`, and every row but the first starts with `indent` spaces. The first row has that much less room too. */
export function hang(first: Line, indent: number, paragraph: Line, width: number): Line[] {
  const rows = wrap(paragraph, width - indent);
  return rows.map((row, i) => (i === 0 ? [...first, ...row] : [span(' '.repeat(indent)), ...row]));
}

class Rows {
  readonly #width: number;
  readonly #rows: Span[][] = [[]];
  #used = 0;
  /** Spaces that are drawn only if something follows on the same row. */
  #gap: Span[] = [];
  /** Spaces at the start of a paragraph are meant; those at a break are not. */
  #fresh = true;

  constructor(width: number) {
    this.#width = width;
  }

  end(): void {
    this.#next();
    this.#fresh = true;
  }

  space(text: string, style: Style | undefined): void {
    if (this.#used > 0 || this.#fresh) this.#gap.push(span(text, style));
  }

  word(text: string, style: Style | undefined): void {
    const cells = widthOf(text);
    const gap = this.#gap.reduce((sum, { text: spaces }) => sum + spaces.length, 0);
    if (this.#used + gap + cells <= this.#width) {
      for (const spaces of this.#gap) this.#put(spaces.text, spaces.style);
      this.#gap = [];
      this.#put(text, style);
      return;
    }
    if (this.#used > 0) this.#next();
    this.#gap = [];
    if (cells <= this.#width) return this.#put(text, style);
    for (const grapheme of graphemes(text)) {
      if (this.#used + widthOf(grapheme) > this.#width && this.#used > 0) this.#next();
      this.#put(grapheme, style);
    }
  }

  done(): Line[] {
    return this.#rows;
  }

  #next(): void {
    this.#rows.push([]);
    this.#used = 0;
    this.#gap = [];
    this.#fresh = false;
  }

  #put(text: string, style: Style | undefined): void {
    const row = this.#rows.at(-1) as Span[];
    const last = row.at(-1);
    if (last !== undefined && last.style === style) row[row.length - 1] = span(last.text + text, style);
    else row.push(span(text, style));
    this.#used += widthOf(text);
    this.#fresh = false;
  }
}

/** A word, cut where it may be broken: around wide characters. */
function chunks(word: string): string[] {
  if (widthOf(word) === word.length) return [word];
  const parts: string[] = [];
  let narrow = '';
  for (const grapheme of graphemes(word)) {
    if (widthOf(grapheme) < 2) {
      narrow += grapheme;
      continue;
    }
    if (narrow !== '') parts.push(narrow);
    narrow = '';
    parts.push(grapheme);
  }
  if (narrow !== '') parts.push(narrow);
  return parts;
}
