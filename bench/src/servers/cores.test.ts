import { expect, test } from 'vitest';
import { listed, pinned } from './cores.ts';

test("the kernel's CPU lists are read", () => {
  expect(listed('0-2,5\n')).toEqual([0, 1, 2, 5]);
  expect(listed('0\n')).toEqual([0]);
  expect(listed('')).toEqual([]);
});

test('CPU 0 is a CPU to pin to; none is none', () => {
  expect(pinned(0, ['node'])).toEqual(['taskset', '-c', '0', 'node']);
  expect(pinned(undefined, ['node'])).toEqual(['node']);
});
