import { type Bottom, bottom } from './bottom.ts';
import type { Key } from './input/keys.ts';
import { Screen } from './screen/screen.ts';
import { Terminal, type TerminalInput, type TerminalOutput } from './screen/terminal.ts';
import type { Paint } from './text/paint.ts';
import type { Line } from './text/span.ts';

export interface DisplayNeeds {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly paint: Paint;
  readonly coloured: boolean;
  /** Rows that became too long are broken anew by the terminal. */
  readonly reflows: boolean;
}

interface Ears {
  key(text: string | undefined, key: Key): void;
  /** What stands at the bottom now. May print. */
  bottom(): Bottom;
}

/** Narrower than that, rows are cut by the terminal. */
const leastWidth = 20;

/** The terminal as the chat sees it: rows that are printed for good, and what stands below them. */
export class Display {
  readonly coloured: boolean;
  readonly #paint: Paint;
  readonly #terminal: Terminal;
  readonly #screen: Screen;
  readonly #ears: Ears;
  #printed: Line[] = [];
  #isDue = false;
  #isOver = false;

  constructor({ input, output, paint, coloured, reflows }: DisplayNeeds, ears: Ears) {
    this.coloured = coloured;
    this.#paint = paint;
    this.#ears = ears;
    this.#terminal = new Terminal(input, output, {
      key: (text, key) => ears.key(text, key),
      resized: () => {
        this.#screen.resize(this.#terminal.columns, reflows);
        this.draw();
      },
      resumed: () => this.draw(),
    });
    this.#screen = new Screen(output, this.#terminal.columns);
  }

  /** Cells that a row may take: one less than there are, so that no terminal wraps by itself. */
  get width(): number {
    return Math.max(leastWidth, this.#terminal.columns - 1);
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  take(): void {
    this.#terminal.take();
    this.draw();
  }

  print(rows: readonly Line[]): void {
    this.#printed.push(...rows);
  }

  /** Soon, and once for everything that changed meanwhile. */
  draw(): void {
    if (this.#isDue || this.#isOver) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (!this.#isOver) this.#drawNow();
    });
  }

  /** Prints what is left, takes the bottom away and gives the terminal back. */
  end(): void {
    this.#isOver = true;
    this.#screen.draw([...this.#takePrinted()], { rows: [''], cursorRow: 0, before: '' });
    this.#terminal.giveBack();
  }

  suspend(): void {
    this.#screen.clear();
    this.#terminal.suspend();
  }

  wipe(): void {
    this.#screen.wipe();
    this.draw();
  }

  #drawNow(): void {
    const parts = this.#ears.bottom();
    const block = bottom(parts, { width: this.width, rows: this.rows }, this.#paint);
    this.#screen.draw(this.#takePrinted(), block);
  }

  #takePrinted(): string[] {
    return this.#printed.splice(0).map(this.#paint);
  }
}
