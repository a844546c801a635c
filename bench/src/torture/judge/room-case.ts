import type { Entry, MessageEntry } from '@stackbox/protocol';
import type { DeedRecord, FreshLog } from '../history.ts';
import type { Charge, Finding } from './charges.ts';

/** One room's log against what was done there. `foundation`: what lies up to there is the seed's. */
export class RoomCase {
  readonly #log: FreshLog;
  readonly #foundation: number;
  readonly #deeds: readonly DeedRecord[];
  readonly #entries = new Map<number, Entry>();
  readonly #messages = new Map<string, MessageEntry[]>();
  readonly #withdrawn = new Set<number>();
  /** Who is known to have done what stands at a seq. */
  readonly #claims = new Map<number, DeedRecord>();
  readonly #found: Finding[] = [];

  constructor(log: FreshLog, foundation: number, deeds: readonly DeedRecord[]) {
    this.#log = log;
    this.#foundation = foundation;
    this.#deeds = deeds;
    for (const entry of log.entries) {
      this.#entries.set(entry.seq, entry);
      if (entry.kind === 'delete') this.#withdrawn.add(entry.target);
      if (entry.kind !== 'message') continue;
      const key = messageKey(entry);
      this.#messages.set(key, [...(this.#messages.get(key) ?? []), entry]);
    }
  }

  findings(): Finding[] {
    this.#judgeSeqs();
    for (const record of this.#deeds) {
      this.#judgeAnswers(record);
      this.#judgePlace(record);
    }
    this.#judgeMessages();
    this.#judgeEffects();
    this.#judgeTexts();
    this.#judgeOrder();
    return this.#found;
  }

  #charge(charge: Charge, what: string): void {
    this.#found.push({ charge, what: `${this.#log.roomId}: ${what}` });
  }

  #judgeSeqs(): void {
    const { entries, head } = this.#log;
    let expected = 1;
    for (const { seq } of entries) {
      if (seq !== expected) this.#charge('gaps', `seq ${expected} should follow, ${seq} does`);
      expected = seq + 1;
    }
    if (expected !== head + 1) this.#charge('gaps', `the head is ${head}, the last entry ${expected - 1}`);
  }

  #judgeAnswers(record: DeedRecord): void {
    const { answers, refused, abandoned, kept, deed } = record;
    const [first, ...others] = answers;
    if (refused !== undefined) {
      // The one good reason here: what the deed was about has been withdrawn.
      const withdrawn = 'target' in deed && this.#withdrawn.has(deed.target);
      if (refused !== 'not_found' || !withdrawn) this.#charge('refused', `${nameOf(record)}: ${refused}`);
      if (first)
        this.#charge('contradicted', `${nameOf(record)} was acknowledged, and refused as ${refused}`);
    }
    if (first === undefined) {
      if (refused === undefined && !abandoned && !kept) this.#charge('unanswered', nameOf(record));
      return;
    }
    const { epoch, seq } = first;
    const other = others.find((answer) => answer.epoch !== epoch || answer.seq !== seq);
    if (other !== undefined) {
      const places = `${epoch} ${seq}, and at ${other.epoch} ${other.seq}`;
      this.#charge('contradicted', `${nameOf(record)} is said to be at ${places}`);
    }
    if (epoch !== this.#log.epoch) {
      this.#charge('contradicted', `${nameOf(record)} is in epoch ${epoch}, the log in ${this.#log.epoch}`);
    }
    if (answers.filter(({ duplicate }) => !duplicate).length > 1) {
      this.#charge('contradicted', `${nameOf(record)} was answered as new more than once`);
    }
  }

  #judgePlace(record: DeedRecord): void {
    const { deed, answers, kept, refused } = record;
    const seq = answers[0]?.seq ?? this.#foundOf(record)?.seq;
    if (seq === undefined) {
      // Other entries than messages can't be told apart: those are counted below.
      const due = kept && refused === undefined && deed.kind === 'message';
      if (due) this.#charge('lost', `${nameOf(record)}, which an outbox kept`);
      return;
    }
    const neighbour = this.#claims.get(seq);
    if (neighbour !== undefined) {
      this.#charge(
        'contradicted',
        `${nameOf(neighbour)} and ${nameOf(record)} are both said to be at ${seq}`,
      );
    }
    this.#claims.set(seq, record);
    const entry = this.#entries.get(seq);
    if (entry === undefined) this.#charge('lost', `${nameOf(record)}: there is no entry ${seq}`);
    else if (!isTrace(entry, record)) {
      this.#charge('lost', `${nameOf(record)}: at ${seq} stands a ${entry.kind} by ${entry.by} instead`);
    } else if (!this.#tells(entry, record)) this.#charge('altered', `${nameOf(record)} at ${seq}`);
  }

  /** Whether a reaction or a pin says what was done; texts are judged apart. */
  #tells(entry: Entry, { deed }: DeedRecord): boolean {
    if (deed.kind === 'pin') return entry.kind === 'pin' && entry.on === deed.on;
    if (deed.kind !== 'reaction' || this.#withdrawn.has(deed.target)) return true;
    return entry.kind === 'reaction' && entry.on === deed.on && entry.emoji === deed.emoji;
  }

  /** The message that a deed left, by its clientId; by its text if the client that made the id was killed first. */
  #foundOf({ by, clientId, deed }: DeedRecord): MessageEntry | undefined {
    if (deed.kind !== 'message') return undefined;
    if (clientId !== '') return this.#messages.get(messageKey({ by, clientId }))?.[0];
    return [...this.#messages.values()].flat().find((entry) => entry.by === by && entry.text === deed.text);
  }

  /** Messages carry their clientId: each stands there once, and somebody sent it. */
  #judgeMessages(): void {
    const sent = new Map<string, DeedRecord>();
    const unheard = new Map<string, DeedRecord>();
    for (const record of this.#deeds) {
      const { deed, by, clientId } = record;
      if (deed.kind !== 'message') continue;
      if (clientId === '') unheard.set(`${by} ${deed.text}`, record);
      else sent.set(messageKey({ by, clientId }), record);
    }
    for (const [key, [entry, ...again]] of this.#messages) {
      if (entry === undefined) continue;
      for (const { seq } of again) this.#charge('doubled', `message ${key} at ${entry.seq} and ${seq}`);
      if (entry.seq <= this.#foundation) continue;
      const text = `${entry.by} ${entry.text}`;
      const record = sent.get(key) ?? unheard.get(text);
      if (record === undefined) this.#charge('invented', `message ${key} at ${entry.seq}`);
      else if (record.refused !== undefined) {
        this.#charge('contradicted', `${nameOf(record)} was refused, and is at ${entry.seq}`);
      } else if (record.clientId === '' && this.#claims.get(entry.seq) !== record) {
        this.#charge('doubled', `${nameOf(record)}, once more at ${entry.seq} as ${key}`);
      }
    }
  }

  /** Other entries don't show their clientId, so they are counted: as many of a kind as there were deeds. */
  #judgeEffects(): void {
    const effects = this.#deeds.filter(
      ({ deed, refused }) => deed.kind !== 'message' && refused === undefined,
    );
    const done = Map.groupBy(effects, ({ deed, by }) =>
      effectKey(deed.kind, by, 'target' in deed ? deed.target : 0),
    );
    const left = this.#log.entries.filter(({ seq, kind }) => seq > this.#foundation && kind !== 'message');
    const traces = Map.groupBy(left, (entry) =>
      effectKey(entry.kind, entry.by, 'target' in entry ? entry.target : 0),
    );
    for (const [key, entries] of traces) {
      const deeds = done.get(key)?.length ?? 0;
      const seqs = entries.map(({ seq }) => seq).join(', ');
      if (deeds === 0) this.#charge('invented', `${key} at ${seqs}`);
      else if (entries.length > deeds)
        this.#charge('doubled', `${key} at ${seqs}, and was done ${deeds} times`);
    }
    for (const [key, records] of done) {
      const due = records.filter(({ answers, kept }) => answers.length > 0 || kept).length;
      const there = traces.get(key)?.length ?? 0;
      if (there < due && records.some(({ answers, kept }) => kept && answers.length === 0)) {
        this.#charge('lost', `${key}, which an outbox kept: ${there} of ${due}`);
      }
    }
  }

  /** A message reads as it was sent, or as its last edit says, or as a tombstone (LOG9). */
  #judgeTexts(): void {
    const expected = new Map<number, string>();
    for (const [seq, { deed }] of [...this.#claims].sort(([a], [b]) => a - b)) {
      if (deed.kind === 'message') expected.set(seq, deed.text);
      else if (deed.kind === 'edit' && expected.has(deed.target)) expected.set(deed.target, deed.text);
    }
    // An edit of which nobody knows where it stands may have had the last word.
    for (const { deed, answers } of this.#deeds) {
      if (deed.kind === 'edit' && answers.length === 0) expected.delete(deed.target);
    }
    for (const [seq, text] of expected) {
      const entry = this.#entries.get(seq);
      if (entry?.kind !== 'message' || this.#withdrawn.has(seq) || entry.text === text) continue;
      this.#charge('altered', `message ${seq} reads ${clip(entry.text)}, should read ${clip(text)}`);
    }
    for (const entry of this.#log.entries) {
      const about = entry.kind === 'message' ? entry.seq : entry.kind === 'edit' ? entry.target : undefined;
      if (about === undefined || !this.#withdrawn.has(about) || !('text' in entry)) continue;
      if (entry.text !== '')
        this.#charge('altered', `${entry.kind} ${entry.seq} shows a text that was withdrawn`);
    }
  }

  #judgeOrder(): void {
    const placed = [...this.#claims]
      .map(([seq, record]) => ({ seq, record }))
      .filter(({ record }) => record.order !== undefined);
    for (const [writer, deeds] of Map.groupBy(placed, ({ record }) => record.writer)) {
      deeds.sort((a, b) => (a.record.order ?? 0) - (b.record.order ?? 0));
      for (const [i, { seq, record }] of deeds.entries()) {
        const before = deeds[i - 1];
        if (before === undefined || before.seq < seq) continue;
        const order = `${nameOf(before.record)} (${before.seq}) before ${nameOf(record)} (${seq})`;
        this.#charge('reordered', `${writer} did ${order}`);
      }
    }
  }
}

/** Whether the entry can be what the deed left. */
function isTrace(entry: Entry, { deed, by, clientId }: DeedRecord): boolean {
  if (entry.kind !== deed.kind || entry.by !== by) return false;
  if (entry.kind === 'message') return clientId === '' || entry.clientId === clientId;
  return 'target' in entry && 'target' in deed && entry.target === deed.target;
}

const messageKey = ({ by, clientId }: { by: string; clientId: string }) => `${clientId} by ${by}`;
const effectKey = (kind: string, by: string, target: number) => `${kind} of ${target} by ${by}`;
const clip = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
const nameOf = ({ writer, clientId, deed }: DeedRecord) => `${writer}'s ${deed.kind} ${clientId}`;
