import type { Statement } from 'better-sqlite3';
import type { Db } from '../schema.ts';
import { porter } from './index-schema.ts';

export type Table = 'words' | 'grams';

/** The columns of `grams` beside the text; those of `words` are one. */
export interface Grams {
  readonly spelled: string;
  readonly sounds: string;
  readonly workspace: string;
  readonly room: string;
  readonly author: string;
  readonly file: string | null;
  readonly link: string | null;
}

/** How many ids a shard spans, unless a test wants it smaller. */
export const usualSpan = 2 ** 18;

const mergedAtOnce = 100;

/**
 * The index in pieces, each for a span of ids. FTS5 goes through whole lists to find that nothing more fits, and merges
 * all words of a beginning before the first hit, whatever bounds the query has: in a shard that is little, however large
 * the log. A shard that the log has left behind is merged into one segment, and costs nobody anything.
 *
 * rowid is `entries.id` of the log, so that newest first is FTS5's own order. No text is kept (contentless): it is read
 * from the log, which knows what was edited, withdrawn, and who may see it now. `grams` holds only texts in scripts
 * without spaces, in columns so that no trigram spans two of them; it keeps no positions, since who reads the text
 * checks the match anyway.
 */
export class Shards {
  readonly #db: Db;
  readonly #span: number;
  /** Which there are, and whether they are merged. */
  readonly #tidy = new Map<number, boolean>();
  readonly #statements = new Map<string, Statement>();
  readonly #totalChanges: Statement<[], number>;

  constructor(db: Db, span: number) {
    this.#db = db;
    this.#span = span;
    this.refresh();
    this.#totalChanges = db.prepare('SELECT total_changes()').pluck() as Statement<[], number>;
  }

  /** Reads anew which shards there are. */
  refresh(): void {
    const rows = this.#db.prepare('SELECT no, tidy FROM shards').all() as { no: number; tidy: number }[];
    this.#tidy.clear();
    for (const { no, tidy } of rows) this.#tidy.set(no, tidy === 1);
  }

  /** Spans of ids, newest first, that hold anything between `from` and `below`. */
  *spans(from: number, below: number): Generator<{ no: number; from: number; below: number }> {
    for (let no = this.#of(below - 1); no >= this.#of(from); no--) {
      if (!this.#tidy.has(no)) continue;
      yield { no, from: Math.max(from, no * this.#span), below: Math.min(below, (no + 1) * this.#span) };
    }
  }

  all(): number[] {
    return [...this.#tidy.keys()];
  }

  addWords(id: number, body: string): void {
    const no = this.#made(id);
    this.#sql(`INSERT INTO words_${no} (rowid, body) VALUES (?, ?)`).run(id, body);
  }

  addGrams(id: number, { spelled, sounds, workspace, room, author, file, link }: Grams): void {
    const no = this.#made(id);
    this.#sql(
      `INSERT INTO grams_${no} (rowid, spelled, sounds, workspace, room, author, file, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(id, spelled, sounds, workspace, room, author, file, link);
  }

  remove(id: number): void {
    const no = this.#of(id);
    if (!this.#tidy.has(no)) return;
    for (const table of ['words', 'grams']) this.#sql(`DELETE FROM ${table}_${no} WHERE rowid = ?`).run(id);
  }

  /** The newest ids of a shard that match, newest first. */
  ids(
    table: Table,
    shard: { no: number; from: number; below: number },
    expression: string,
    limit: number,
  ): number[] {
    const { no, from, below } = shard;
    const name = `${table}_${no}`;
    return (
      this.#sql(
        `SELECT rowid FROM ${name} WHERE ${name} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
      )
        .pluck()
        // As integers: better-sqlite3 binds numbers as reals, and by those FTS5 does not find its place in a list.
        .all(expression, BigInt(from), BigInt(below), limit) as number[]
    );
  }

  /**
   * Merges a part of what lies in shards that are full.
   * @param position the log's last entry that is in the index
   * @returns whether there is more to do
   */
  merge(position: number): boolean {
    const open = this.#of(position + 1);
    for (const [no, tidy] of this.#tidy) {
      if (tidy || no >= open) continue;
      if (!this.#mergePart('words', no) && !this.#mergePart('grams', no)) {
        this.#sql('UPDATE shards SET tidy = 1 WHERE no = ?').run(no);
        this.#tidy.set(no, true);
      }
      return true;
    }
    return false;
  }

  /** @returns whether there was anything to merge: FTS5 tells by the rows that it wrote */
  #mergePart(table: Table, no: number): boolean {
    const before = this.#totalChanges.get() as number;
    // Negative: towards one segment.
    this.#sql(`INSERT INTO ${table}_${no} (${table}_${no}, rank) VALUES ('merge', ${-mergedAtOnce})`).run();
    return (this.#totalChanges.get() as number) - before >= 2;
  }

  #of(id: number): number {
    return Math.floor(id / this.#span);
  }

  /** The shard for an id, made if need be, in the transaction that is under way. */
  #made(id: number): number {
    const no = this.#of(id);
    if (this.#tidy.has(no)) return no;
    this.#db.exec(`
      CREATE VIRTUAL TABLE words_${no} USING fts5 (body, content = '', contentless_delete = 1, ${porter});
      CREATE VIRTUAL TABLE grams_${no} USING fts5 (
        spelled, sounds, workspace, room, author, file, link,
        content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
      );
      -- Fewer, larger merges than FTS5's own measure: a fifth less work.
      INSERT INTO words_${no} (words_${no}, rank) VALUES ('automerge', 8);
      INSERT INTO grams_${no} (grams_${no}, rank) VALUES ('automerge', 8);
      -- Newest first, FTS5 reads a page from its beginning for each place in it: smaller pages halve rare words' cost.
      INSERT INTO words_${no} (words_${no}, rank) VALUES ('pgsz', 950);
      INSERT INTO grams_${no} (grams_${no}, rank) VALUES ('pgsz', 950);
      INSERT INTO shards VALUES (${no}, 0);
    `);
    this.#tidy.set(no, false);
    return no;
  }

  #sql(source: string): Statement {
    let statement = this.#statements.get(source);
    if (statement === undefined) {
      statement = this.#db.prepare(source);
      this.#statements.set(source, statement);
    }
    return statement;
  }
}
