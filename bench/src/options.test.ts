import { expect, test } from 'vitest';
import { parse } from './options.ts';

const works = ['room200', 'idle'];

test('defaults: all works, both sides, five rounds; quick makes one', () => {
  expect(parse([], works)).toMatchObject({
    only: undefined,
    sides: ['peer', 'ours'],
    rounds: 5,
    quick: false,
  });
  expect(parse(['--quick'], works).rounds).toBe(1);
  expect(parse(['--quick', '--rounds', '3', '--only', 'idle'], works)).toMatchObject({
    rounds: 3,
    only: ['idle'],
  });
});

test.each([
  [['--only', 'idle,room2000'], 'room2000'],
  [['--rounds', '0'], '--rounds'],
  [['--rate', 'fast'], '--rate'],
  [['--sides', 'theirs'], '--sides'],
  [['--fast'], '--fast'],
])('%s is refused by name', (args, named) => {
  expect(() => parse(args, works)).toThrow(named);
});
