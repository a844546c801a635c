import { expect, test } from 'vitest';
import { sumOf } from './metrics.ts';

const exposition = `# HELP stackbox_log_reads_total Reads of the log.
# TYPE stackbox_log_reads_total counter
stackbox_log_reads_total{why="join one"} 3
stackbox_log_reads_total{why="sync"} 1.5e2
stackbox_log_reads_total_more 7
stackbox_search_lag_entries 0
`;

test("a metric is the sum of its series, and no other metric's", () => {
  expect(sumOf(exposition, 'stackbox_log_reads_total')).toBe(153);
  expect(sumOf(exposition, 'stackbox_search_lag_entries')).toBe(0);
  expect(sumOf(exposition, 'stackbox_log')).toBeUndefined();
});
