import { median } from '../load/histogram.ts';
import type { RoundResult, Target } from '../load/jobs.ts';
import type { Usage } from '../load/usage.ts';
import type { Row } from '../report/row.ts';
import type { Rig } from '../rig.ts';
import type { Archive } from './archive-place.ts';

interface Outcome {
  rows: Row[];
  /** Findings that are no comparison. */
  notes?: string[];
}

export interface Work {
  name: string;
  title: string;
  run(rig: Rig, book: Book): Promise<Outcome>;
}

/** What later works take over from earlier ones. */
export interface Book {
  /** Messages per second that ours (or the peer, alone) did in a closed loop, by the work's name. */
  maxima: Map<string, number>;
  archive?: Promise<Archive>;
}

export type Rounds = Record<Target['side'], RoundResult[]>;

export function faultsIn(rounds: RoundResult[]): number {
  return rounds.reduce((sum, { faults }) => sum + faults.gaps + faults.doubles + faults.missing, 0);
}

/** The median of a figure over rounds; NaN where none tells it. */
export function middle<T>(rounds: T[], figureOf: (round: T) => number | undefined): number {
  return median(rounds.map(figureOf).filter((value) => value !== undefined));
}

/** The median of a figure on each side that was measured. */
export function middles(
  rounds: Rounds,
  figureOf: (round: RoundResult) => number,
): { ours?: number; peer?: number } {
  return {
    ...(rounds.ours.length > 0 && { ours: middle(rounds.ours, figureOf) }),
    ...(rounds.peer.length > 0 && { peer: middle(rounds.peer, figureOf) }),
  };
}

export const percent = (share: number | undefined) =>
  share === undefined || Number.isNaN(share) ? '?' : `${Math.round(share * 100)} %`;

/** Who was busy, in the median, and whether somebody else was too. */
export function usageText(results: { usage: Usage }[]): string {
  const of = (name: 'server' | 'load' | 'others') => middle(results, ({ usage }) => usage[name]);
  const others = of('others') > 0.1 ? `, others on this machine ${percent(of('others'))}` : '';
  return `server ${percent(of('server'))} of a core, load ${percent(of('load'))}${others}`;
}
