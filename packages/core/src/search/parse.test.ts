import { Refusal } from '@stackbox/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse.ts';

const refusalOf = (line: string): Refusal => {
  try {
    parseQuery(line);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`${line} was understood`);
};

describe('parseQuery', () => {
  it('takes words, the last of which may be a beginning', () => {
    expect(parseQuery('  annual  report ').terms).toEqual([
      { text: 'annual', as: 'word' },
      { text: 'report', as: 'beginning' },
    ]);
    expect(parseQuery('repo* annual').terms).toEqual([
      { text: 'repo', as: 'beginning' },
      { text: 'annual', as: 'beginning' },
    ]);
  });

  it('takes phrases in straight quotes, and in those that phones make', () => {
    for (const line of [
      '"annual report"',
      '“annual report”',
      '„annual report“',
      '«annual report»',
      '"annual report',
    ]) {
      expect(parseQuery(line).terms).toEqual([{ text: 'annual report', as: 'phrase' }]);
    }
    expect(parseQuery('say "hello').terms).toEqual([
      { text: 'say', as: 'word' },
      { text: 'hello', as: 'phrase' },
    ]);
  });

  it('leaves out what stands behind a minus, and nothing else', () => {
    expect(parseQuery('tea -milk -"brown sugar"')).toEqual({
      terms: [{ text: 'tea', as: 'word' }],
      without: [
        { text: 'milk', as: 'word' },
        { text: 'brown sugar', as: 'phrase' },
      ],
    });
    expect(parseQuery('well-known').terms).toEqual([{ text: 'well-known', as: 'beginning' }]);
    expect(refusalOf('-from:ana').message).toContain('-from:');
  });

  it('takes operators, in any case and with the colon of an East Asian keyboard', () => {
    expect(parseQuery('from:@ana FROM："Ben Li" in:#sales in:"Acme Ltd" has:file has:links')).toEqual({
      terms: [],
      without: [],
      from: ['ana', 'Ben Li'],
      in: ['sales', 'Acme Ltd'],
      hasFile: true,
      hasLink: true,
    });
  });

  it('takes days as UTC: before one, after one, on one', () => {
    const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
    expect(parseQuery('before:2026-03-01')).toMatchObject({ until: day('2026-03-01') });
    expect(parseQuery('after:2026-02-28')).toMatchObject({ since: day('2026-03-01') });
    expect(parseQuery('on:2024-02-29')).toMatchObject({ since: day('2024-02-29'), until: day('2024-03-01') });
    expect(parseQuery('after:2026-01-01 before:2026-02-01 before:2026-03-01')).toMatchObject({
      since: day('2026-01-02'),
      until: day('2026-02-01'),
    });
  });

  it('refuses what it does not understand, naming it and the mend', () => {
    const cases: [string, string, string][] = [
      ['form:ana', 'form:', '"form:ana"'],
      ['has:cheese', 'has:cheese', 'has:file'],
      ['before:2026-02-30', 'before:2026-02-30', '2026-01-31'],
      ['on:yesterday', 'on:yesterday', '2026-01-31'],
      ['from: ana', 'from:', 'without a space'],
      ['', 'what to look for', 'from:'],
      ['""', 'what to look for', 'from:'],
      ['x'.repeat(501), '500', '501'],
      ['a '.repeat(21), '20', '21'],
      ['in:a in:b in:c in:d in:e in:f', 'in:', '5'],
    ];
    for (const [line, thing, mend] of cases) {
      const { code, message } = refusalOf(line);
      expect(code).toBe('bad_request');
      expect(message).toContain(thing);
      expect(message).toContain(mend);
    }
  });

  it('takes colons that are no operators as text', () => {
    for (const text of ['https://a.example/x', '10:30', ':smile:', 'note:']) {
      expect(parseQuery(text).terms).toEqual([{ text, as: 'beginning' }]);
    }
  });

  it('answers every line with a query or a refusal', () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        '"',
        '“',
        '-',
        '*',
        ':',
        'from:',
        'in：',
        'before:',
        '\0',
        '\ud800',
        ' ',
        'NEAR(',
        '^',
        '合',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          const { terms, without } = parseQuery(parts.join(''));
          for (const { text } of [...terms, ...without]) {
            expect(text.trim()).not.toBe('');
            expect(text).not.toContain('\0');
            expect(text.isWellFormed()).toBe(true);
          }
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }),
    );
  });
});
