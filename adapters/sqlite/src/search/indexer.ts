import type { Statement } from 'better-sqlite3';
import { kindNumbers, type MessageBody } from '../rows.ts';
import type { Db } from '../schema.ts';
import { findable, linksIn, writtenAt } from './findable.ts';
import { spell } from './grams.ts';
import type { FollowedRow, LogView, MessageRow } from './log-view.ts';
import * as scope from './scope.ts';
import { scopeToken } from './scope.ts';
import { hasUnspaced, spacedOnly } from './scripts.ts';
import type { Shards } from './shards.ts';

const dayMs = 24 * 60 * 60_000;
const fewestRows = 20;
const mostRows = 20_000;
const removedAtOnce = 200;

/** The last entry that the index has taken in, as it was: by this a log of another history is told. */
interface Followed {
  id: number;
  room: number;
  seq: number;
  at: number;
  epoch: string;
}

/** Whether `index` follows this log: a restored log has other epochs (LOG6), a replaced one other entries. */
export function follows(index: Db, log: LogView): boolean {
  const followed = followedBy(index);
  if (followed === undefined) return true;
  const room = log.room(followed.room);
  if (followed.id > log.newest() || room?.epoch !== followed.epoch) return false;
  const row = log.row(followed.id);
  return row === undefined
    ? room.ended === 1
    : row.room_no === followed.room && row.seq === followed.seq && row.at === followed.at;
}

function followedBy(index: Db): Followed | undefined {
  const value = index.prepare(`SELECT value FROM facts WHERE key = 'followed'`).pluck().get() as
    | string
    | undefined;
  return value === undefined ? undefined : (JSON.parse(value) as Followed);
}

/** Takes the log into the index, in the order of commits. Each step is one transaction, its place in the log included. */
export class Indexer {
  readonly #db: Db;
  readonly #log: LogView;
  readonly #shards: Shards;
  readonly #sql: ReturnType<typeof statements>;
  readonly #workspaces = new Map<number, number>();
  /** What ended rooms left, by shard. */
  readonly #left: { room: number; shards: number[] }[] = [];
  #position: number;
  #msPerRow = 0.03;

  constructor(db: Db, shards: Shards, log: LogView) {
    this.#db = db;
    this.#shards = shards;
    this.#log = log;
    this.#sql = statements(db);
    this.#position = followedBy(db)?.id ?? 0;
  }

  /** The last entry taken in. */
  get position(): number {
    return this.#position;
  }

  /** How long `entries` more may take, in milliseconds. */
  estimate(entries: number): number {
    return entries * this.#msPerRow;
  }

  /**
   * Takes in as many entries as `ms` milliseconds allow, by what the last ones took.
   * @returns whether there is more
   */
  step(ms: number): boolean {
    const limit = Math.max(fewestRows, Math.min(mostRows, Math.floor(ms / this.#msPerRow)));
    const started = performance.now();
    const newest = this.#log.newest();
    const rows = this.#log.after(this.#position, limit);
    const last = rows.at(-1);
    if (last === undefined) {
      // Entries of an ended room may be purged before they were seen here.
      this.#position = Math.max(this.#position, newest);
      return false;
    }
    try {
      this.#db.transaction(() => {
        this.#takeIn(rows);
        this.#note(last);
      })();
    } catch (error) {
      // A shard that was made goes with what was to be in it.
      this.#shards.refresh();
      throw error;
    }
    this.#position = last.id;
    const msPerRow = (performance.now() - started) / rows.length;
    // Few rows tell little: a commit costs what it costs.
    if (rows.length >= fewestRows) this.#msPerRow += (msPerRow - this.#msPerRow) / 2;
    return rows.length === limit;
  }

  /** Notes which rooms ended. Called when nothing waits to be taken in: an ended room gets no more. */
  lookForEnded(): void {
    for (const room of this.#log.endedRooms()) {
      const known =
        this.#sql.isForgotten.get(room) !== undefined || this.#left.some((left) => left.room === room);
      if (!known) this.#left.push({ room, shards: this.#shards.all() });
    }
  }

  /**
   * Takes out a part of what ended rooms left.
   * @returns whether there is more
   */
  forgetEnded(): boolean {
    const [left] = this.#left;
    if (left === undefined) return false;
    const { room, shards } = left;
    const [no] = shards;
    if (no === undefined) {
      this.#sql.forget.run(room);
      this.#left.shift();
      return true;
    }
    const whole = { no, from: 0, below: Number.MAX_SAFE_INTEGER };
    this.#db.transaction(() => {
      const ids = this.#shards.ids('words', whole, `"${scopeToken('room', room)}"`, removedAtOnce);
      for (const id of ids) this.#shards.remove(id);
      if (ids.length < removedAtOnce) shards.shift();
    })();
    return true;
  }

  #takeIn(rows: readonly FollowedRow[]): void {
    const changed = new Map<number, MessageRow>();
    const days = new Map<number, { first: number; last: number }>();
    for (const row of rows) {
      if (row.body !== null) this.#add(row, row.body, days);
      else if (row.target !== null && (row.kind === kindNumbers.edit || row.kind === kindNumbers.delete)) {
        const message = this.#log.messageAt(row.room_no, row.target);
        // What this step adds was read with its newest text.
        if (message !== undefined && message.id <= this.#position) changed.set(message.id, message);
      }
    }
    // Ascending and behind the rest: FTS5 begins a new segment whenever a rowid goes back.
    for (const message of [...changed.values()].sort((a, b) => a.id - b.id)) {
      this.#shards.remove(message.id);
      this.#add(message, message.body, days);
    }
    for (const [day, { first, last }] of days) this.#sql.noteDay.run(day, first, last);
  }

  #add(
    row: FollowedRow | MessageRow,
    json: string,
    days: Map<number, { first: number; last: number }>,
  ): void {
    const body = JSON.parse(json) as MessageBody;
    const workspace = this.#workspaceOf(row.room_no);
    if (body.deleted || workspace === undefined) return;
    const { id } = row;
    const text = findable(body);
    const of = {
      workspace: scopeToken('workspace', workspace),
      room: scopeToken('room', row.room_no),
      author: scopeToken('author', row.by_no),
    };
    const file = body.files !== undefined && body.files.length > 0 ? scope.hasFile : null;
    const link = linksIn(text) ? scope.hasLink : null;
    const words = [of.workspace, of.room, of.author, file ?? '', link ?? '', spacedOnly(text)].join(' ');
    this.#shards.addWords(id, words);
    if (hasUnspaced(text)) this.#shards.addGrams(id, { ...spell(text), ...of, file, link });
    const day = Math.floor(writtenAt(body, row.at) / dayMs);
    const known = days.get(day);
    if (known === undefined) days.set(day, { first: id, last: id });
    else {
      known.first = Math.min(known.first, id);
      known.last = Math.max(known.last, id);
    }
  }

  #note({ id, room_no, seq, at }: FollowedRow): void {
    const followed: Followed = { id, room: room_no, seq, at, epoch: this.#log.room(room_no)?.epoch ?? '' };
    this.#sql.note.run(JSON.stringify(followed));
  }

  #workspaceOf(roomNo: number): number | undefined {
    let no = this.#workspaces.get(roomNo);
    if (no === undefined) {
      no = this.#log.room(roomNo)?.workspace_no;
      if (this.#workspaces.size >= 100_000) this.#workspaces.clear();
      if (no !== undefined) this.#workspaces.set(roomNo, no);
    }
    return no;
  }
}

function statements(db: Db) {
  const sql = <Bind extends unknown[], Row = unknown>(source: string) =>
    db.prepare(source) as Statement<Bind, Row>;
  return {
    noteDay: sql<[number, number, number]>(
      `INSERT INTO days VALUES (?, ?, ?)
       ON CONFLICT (day) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)`,
    ),
    note: sql<[string]>(
      `INSERT INTO facts VALUES ('followed', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ),
    isForgotten: sql<[number], { room_no: number }>('SELECT room_no FROM ended WHERE room_no = ?'),
    forget: sql<[number]>('INSERT INTO ended VALUES (?) ON CONFLICT DO NOTHING'),
  };
}
