import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Finder } from './finder.ts';
import { marksBy, marksIn, snippetOf } from './snippet.ts';

const shown = (snippet: string) => snippet.replaceAll('\uE000', '[').replaceAll('\uE001', ']');

describe('snippetOf', () => {
  it('gives a short text whole, on one line', () => {
    expect(shown(snippetOf('one\n two', [{ from: 5, to: 8 }]))).toBe('one [two]');
    expect(snippetOf('nothing marked', [])).toBe('nothing marked');
  });

  it('cuts a long one around the first mark, between words', () => {
    const text = `${'before '.repeat(60)}here${' behind'.repeat(60)}`;
    const snippet = shown(snippetOf(text, [{ from: 420, to: 424 }]));
    expect(snippet).toMatch(/^…(before )+\[here\]( behind)+…$/);
  });

  it('is never much longer, tears no character apart, and marks what was asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        fc.nat(),
        fc.nat(40),
        (text, a, length) => {
          const from = text.length === 0 ? 0 : a % text.length;
          const mark = { from, to: Math.min(text.length, from + length) };
          const snippet = snippetOf(text, [mark]);
          expect(snippet.length).toBeLessThanOrEqual(260);
          expect(snippet).toContain('\uE000');
          expect(snippet.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});

describe('marks', () => {
  it('are read from where FTS5 set them', () => {
    expect(marksIn('a \uE000b\uE001 c \uE000de\uE001')).toEqual([
      { from: 2, to: 3 },
      { from: 6, to: 8 },
    ]);
    expect(marksIn('none')).toEqual([]);
  });

  it('stand in the text as it was written, however it is folded', () => {
    const mark = (text: string, ...terms: string[]) =>
      marksBy(
        terms.map((term) => new Finder(term, false)),
        text,
      ).map(({ from, to }) => text.slice(from, to));
    expect(mark('ﾃﾞｰﾀの合同', 'データ', '合同')).toEqual(['ﾃﾞｰﾀ', '合同']);
    expect(mark('Ｃａｆé合同', 'cafe')).toEqual(['Ｃａｆé']);
    expect(mark('合同合同', '合同', '同合')).toEqual(['合同合同']);
    expect(mark('ﬁx合', 'fix')).toEqual(['ﬁx']);
  });
});
