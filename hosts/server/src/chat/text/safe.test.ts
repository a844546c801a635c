import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, safe } from './safe.ts';

test('nothing that could steer a terminal is left', () => {
  const character = fc.oneof(
    fc.integer({ max: 0xff, min: 0 }),
    fc.integer({ min: 0x2000, max: 0x206f }),
    fc.integer({ min: 0, max: 0x10ffff }),
  );
  const anything = fc.array(character).map((codes) => String.fromCodePoint(...codes));
  fc.assert(
    fc.property(anything, (text) => {
      expect(safe(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(safe(text).isWellFormed()).toBe(true);
      expect(oneLine(text)).not.toContain('\n');
    }),
  );
});

test('escape sequences are shown, not obeyed', () => {
  expect(safe('\x1b[2J\x1b]0;owned\x07')).toBe('␛[2J␛]0;owned␇');
  expect(safe('a\u009b31mb')).toBe('a<U+009B>31mb');
});

test('direction overrides are shown, right-to-left text stays', () => {
  expect(safe('invoice\u202efdp.exe')).toBe('invoice<U+202E>fdp.exe');
  expect(safe('שלום \u200fعربى')).toBe('שלום \u200fعربى');
});

test('lines stay lines in a message, and become one in a name', () => {
  expect(safe('a\nb')).toBe('a\nb');
  expect(oneLine('Ana\n10:02 Ben')).toBe('Ana 10:02 Ben');
});

test('emoji of several parts stay whole', () => {
  expect(safe('👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿')).toBe('👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿');
});
