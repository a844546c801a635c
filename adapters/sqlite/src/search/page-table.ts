import Database, { type Statement } from 'better-sqlite3';
import { porter } from './index-schema.ts';
import { type Mark, marksIn } from './snippet.ts';

/**
 * A few texts under the index's own tokenizer, for as long as one question about them: FTS5 says exactly which of them
 * match an expression now, and where.
 */
export class PageTable {
  readonly #db = new Database(':memory:');
  readonly #begin: Statement;
  readonly #rollback: Statement;
  readonly #insert: Statement<[number, string]>;
  readonly #highlight: Statement<[string], { rowid: number; text: string }>;

  constructor() {
    this.#db.exec(`CREATE VIRTUAL TABLE page USING fts5 (body, ${porter})`);
    this.#begin = this.#db.prepare('BEGIN');
    this.#rollback = this.#db.prepare('ROLLBACK');
    this.#insert = this.#db.prepare('INSERT INTO page (rowid, body) VALUES (?, ?)');
    this.#highlight = this.#db.prepare(
      `SELECT rowid, highlight(page, 0, '\uE000', '\uE001') AS text FROM page WHERE page MATCH ?`,
    );
  }

  /** The marks of each text that matches, by its place in `texts`. */
  matching(expression: string, texts: readonly string[]): Map<number, Mark[]> {
    this.#begin.run();
    try {
      texts.forEach((text, at) => {
        this.#insert.run(at, text);
      });
      const rows = this.#highlight.all(expression);
      return new Map(rows.map(({ rowid, text }) => [rowid, marksIn(text)]));
    } finally {
      this.#rollback.run();
    }
  }

  close(): void {
    this.#db.close();
  }
}
