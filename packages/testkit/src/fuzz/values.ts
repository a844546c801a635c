import type { Chance } from '../chance.ts';

/** JSON text that `JSON.stringify` would not write: numbers out of range, keys twice, broken escapes. */
class Raw {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

export type Value = Raw | string | number | boolean | null | undefined | readonly Value[] | Fields;
/** Fields in order; a name may stand twice. */
export class Fields {
  readonly list: (readonly [string, Value])[];

  constructor(list: (readonly [string, Value])[]) {
    this.list = list;
  }
}

/** Writes JSON, or what only looks like it. */
export function write(value: Value): string {
  if (value instanceof Raw) return value.json;
  if (value instanceof Fields) {
    return `{${value.list.map(([name, part]) => `${JSON.stringify(name)}:${write(part)}`).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((part: Value) => write(part)).join(',')}]`;
  return JSON.stringify(value) ?? 'null';
}

const oddNumbers = [
  '-0',
  '0',
  '1',
  '-1',
  '1.5',
  '1e308',
  '1e309',
  '-1e309',
  '1e-400',
  '9007199254740991',
  '9007199254740992',
];
const oddTokens = [
  'NaN',
  'Infinity',
  'undefined',
  '0x10',
  '01',
  '+1',
  '.5',
  '1.',
  "'a'",
  '"\\u00"',
  '"\\ud800"',
  '"\\x41"',
  '"a\nb"',
];
const oddNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'toJSON',
  '',
];
const oddTexts = [
  '',
  ' ',
  '\u0000',
  '\u0007\u001b[2J',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '\u202e\u2066',
  '\u200d',
  '\uffff',
  '👩‍👩‍👧‍👦',
  'e\u0301'.repeat(9),
  '\ud834\udd60'.repeat(9),
  "'; DROP TABLE entries; --",
  '../../etc/passwd',
  '%00%2e%2e',
  '<script>',
  '\r\nSet-Cookie: a=b',
  '<@all><@usr_000003>',
];

/** Something that no field expects. */
export function oddValue(chance: Chance, depth = 0): Value {
  switch (chance.below(depth > 3 ? 7 : 10)) {
    case 0:
      return null;
    case 1:
      return chance.oneIn(2);
    case 2:
      return new Raw(chance.oneIn(12) ? '9'.repeat(chance.below(600) + 1) : chance.pick(oddNumbers));
    case 3:
      return chance.oneIn(4) ? new Raw(chance.pick(oddTokens)) : chance.below(200) - 20;
    case 4:
    case 5:
      return oddText(chance);
    case 6:
      return chance.pick(oddNames);
    case 7:
      return Array.from({ length: chance.below(4) }, () => oddValue(chance, depth + 1));
    case 8:
      return new Fields(
        Array.from({ length: chance.below(4) }, () => [oddName(chance), oddValue(chance, depth + 1)]),
      );
    default:
      return chance.oneIn(20) ? deep(chance) : chance.pick(oddTexts);
  }
}

export function oddName(chance: Chance): string {
  return chance.oneIn(8) ? oddText(chance) : chance.pick(oddNames);
}

export function oddText(chance: Chance): string {
  if (chance.oneIn(30))
    return chance.pick(['a', '"', '\\', '€', '\ud800', '\u0001', '👍']).repeat(chance.below(14_000));
  if (chance.oneIn(4))
    return String.fromCharCode(...Array.from({ length: chance.below(24) }, () => chance.below(0x10000)));
  return chance.pick(oddTexts).repeat(chance.below(3) + 1);
}

/** Nested as deep as a frame allows. */
function deep(chance: Chance): Raw {
  const depth = chance.below(15_000) + 1;
  return chance.oneIn(2)
    ? new Raw('['.repeat(depth) + ']'.repeat(depth))
    : new Raw(`${'{"a":'.repeat(depth >> 2)}1${'}'.repeat(depth >> 2)}`);
}
