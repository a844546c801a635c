import { describe, expect, it } from 'vitest';
import { stamp } from './time.ts';

describe('a time stamp of Slack', () => {
  it('is read without rounding', () => {
    expect(stamp('1700000000.000100')).toEqual({
      ts: '1700000000.000100',
      micros: 1_700_000_000_000_100,
      ms: 1_700_000_000_000,
    });
    // Math.round(Number('1355517523.999999') * 1000) is the next second.
    expect(stamp('1355517523.999999')?.ms).toBe(1_355_517_523_999);
    expect(stamp('1700000000')?.ms).toBe(1_700_000_000_000);
    expect(stamp('1700000000.5')?.ms).toBe(1_700_000_000_500);
  });

  it.each(['', '0', '-1', '1e9', 'now', '99999999999.0', '1700000000.0000001', 1_700_000_000, null])(
    'is not %j',
    (ts) => expect(stamp(ts)).toBeUndefined(),
  );
});
