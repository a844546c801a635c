import type { Chance } from '../chance.ts';
import type { Finding } from '../judge/charges.ts';

export interface Options {
  readonly chance: Chance;
  /** An empty folder of the scenario's own. */
  readonly folder: string;
  readonly kills: number;
  /** Instead of a number of kills. */
  readonly minutes: number | undefined;
  readonly writers: number;
  readonly readers: number;
  readonly rooms: number;
  /** At most so many deeds are acknowledged between two kills. */
  readonly longestLife: number;
  /** Hostile frames, and as many requests. */
  readonly fuzz: number;
}

export interface Outcome {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** In the order in which they are shown. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Why it did not take place. */
  readonly skipped?: string;
}

export type Scenario = (options: Options, say: (progress: string) => void) => Promise<Outcome>;
