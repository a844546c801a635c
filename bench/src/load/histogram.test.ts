import { expect, test } from 'vitest';
import { Histogram, median } from './histogram.ts';
import { chance } from './text.ts';

test('percentiles are within 0.8 % of those of the sorted values', () => {
  const next = chance(5);
  const histogram = new Histogram();
  const values = Array.from({ length: 50_000 }, () => 10 ** (next() * 6 - 2));
  for (const value of values) histogram.record(value);
  values.sort((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.95, 0.99, 0.999, 1]) {
    const exact = values[Math.ceil(share * values.length) - 1] ?? 0;
    expect(Math.abs(histogram.percentile(share) - exact)).toBeLessThanOrEqual(exact * 0.008 + 0.001);
  }
});

test('small counts are exact: the 99th of 100 is the 99th, not the last', () => {
  const histogram = new Histogram();
  for (let i = 1; i <= 100; i++) histogram.record(i / 1000);
  expect(histogram.spread()).toEqual({ count: 100, p50: 0.05, p95: 0.095, p99: 0.099, p999: 0.1, max: 0.1 });
});

test('a value recorded many times weighs as many', () => {
  const histogram = new Histogram();
  histogram.record(0.001, 98);
  histogram.record(5000, 2);
  expect(histogram.percentile(0.98)).toBe(0.001);
  expect(histogram.percentile(0.99)).toBe(5000);
});

test('after clear nothing is left', () => {
  const histogram = new Histogram();
  histogram.record(3);
  histogram.clear();
  expect(histogram.spread()).toEqual({ count: 0, p50: 0, p95: 0, p99: 0, p999: 0, max: 0 });
});

test('the median is the middle of an odd count and the mean of the middle two of an even one', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(median([])).toBeNaN();
});
