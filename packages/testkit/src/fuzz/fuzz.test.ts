import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('hostile frames', () => {
  it('20,000 of them, straight into a gateway: each is answered with ok or a code of the table', async () => {
    // Another seed each time; a failure says which.
    const seed = Math.floor(Math.random() * 2 ** 32);
    const { outcomes, heapBefore, heapAfter } = await fuzz({ frames: 20_000, seed });
    expect(heapAfter - heapBefore, `seed ${seed}`).toBeLessThan(8 * 1024 * 1024);
    const codes = [
      'ok',
      'bad_request',
      'unknown_action',
      'not_found',
      'message_too_large',
      'closed with bad_request',
    ];
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(codes));
  });

  it('the same seed sends the same frames', async () => {
    const [one, two] = [await fuzz({ frames: 500, seed: 7 }), await fuzz({ frames: 500, seed: 7 })];
    expect(one.outcomes).toEqual(two.outcomes);
  });
});
