type Goal =
  /** Ours is at least this many times the peer. */
  | { kind: 'ratio'; atLeast: number }
  /** Ours is at most this much, and less than the peer where `belowPeer`. */
  | { kind: 'limit'; atMost: number; belowPeer?: true };

/** One line of the report. */
export interface Row {
  work: string;
  title: string;
  unit: string;
  better: 'more' | 'less';
  ours?: number;
  peer?: number;
  goal: Goal;
  /** Entries lost, doubled or late; a row with any is void. */
  faults: number;
  /** What a reader wants to know beside the figure. */
  notes: string[];
  /** Everything measured, for the JSON. */
  detail?: unknown;
}

/** How many times better ours is than the peer, whichever way is better. */
export function ratioOf({ ours, peer, better }: Row): number | undefined {
  if (ours === undefined || peer === undefined) return undefined;
  return better === 'more' ? ours / peer : peer / ours;
}

/** Undefined while something is not measured that the goal speaks of. */
export function isMet(row: Row): boolean | undefined {
  const { goal, ours, peer } = row;
  if (row.faults > 0) return false;
  if (goal.kind === 'ratio') {
    const ratio = ratioOf(row);
    return ratio === undefined ? undefined : ratio >= goal.atLeast;
  }
  if (ours === undefined || (goal.belowPeer && peer === undefined)) return undefined;
  return ours <= goal.atMost && (!goal.belowPeer || ours < (peer ?? 0));
}

export function goalText({ goal, unit }: Row): string {
  if (goal.kind === 'ratio') return `≥ ${goal.atLeast}×`;
  return `≤ ${figure(goal.atMost)} ${unit}${goal.belowPeer ? ', below the peer' : ''}`;
}

/** Three significant digits, or whole with thousands separated. */
export function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return '∞';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
