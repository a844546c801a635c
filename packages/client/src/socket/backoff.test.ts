import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('full jitter: anywhere from nothing to the ceiling, which doubles up to 30 s; what the server asked for comes first', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      fc.nat(60_000),
      (failures, chance, after) => {
        const ceiling = Math.min(30_000, 500 * 2 ** Math.min(failures, 20));
        expect(backoff(failures, () => chance, after)).toBeCloseTo(after + chance * ceiling);
      },
    ),
  );
});
