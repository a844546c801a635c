import type { Statement } from 'better-sqlite3';
import type { Db } from '../schema.ts';

/**
 * FTS5 answers a beginning by merging the lists of all words that begin so, before it gives the first row: work that no
 * limit bounds. What lies between two words in its segments can be told from their tables of contents, though.
 */
export class Beginnings {
  readonly #nextSegment: Statement<[number], { segid: number }>;
  readonly #pageBefore: Statement<[number, Buffer], { page: number }>;
  readonly #pageAfter: Statement<[number, Buffer], { page: number }>;

  constructor(db: Db) {
    const sql = <Bind extends unknown[], Row>(source: string) => db.prepare(source) as Statement<Bind, Row>;
    this.#nextSegment = sql('SELECT segid FROM words_idx WHERE segid > ? ORDER BY segid LIMIT 1');
    this.#pageBefore = sql(
      'SELECT pgno >> 1 AS page FROM words_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1',
    );
    this.#pageAfter = sql(
      'SELECT pgno >> 1 AS page FROM words_idx WHERE segid = ? AND term > ? ORDER BY term LIMIT 1',
    );
  }

  /** About how many pages of the index hold words that begin with `token`. */
  pages(token: string): number {
    // As FTS5 writes terms: the main index's are marked by a 0.
    const from = Buffer.from(`0${token}`);
    const to = Buffer.concat([from, Buffer.from([0xff])]);
    let pages = 0;
    let segment = 0;
    for (;;) {
      const next = this.#nextSegment.get(segment);
      if (next === undefined) return pages;
      segment = next.segid;
      const first = this.#pageBefore.get(segment, from)?.page ?? 1;
      const last = this.#pageAfter.get(segment, to)?.page ?? this.#pageBefore.get(segment, to)?.page ?? first;
      pages += Math.max(0, last - first);
    }
  }
}
