const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What people take for one character. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Marks that stand on the character before them, joiners, variation selectors, direction marks. */
const zero = /^(?:[\p{Mn}\p{Me}]|[\u200c-\u200f\u061c]|[\ufe00-\ufe0e]|[\u{e0020}-\u{e007f}])$/u;

/** East Asian Wide and Fullwidth (https://www.unicode.org/reports/tr11/), and everything that is drawn as an emoji. */
const wide =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
const flagHalf = /^[\u{1f1e6}-\u{1f1ff}]$/u;
const emojiSelector = '\ufe0f';
const plainAscii = /^[\u0020-\u007e]*$/;

/**
 * Cells that a terminal may take for `text`, at most: terminals differ on emoji made of several parts, and a row that
 * is counted too long only wraps early, while one counted too short would garble what lies below it.
 */
export function widthOf(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let cells = 0;
  let last = 0;
  for (const character of text) {
    const own = character === emojiSelector ? 2 - last : cellsOf(character);
    if (own > 0) last = own;
    cells += own;
  }
  return cells;
}

function cellsOf(character: string): number {
  if (zero.test(character)) return 0;
  return wide.test(character) && !flagHalf.test(character) ? 2 : 1;
}

/** The beginning of `text` that fits into `cells`, with `…` if something had to go. */
export function shortened(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let kept = '';
  for (const grapheme of graphemes(text)) {
    if (widthOf(kept + grapheme) > cells - 1) break;
    kept += grapheme;
  }
  return `${kept.trimEnd()}…`;
}

export function padded(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - widthOf(text)));
}
