import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from './figures.ts';
import { shortName } from './machine.ts';
import { writeReport } from './report.ts';
import { figure, isMet, type Row, ratioOf } from './row.ts';

const row: Row = {
  work: 'room200',
  title: 'one room <of> 200',
  unit: 'deliveries/s',
  better: 'more',
  ours: 1_234_567,
  peer: 100_000,
  goal: { kind: 'ratio', atLeast: 10 },
  faults: 0,
  notes: ['ours: a note'],
};
const slow: Row = {
  ...row,
  work: 'p99',
  unit: 'ms',
  better: 'less',
  ours: 30,
  peer: 60,
  goal: { kind: 'limit', atMost: 25 },
};
const report: Report = {
  date: '2030-01-02T03:04:05.000Z',
  machine: {
    cpu: 'AMD EPYC 7B13 64-Core Processor',
    cores: 2,
    memoryGb: 8,
    kernel: 'Linux 6',
    node: 'v24.0.0',
    commit: 'abc1234',
    disk: 'disk',
    placement: 'server on CPU 0, load on CPU 1',
    loadBefore: 0.1,
  },
  quick: false,
  rounds: 5,
  rows: [row, slow],
  notes: ['the generator is fast'],
  failed: [{ work: 'storm', why: 'no route' }],
};

test('a ratio says how many times better ours is, whichever way is better', () => {
  expect(ratioOf(row)).toBeCloseTo(12.3, 1);
  expect(ratioOf(slow)).toBe(2);
  expect(ratioOf({ ...row, peer: undefined } as unknown as Row)).toBeUndefined();
});

test('a goal is met, missed, or open while something is not measured', () => {
  const { ours: _, ...unmeasured } = row;
  expect(isMet(row)).toBe(true);
  expect(isMet({ ...row, ours: 999_999 })).toBe(false);
  expect(isMet(unmeasured)).toBeUndefined();
  expect(isMet(slow)).toBe(false);
  expect(isMet({ ...slow, ours: 25 })).toBe(true);
  const below: Row = { ...slow, ours: 20, goal: { kind: 'limit', atMost: 25, belowPeer: true } };
  expect(isMet(below)).toBe(true);
  expect(isMet({ ...below, peer: 19 })).toBe(false);
});

test('a figure with faulty deliveries meets no goal', () => {
  expect(isMet({ ...row, faults: 1 })).toBe(false);
});

test('figures have three digits, or thousands', () => {
  expect([0.01234, 5, 12.345, 1234567, undefined, Number.POSITIVE_INFINITY].map(figure)).toEqual([
    '0.0123',
    '5',
    '12.3',
    '1,234,567',
    '–',
    '∞',
  ]);
});

test('the report is a table, its data and a plot, named by date and machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackbox-report-'));
  try {
    const path = writeReport(report, folder);
    expect(path).toBe(join(folder, '2030-01-02-amd-epyc-7b13-2'));
    expect(JSON.parse(readFileSync(`${path}.json`, 'utf8'))).toEqual(report);
    const page = readFileSync(`${path}.md`, 'utf8');
    expect(page).toContain(
      '| one room <of> 200 | 1,234,567 deliveries/s | 100,000 deliveries/s | 12.3× | ≥ 10× | yes |',
    );
    expect(page).toContain('| 30 ms | 60 ms | 2× | ≤ 25 ms | no |');
    expect(page).toContain('storm did not finish:** no route');
    expect(page).toContain('](2030-01-02-amd-epyc-7b13-2.svg)');
    const picture = readFileSync(`${path}.svg`, 'utf8');
    expect(picture).toContain('one room &lt;of> 200');
    expect(picture.match(/<rect x=/g)).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a machine without a known CPU still has a name', () => {
  expect(shortName({ ...report.machine, cpu: '' })).toBe('2');
});
