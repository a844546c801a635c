import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { widthOf } from '../src/chat/text/width.ts';

/** One row of the screen; a wide character is followed by an empty cell. */
interface Row {
  cells: string[];
  /** It goes on what the row above could not hold. */
  continues: boolean;
}

/**
 * A terminal, as far as the chat uses one: rows in a scrollback, a cursor, the control sequences for moving and erasing,
 * and rows that are broken anew when it gets narrower. It throws at any other sequence: then it should learn it.
 */
export class FakeTerminal extends EventEmitter {
  readonly input = new PassThrough();
  columns: number;
  rows: number;
  #rows: Row[] = [{ cells: [], continues: false }];
  #top = 0;
  #row = 0;
  #column = 0;

  constructor(columns = 80, rows = 24) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  /** Keys, as the terminal sends them. */
  type(keys: string): void {
    this.input.write(keys);
  }

  /** Everything, from the beginning of the scrollback; rows that were broken by the terminal are whole again. */
  get text(): string {
    const lines: string[] = [];
    for (const { cells, continues } of this.#rows) {
      const text = cells.join('');
      if (continues) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  get lines(): string[] {
    return this.text.split('\n');
  }

  /** What stands left of the cursor in its row. */
  get beforeCursor(): string {
    return (this.#rows[this.#row]?.cells ?? []).slice(0, this.#column).join('');
  }

  resize(columns: number, rows = this.rows): void {
    this.#reflow(columns);
    this.columns = columns;
    this.rows = rows;
    this.#top = Math.max(0, this.#rows.length - rows);
    this.emit('resize');
  }

  write(output: string): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one
    const sequence = /\x1b\[([?\d;]*)([A-Za-z])|([\s\S])/gu;
    for (const [, parameters, final, character] of output.matchAll(sequence)) {
      if (final !== undefined) this.#control(parameters ?? '', final);
      else this.#put(character as string);
    }
    return true;
  }

  #control(parameters: string, final: string): void {
    const count = Number(parameters || 1);
    switch (final) {
      case 'A':
        this.#row = Math.max(this.#top, this.#row - count);
        return;
      case 'B':
        this.#row = Math.min(this.#rows.length - 1, this.#row + count);
        return;
      case 'H':
        this.#row = this.#top;
        this.#column = 0;
        return;
      case 'J':
        return this.#erase(parameters);
      case 'm':
      case 'h':
      case 'l':
        return;
      default:
        throw new Error(`the fake terminal doesn't know ESC [ ${parameters} ${final}`);
    }
  }

  #erase(parameters: string): void {
    if (parameters === '2') {
      for (const row of this.#rows.slice(this.#top)) row.cells = [];
      return;
    }
    this.#here.cells.length = Math.min(this.#here.cells.length, this.#column);
    this.#rows.length = this.#row + 1;
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#down(false);
    else if (character < ' ' || character === '\x7f') {
      throw new Error(`the chat wrote the control character ${JSON.stringify(character)}`);
    } else this.#show(character);
  }

  /** Counts the widest that a terminal may: each part of a composed emoji for itself. */
  #show(character: string): void {
    const cells = widthOf(character);
    if (this.#column + cells > this.columns) {
      this.#column = 0;
      this.#down(true);
    }
    const { cells: row } = this.#here;
    while (row.length < this.#column) row.push(' ');
    if (cells === 0) row[Math.max(0, this.#column - 1)] += character;
    else row.splice(this.#column, cells, character, ...(cells === 2 ? [''] : []));
    this.#column += cells;
  }

  #down(continues: boolean): void {
    this.#row++;
    if (this.#row === this.#rows.length) this.#rows.push({ cells: [], continues });
    if (continues) this.#here.continues = true;
    this.#top = Math.max(this.#top, this.#rows.length - this.rows);
  }

  get #here(): Row {
    return this.#rows[this.#row] as Row;
  }

  #reflow(columns: number): void {
    const old = this.#rows;
    const fresh: Row[] = [];
    let cursor = { row: 0, column: 0 };
    for (let start = 0; start < old.length; ) {
      let end = start + 1;
      while (old[end]?.continues) end++;
      const run = old.slice(start, end);
      const cells = run.flatMap((row, i) =>
        i < run.length - 1 ? padded(row.cells, this.columns) : row.cells,
      );
      let offset = -1;
      if (this.#row >= start && this.#row < end) offset = (this.#row - start) * this.columns + this.#column;
      const from = fresh.length;
      for (let i = 0; i === 0 || i < cells.length; i += columns) {
        fresh.push({ cells: cells.slice(i, i + columns), continues: i > 0 });
      }
      if (offset >= 0) {
        const within = Math.min(Math.floor(offset / columns), fresh.length - 1 - from);
        cursor = { row: from + within, column: offset - within * columns };
      }
      start = end;
    }
    this.#rows = fresh;
    this.#row = cursor.row;
    this.#column = Math.min(cursor.column, columns);
  }
}

function padded(cells: readonly string[], length: number): string[] {
  return [...cells, ...Array<string>(Math.max(0, length - cells.length)).fill(' ')];
}
