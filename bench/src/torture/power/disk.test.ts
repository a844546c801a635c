import { describe, expect, it } from 'vitest';
import { chanceFrom } from '../chance.ts';
import { afterPowerCut } from './disk.ts';
import type { FileOp } from './trace.ts';

const at = { path: 'f', begunAt: 0, endedAt: 0 };
const write = (begunAt: number, offset: number, text: string): FileOp => ({
  ...at,
  begunAt,
  endedAt: begunAt,
  op: 'write',
  offset,
  bytes: Buffer.from(text),
});
const sync = (begunAt: number, endedAt: number): FileOp => ({ ...at, begunAt, endedAt, op: 'sync' });
const truncate = (begunAt: number, size: number): FileOp => ({
  ...at,
  begunAt,
  endedAt: begunAt,
  op: 'truncate',
  size,
});

/** Everything that may be left, over many throws of the dice. */
function outcomes(ops: FileOp[], cut: number, before = ''): Set<string> {
  const throws = Array.from({ length: 100 }, (_, i) =>
    afterPowerCut(Buffer.from(before), ops, cut, chanceFrom(i)),
  );
  return new Set(throws.map((bytes) => bytes.toString()));
}

describe('a power cut', () => {
  it('leaves what was synced', () => {
    expect(outcomes([write(1, 0, 'ab'), write(2, 2, 'cd'), sync(3, 4)], 5)).toEqual(new Set(['abcd']));
  });

  it('takes what was not, or leaves it', () => {
    expect(outcomes([write(1, 0, 'ab')], 5, '--')).toEqual(new Set(['--', 'ab']));
  });

  it('trusts a sync only once it has ended', () => {
    expect(outcomes([write(1, 0, 'ab'), sync(3, 6)], 5, '--')).toEqual(new Set(['--', 'ab']));
  });

  it('knows nothing of what came after it', () => {
    expect(outcomes([write(1, 0, 'ab'), sync(2, 3), write(7, 0, 'zz')], 5)).toEqual(new Set(['ab']));
  });

  it('keeps no order among what was not synced, and tears writes at sectors', () => {
    const long = `${'a'.repeat(512)}${'b'.repeat(512)}`;
    const left = outcomes([write(1, 0, long)], 5, '-'.repeat(1024));
    expect(left.size).toBe(4);
    expect(outcomes([write(1, 0, 'a'), write(2, 1, 'b')], 5, '--')).toContain('-b');
  });

  it('forgets a truncation that was not synced, or not', () => {
    expect(outcomes([truncate(1, 1)], 5, 'abc')).toEqual(new Set(['abc', 'a']));
    expect(outcomes([truncate(1, 1), truncate(2, 3), sync(3, 4)], 5, 'abc')).toEqual(new Set(['a\0\0']));
  });
});
