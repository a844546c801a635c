import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText, span } from '../text/span.ts';
import { widthOf } from '../text/width.ts';
import { Editor } from './editor.ts';
import { inputRows } from './rows.ts';

function rowsOf(text: string, { left = 0, width = 12, most = 9 } = {}) {
  const editor = new Editor();
  editor.set(text);
  for (let i = 0; i < left; i++) editor.left();
  const { rows, cursorRow, before } = inputRows(editor, [span('> ')], width, most);
  return { rows: rows.map(plainText), cursorRow, before: plainText(before) };
}

test('the text goes on below itself, beside the prompt', () => {
  expect(rowsOf('0123456789abc')).toEqual({ rows: ['> 0123456789', '  abc'], cursorRow: 1, before: '  abc' });
});

test('the cursor stands before what it is on, at the start of a row too', () => {
  expect(rowsOf('0123456789abc', { left: 3 })).toMatchObject({ cursorRow: 1, before: '  ' });
  expect(rowsOf('ab\ncd', { left: 3 })).toMatchObject({ cursorRow: 0, before: '> ab' });
  expect(rowsOf('')).toEqual({ rows: ['> '], cursorRow: 0, before: '> ' });
});

test('of a long text the rows around the cursor are shown', () => {
  const text = 'a\nb\nc\nd\ne';
  expect(rowsOf(text, { most: 3 })).toEqual({ rows: ['⋮ c', '  d', '  e'], cursorRow: 2, before: '  e' });
  expect(rowsOf(text, { most: 3, left: 9 })).toEqual({
    rows: ['> a', '  b', '  c'],
    cursorRow: 0,
    before: '> ',
  });
});

test('whatever is typed, no row is too wide and the cursor stands within its row', () => {
  const text = fc.stringMatching(/^[a-z日👍é\n]{0,60}$/u, { size: 'max' });
  fc.assert(
    fc.property(
      text,
      fc.nat(60),
      fc.integer({ min: 8, max: 30 }),
      fc.integer({ min: 1, max: 6 }),
      (...given) => {
        const [typed, left, width, most] = given;
        const { rows, cursorRow, before } = rowsOf(typed, { left, width, most });
        expect(rows.length).toBeLessThanOrEqual(most);
        for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(width);
        expect(rows[cursorRow]?.startsWith(before)).toBe(true);
      },
    ),
  );
});
