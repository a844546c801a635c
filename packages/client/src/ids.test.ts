import { limits } from '@stackbox/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientIds } from './ids.ts';

test('ids ascend, whatever the clock does, and are UUIDs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 200 }),
      (steps) => {
        let now = 1_790_000_000_000;
        const next = clientIds({ now: () => now });
        const ids = steps.map((step) => {
          now += step;
          return next();
        });
        expect(ids).toEqual([...new Set(ids)].sort());
        for (const id of ids)
          expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      },
    ),
  );
});

test('ten thousand in one millisecond ascend too', () => {
  const next = clientIds({ now: () => 5 });
  const ids = Array.from({ length: 10_000 }, next);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids[0]?.length).toBeLessThanOrEqual(limits.clientIdChars);
});
