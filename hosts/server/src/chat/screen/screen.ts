import { stripVTControlCharacters } from 'node:util';
import { widthOf } from '../text/width.ts';

/** The part of a terminal's output that is used. */
export interface Out {
  write(text: string): unknown;
}

/** The rows at the bottom that are drawn again and again, and where the cursor rests in them. */
export interface Block {
  readonly rows: readonly string[];
  readonly cursorRow: number;
  /** What stands before the cursor in its row. */
  readonly before: string;
}

const esc = '\x1b[';
const eraseBelow = `${esc}J`;
/** Terminals that know synchronized output show a redraw at once; the others pass over this mode. */
const beginDraw = `${esc}?2026h${esc}?25l`;
const endDraw = `${esc}?25h${esc}?2026l`;
const emptyBlock: Block = { rows: [''], cursorRow: 0, before: '' };

/**
 * Prints rows into the terminal's own scrollback, above a block that stays at the bottom. Knows where the cursor is by
 * counting rows alone: every row must be shorter than the terminal is wide.
 */
export class Screen {
  readonly #out: Out;
  #columns: number;
  #shown: Block = emptyBlock;

  constructor(out: Out, columns: number) {
    this.#out = out;
    this.#columns = columns;
  }

  /** Puts `printed` into the scrollback, and `block` below it. */
  draw(printed: readonly string[], block: Block): void {
    const old = this.#shown;
    const same = printed.length > 0 ? 0 : firstDifference(old.rows, block.rows);
    this.#shown = block;
    const isSame = same === old.rows.length && same === block.rows.length;
    if (isSame && old.cursorRow === block.cursorRow && old.before === block.before) return;
    let out = beginDraw;
    let at = old.cursorRow;
    if (!isSame) {
      // A row more than there was is reached by printing it.
      const from = Math.min(same, old.rows.length - 1, block.rows.length - 1);
      out += `${vertical(from - at)}\r${eraseBelow}`;
      out += [...printed, ...block.rows.slice(from)].join('\r\n');
      at = block.rows.length - 1;
    }
    // The beginning of the row once more: where the terminal thinks its end is, whatever width it gives an emoji.
    out += `${vertical(block.cursorRow - at)}\r${block.before}`;
    this.#out.write(out + endDraw);
  }

  /** Takes the block away and leaves the cursor where it began. */
  clear(): void {
    this.#out.write(`${vertical(-this.#shown.cursorRow)}\r${eraseBelow}`);
    this.#shown = emptyBlock;
  }

  /** An empty screen; the scrollback stays. */
  wipe(): void {
    this.#out.write(`${esc}H${esc}2J`);
    this.#shown = emptyBlock;
  }

  /**
   * The terminal has another width now. `reflows`: rows that became too long were broken, as all but a few old
   * terminals do, so that the block begins further up than it was drawn.
   */
  resize(columns: number, reflows: boolean): void {
    if (reflows && columns < this.#columns) {
      const { rows, cursorRow, before } = this.#shown;
      const above = rows.slice(0, cursorRow).reduce((sum, row) => sum + broken(row, columns), 0);
      // At the very end of a row that is full, the cursor waits in it for more.
      const within = Math.min(
        Math.floor(cells(before) / columns),
        broken(rows[cursorRow] ?? '', columns) - 1,
      );
      this.#out.write(`${vertical(-above - within)}\r${eraseBelow}`);
      this.#shown = emptyBlock;
    } else this.clear();
    this.#columns = columns;
  }
}

function vertical(rows: number): string {
  if (rows === 0) return '';
  return rows < 0 ? `${esc}${-rows}A` : `${esc}${rows}B`;
}

function firstDifference(a: readonly string[], b: readonly string[]): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

const cells = (row: string): number => widthOf(stripVTControlCharacters(row));
const broken = (row: string, columns: number): number => Math.max(1, Math.ceil(cells(row) / columns));
