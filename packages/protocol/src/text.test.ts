import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { isEmoji, normalText, textFault, utf8Bytes } from './text.ts';

/** Any string at all, lone surrogates too. */
const anyUnits = fc
  .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat(0x7f)), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));
const anyText = fc.oneof(
  anyUnits,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
);

describe('utf8Bytes', () => {
  it('counts what the platform counts, for any string', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('textFault', () => {
  /** The rule as it is written, in the order of its words. */
  const isText = (text: string): boolean =>
    text.isWellFormed() &&
    [...text].every((char) => {
      const point = char.codePointAt(0) as number;
      return char === '\n' || char === '\t' || (point >= 0x20 && (point < 0x7f || point > 0x9f));
    }) &&
    Buffer.byteLength(text.normalize('NFC')) <= 12 * 1024;

  it('takes well-formed text of up to 12 KiB without control characters, and nothing else', () => {
    // Units that NFC makes shorter, longer, or leaves, in runs around the limit.
    const unit = fc.constantFrom(
      'a',
      '"',
      '\n',
      'é',
      'e\u0301',
      'u\u0308\u0304',
      '€',
      '\ud834\udd60',
      '👍',
      '\u0000',
      '\ud800',
    );
    const long = fc.record({ unit, times: fc.integer({ min: 1, max: 12_400 }), end: anyText });
    const short = fc.record({ unit: fc.constant(''), times: fc.constant(0), end: anyText });
    fc.assert(
      fc.property(fc.oneof(short, long), ({ unit, times, end }) => {
        const text = unit.repeat(times) + end;
        expect(textFault(text) === undefined).toBe(isText(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['ASCII', 'a', 12_288],
    ['two bytes', 'é', 6_144],
    ['three bytes', '€', 4_096],
    ['four bytes', '👍', 3_072],
    ['two units that compose to two bytes', 'e\u0301', 6_144],
    ['three units that compose to two bytes', 'u\u0308\u0304', 6_144],
    ['a code point that decomposes to twelve bytes', '\ud834\udd60', 1_024],
  ])('takes just 12 KiB of %s', (_, unit, most) => {
    expect(textFault(unit.repeat(most))).toBeUndefined();
    expect(textFault(unit.repeat(most + 1))).toMatch(/at most 12288/);
  });

  it.each(['\u0000', '\u0007', '\u000b', '\r', '\u001b', '\u001f', '\u007f', '\u0085', '\u009f'])(
    'refuses the control character %j, alone and among others',
    (control) => {
      expect(textFault(control)).toMatch(/control character/);
      expect(textFault(`é ${control}`)).toMatch(/control character/);
    },
  );

  it.each(['\ud800', '\udfff', 'a\ud83d', '\udc4d\ud83d'])('refuses the lone surrogate in %j', (text) => {
    expect(textFault(text)).toMatch(/well-formed/);
  });

  it('says how many bytes there are and how many are taken', () => {
    expect(textFault('€'.repeat(5_000))).toContain('15000');
    expect(textFault('a'.repeat(99_999))).toContain('99999');
  });
});

describe('normalText', () => {
  it('is NFC, and stays as it is when done again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const normal = normalText(text);
        expect(normal).toBe(text.normalize('NFC'));
        expect(normalText(normal)).toBe(normal);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a text that was taken is still one in its normal form', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(textFault(text) === undefined);
        expect(textFault(normalText(text))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('escaped as JSON no text is more than twice as long, so that the longest fits a frame', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\t', '\u2028', 'é', 'a') }), (text) => {
        expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(2 * utf8Bytes(text) + 2);
      }),
    );
    expect(2 * limits.textBytes + 2).toBeLessThan(limits.frameBytes);
  });
});

describe('isEmoji', () => {
  it.each(['👍', '👍🏽', '❤️', '❤', '☎', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪', '1️⃣', '©️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'])('%s is one', (emoji) => {
    expect(isEmoji(emoji)).toBe(true);
  });

  it.each([
    '',
    'a',
    '1',
    '#',
    ' 👍',
    '👍 ',
    '👍👍',
    '🇩',
    '\u200d',
    '\ufe0f',
    '👍\u200d',
    '\ud83d',
    '<b>',
    '👍'.repeat(32),
  ])('%j is none', (text) => {
    expect(isEmoji(text)).toBe(false);
  });

  it('whatever is one fits the limit, is well-formed, and is the same in NFC', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('👍', '🏽', '\u200d', '\ufe0f', '❤', '🇩', '🇪', '1', '\u20e3') }),
        (text) => {
          if (!isEmoji(text)) return;
          expect(text.length).toBeLessThanOrEqual(limits.emojiChars);
          expect(text.isWellFormed()).toBe(true);
          expect(text.normalize('NFC')).toBe(text);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
