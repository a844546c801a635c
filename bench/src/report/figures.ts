import type { Machine } from './machine.ts';
import type { Row } from './row.ts';

export interface Report {
  /** ISO 8601, UTC. */
  date: string;
  machine: Machine;
  /** What was asked for: a report of quick rounds says so. */
  quick: boolean;
  rounds: number;
  rows: Row[];
  notes: string[];
  /** Works that ended in an error, and with which. */
  failed: { work: string; why: string }[];
}
