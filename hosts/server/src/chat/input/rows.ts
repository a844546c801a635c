import { safe } from '../text/safe.ts';
import { type Line, span } from '../text/span.ts';
import { graphemes, widthOf } from '../text/width.ts';
import type { Editor } from './editor.ts';

export interface InputRows {
  readonly rows: readonly Line[];
  /** Which of the rows has the cursor, and what stands before it there. */
  readonly cursorRow: number;
  readonly before: Line;
}

/** The text being typed after its prompt, as it fits: at most `mostRows` rows, those around the cursor. */
export function inputRows(editor: Editor, prompt: Line, width: number, mostRows: number): InputRows {
  const indent = prompt.reduce((sum, { text }) => sum + widthOf(text), 0);
  const room = Math.max(4, width - indent);
  const all = [''];
  let used = 0;
  let cursorRow = 0;
  let before = '';
  let index = 0;
  const note = () => {
    cursorRow = all.length - 1;
    before = all.at(-1) ?? '';
  };
  for (const grapheme of graphemes(editor.text)) {
    if (index === editor.at) note();
    index += grapheme.length;
    if (grapheme === '\n') {
      all.push('');
      used = 0;
      continue;
    }
    const shown = safe(grapheme);
    const cells = widthOf(shown);
    if (used + cells > room) {
      all.push('');
      used = 0;
      if (index - grapheme.length === editor.at) note();
    }
    all[all.length - 1] += shown;
    used += cells;
  }
  if (index === editor.at) note();
  const top = Math.max(0, Math.min(cursorRow - mostRows + 1, all.length - mostRows));
  const cut = (row: number) => (row === top && top > 0 ? '⋮' : row === 0 ? undefined : ' ');
  const begin = (row: number): Line => {
    const mark = cut(row);
    return mark === undefined ? prompt : [span(mark.padEnd(indent), 'dim')];
  };
  const rows = all.slice(top, top + mostRows).map((text, i) => [...begin(top + i), span(text)]);
  return { rows, cursorRow: cursorRow - top, before: [...begin(cursorRow), span(before)] };
}
