import { isDeepStrictEqual } from 'node:util';
import { apply, emptyRoom, type RoomState } from '@stackbox/core/apply';
import type {
  CopyRecord,
  DeedRecord,
  Fault,
  FreshLog,
  MarkRecord,
  SearchRecord,
  Standing,
} from '../history.ts';
import type { Finding } from './charges.ts';
import { RoomCase } from './room-case.ts';

/** All that is known when the load has ended. */
export interface Trial {
  /** How each room stood before the load: what lies up to there is the seed's. */
  readonly foundations: ReadonlyMap<string, { readonly epoch: string; readonly head: number }>;
  readonly logs: readonly FreshLog[];
  readonly deeds: readonly DeedRecord[];
  readonly copies: readonly CopyRecord<RoomState>[];
  readonly marks: readonly MarkRecord[];
  readonly standings: readonly Standing[];
  readonly searches: readonly SearchRecord[];
  readonly faults: readonly Fault[];
  readonly damage: readonly string[];
}

/** Holds what clients were told against what the log says. Empty if all is well. */
export function judge(trial: Trial): Finding[] {
  const { foundations, logs, faults, damage } = trial;
  const deeds = Map.groupBy(trial.deeds, ({ roomId }) => roomId);
  const copies = Map.groupBy(trial.copies, ({ roomId }) => roomId);
  const read = new Set(logs.map(({ roomId }) => roomId));
  const findings: Finding[] = [];
  for (const roomId of new Set([...foundations.keys(), ...deeds.keys(), ...copies.keys()])) {
    if (!read.has(roomId)) findings.push({ charge: 'lost', what: `the whole room ${roomId}` });
  }
  for (const log of logs) {
    const foundation = foundations.get(log.roomId);
    const room = new RoomCase(log, foundation?.head ?? 0, deeds.get(log.roomId) ?? []);
    if (foundation !== undefined && foundation.epoch !== log.epoch) {
      findings.push({
        charge: 'contradicted',
        what: `${log.roomId} had epoch ${foundation.epoch}, now ${log.epoch}`,
      });
    }
    findings.push(...room.findings(), ...judgeCopies(log, copies.get(log.roomId) ?? []));
    findings.push(...judgeCursors(log, trial.marks, trial.standings));
  }
  findings.push(...judgeSearches(trial.searches));
  findings.push(...faults.map(({ who, what }) => ({ charge: 'faults', what: `${who}: ${what}` }) as const));
  findings.push(...damage.map((what) => ({ charge: 'damaged', what }) as const));
  return findings;
}

function judgeCopies(
  { roomId, epoch, entries }: FreshLog,
  copies: readonly CopyRecord<RoomState>[],
): Finding[] {
  if (copies.length === 0) return [];
  let fresh: RoomState;
  try {
    fresh = apply(emptyRoom(epoch), entries);
  } catch (error) {
    return [{ charge: 'stale', what: `${roomId} can't be folded: ${(error as Error).message}` }];
  }
  return copies
    .filter(({ state }) => !isDeepStrictEqual(state, fresh))
    .map(({ reader, state }) => ({
      charge: 'stale',
      what: `${roomId}: ${reader}'s copy: ${difference(state, fresh)}`,
    }));
}

function judgeCursors(
  { roomId, head, entries }: FreshLog,
  marks: readonly MarkRecord[],
  standings: readonly Standing[],
): Finding[] {
  const findings: Finding[] = [];
  for (const { userId, read, unread } of standings.filter((standing) => standing.roomId === roomId)) {
    const known = marks.filter((mark) => mark.roomId === roomId && mark.userId === userId);
    const furthest = Math.max(0, ...known.map((mark) => mark.read));
    if (read < furthest || read > head) {
      findings.push({
        charge: 'cursors',
        what: `${roomId}: ${userId} had read up to ${furthest}, now ${read} of ${head}`,
      });
    }
    const truly = entries.filter(
      ({ seq, kind, by }) => seq > read && kind === 'message' && by !== userId,
    ).length;
    if (unread !== truly) {
      findings.push({
        charge: 'cursors',
        what: `${roomId}: ${userId} has ${truly} unread after ${read}, and is told ${unread}`,
      });
    }
  }
  return findings;
}

function judgeSearches(searches: readonly SearchRecord[]): Finding[] {
  const placeOf = ({ roomId, seq }: { roomId: string; seq: number }) => `${roomId} ${seq}`;
  return searches.flatMap(({ word, at, found }) => {
    const places = found.map(placeOf).join(', ') || 'nowhere';
    const due = at === undefined ? 'nowhere' : placeOf(at);
    return places === due
      ? []
      : [{ charge: 'search', what: `${word} is at ${due}, and was found at ${places}` } as const];
  });
}

function difference(copy: RoomState, fresh: RoomState): string {
  if (copy.epoch !== fresh.epoch) return `epoch ${copy.epoch}, not ${fresh.epoch}`;
  if (copy.first !== fresh.first || copy.head !== fresh.head) {
    return `holds ${copy.first} to ${copy.head}, not ${fresh.first} to ${fresh.head}`;
  }
  for (const seq of new Set([...copy.messages.keys(), ...fresh.messages.keys()])) {
    const [held, truth] = [copy.messages.get(seq), fresh.messages.get(seq)];
    if (!isDeepStrictEqual(held, truth))
      return `message ${seq} is ${JSON.stringify(held)}, not ${JSON.stringify(truth)}`;
  }
  const part = (Object.keys(fresh) as (keyof RoomState)[]).find(
    (key) => !isDeepStrictEqual(copy[key], fresh[key]),
  );
  return `${part} differs`;
}
