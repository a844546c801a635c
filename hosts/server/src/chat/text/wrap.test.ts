import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText, span } from './span.ts';
import { shortened, widthOf } from './width.ts';
import { wrap } from './wrap.ts';

const wrapped = (text: string, width: number) => wrap([span(text)], width).map(plainText);

test.for([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['ﾊﾝｶｸ', 4],
  ['한글', 4],
  ['👍', 2],
  ['❤', 1],
  ['❤️', 2],
  ['🇩🇪', 2],
  ['…✓›', 3],
] as const)('%s takes %i cells', ([text, cells]) => {
  expect(widthOf(text)).toBe(cells);
});

test('an emoji of several parts counts as what a terminal takes that knows none of it', () => {
  expect(widthOf('👩‍👧')).toBe(4);
});

test('breaks at spaces, and keeps none at a break', () => {
  expect(wrapped('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
});

test('keeps lines, empty ones, and their indentation', () => {
  expect(wrapped('if (a)\n    b();\n\nend', 20)).toEqual(['if (a)', '    b();', '', 'end']);
});

test('a long word is broken where it must be, wide characters between any two', () => {
  expect(wrapped('see https://example.com/a-long-path', 12)).toEqual([
    'see',
    'https://exam',
    'ple.com/a-lo',
    'ng-path',
  ]);
  expect(wrapped('日本語日本語', 5)).toEqual(['日本', '語日', '本語']);
});

test('styles go along', () => {
  expect(wrap([span('one '), span('two three', 'bold')], 7)).toEqual([
    [span('one '), span('two', 'bold')],
    [span('three', 'bold')],
  ]);
});

test('no row is too wide, and nothing but spaces is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 40 }), (text, width) => {
      const rows = wrapped(text, width);
      for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(width);
      expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', '').replaceAll('\n', ''));
    }),
  );
});

test('what is too long is cut with an ellipsis', () => {
  expect(shortened('Bartholomew', 6)).toBe('Barth…');
  expect(shortened('日本語', 4)).toBe('日…');
  expect(shortened('Ben', 3)).toBe('Ben');
});
