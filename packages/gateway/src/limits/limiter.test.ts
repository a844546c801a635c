import { Refusal } from '@stackbox/protocol';
import { TestClock } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { Buckets } from './buckets.ts';
import { defaultRates, Limiter, type Rates } from './limiter.ts';

const second = { perSecond: 1, burst: 1 };
const plenty = { perSecond: 1_000, burst: 1_000 };

/** What the limiter says: 0, or in how many milliseconds to come back. */
function wait(
  limiter: Limiter,
  who: { address?: string; workspaceId: string; userId: string },
  action = 'ping',
): number {
  try {
    limiter.admit(who, action);
    return 0;
  } catch (error) {
    expect((error as Refusal).code).toBe('rate_limited');
    return (error as Refusal).retryAfterMs as number;
  }
}

describe('buckets', () => {
  it('give what was saved up at once, then as much as a second gives', () => {
    const buckets = new Buckets({ perSecond: 2, burst: 3 });
    expect([0, 0, 0, 0].map(() => buckets.take('a', 1_000))).toEqual([0, 0, 0, 500]);
    expect(buckets.take('a', 1_250)).toBe(250);
    expect(buckets.take('a', 1_500)).toBe(0);
    expect(buckets.take('a', 1_500)).toBe(500);
    expect([0, 0, 0, 0].map(() => buckets.take('a', 99_000))).toEqual([0, 0, 0, 500]);
  });

  it('are each one’s own', () => {
    const buckets = new Buckets(second);
    expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('b', 0)]).toEqual([0, 1_000, 0]);
  });

  it('a clock that is set back neither gives nor takes', () => {
    const buckets = new Buckets(second);
    expect(buckets.take('a', 10_000)).toBe(0);
    expect(buckets.take('a', 0)).toBe(1_000);
    expect(buckets.take('a', 1_000)).toBe(0);
  });
});

describe('the limiter', () => {
  const who = { address: '10.0.0.1', workspaceId: 'ws', userId: 'ana' };
  const limiterWith = (rates: Partial<Rates>) =>
    new Limiter(
      { address: plenty, workspace: plenty, member: plenty, actions: {}, ...rates },
      new TestClock(),
    );

  it('counts each action of a member for itself', () => {
    const limiter = limiterWith({ actions: { sendMessage: second } });
    expect(wait(limiter, who, 'sendMessage')).toBe(0);
    expect(wait(limiter, who, 'sendMessage')).toBe(1_000);
    expect(wait(limiter, who, 'ping')).toBe(0);
    expect(wait(limiter, { ...who, userId: 'ben' }, 'sendMessage')).toBe(0);
    expect(wait(limiter, { ...who, workspaceId: 'other' }, 'sendMessage')).toBe(0);
  });

  it.each([
    ['member', { ...who, address: '10.0.0.2' }, { ...who, userId: 'ben' }],
    ['address', { ...who, workspaceId: 'other', userId: 'ben' }, { ...who, address: '10.0.0.2' }],
    ['workspace', { ...who, userId: 'ben', address: '10.0.0.2' }, { ...who, workspaceId: 'other' }],
  ] as const)('the %s that asks too much is refused, and no other', (what, same, other) => {
    const limiter = limiterWith({ [what]: second });
    expect(wait(limiter, who)).toBe(0);
    expect(wait(limiter, same)).toBe(1_000);
    expect(wait(limiter, other)).toBe(0);
  });

  it('what one member is refused does not count against their workspace', () => {
    const limiter = limiterWith({ member: second, workspace: { perSecond: 1, burst: 2 } });
    for (let i = 0; i < 10; i++) wait(limiter, who);
    expect(wait(limiter, { ...who, userId: 'ben' })).toBe(0);
  });

  it('[DEL6] throttles typing and syncing more than sending, and sending more than asking', () => {
    const most = (action: string): number => {
      const limiter = new Limiter(defaultRates, new TestClock());
      let admitted = 0;
      while (admitted < 1_000 && wait(limiter, who, action) === 0) admitted++;
      return admitted;
    };
    expect(most('typing')).toBeLessThan(most('sync'));
    expect(most('sync')).toBeLessThan(most('sendMessage'));
    expect(most('sendMessage')).toBeLessThan(most('ping'));
    expect(most('ping')).toBeLessThan(1_000);
  });

  it('an address is refused before anyone is known', () => {
    const limiter = limiterWith({ address: second });
    limiter.admitAddress('10.0.0.1');
    expect(() => limiter.admitAddress('10.0.0.1')).toThrow(Refusal);
    limiter.admitAddress('10.0.0.2');
  });
});
