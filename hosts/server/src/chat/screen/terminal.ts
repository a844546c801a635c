import { emitKeypressEvents } from 'node:readline';
import type { Key } from '../input/keys.ts';
import type { Out } from './screen.ts';

/** The part of `process.stdin` that is used. */
export interface TerminalInput extends NodeJS.ReadableStream {
  setRawMode?(raw: boolean): unknown;
}

/** The part of `process.stdout` that is used. */
export interface TerminalOutput extends Out {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

interface Ears {
  key(text: string | undefined, key: Key): void;
  resized(): void;
  /** Back after a stop by Ctrl-Z. */
  resumed(): void;
}

const pasteOn = '\x1b[?2004h';
const pasteOff = '\x1b[?2004l';

/** A terminal taken for single keys, and given back as it was. */
export class Terminal {
  readonly #input: TerminalInput;
  readonly #output: TerminalOutput;
  readonly #ears: Ears;
  readonly #onKey = (text: string | undefined, key: Key): void => this.#ears.key(text, key);
  readonly #onResize = (): void => this.#ears.resized();
  readonly #onExit = (): void => this.#give();
  #taken = false;

  constructor(input: TerminalInput, output: TerminalOutput, ears: Ears) {
    this.#input = input;
    this.#output = output;
    this.#ears = ears;
  }

  /** A terminal that doesn't say is taken for one of the usual size. */
  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  take(): void {
    emitKeypressEvents(this.#input);
    this.#input.on('keypress', this.#onKey);
    this.#output.on('resize', this.#onResize);
    process.on('exit', this.#onExit);
    this.#hold();
  }

  giveBack(): void {
    this.#give();
    this.#input.off('keypress', this.#onKey);
    this.#output.off('resize', this.#onResize);
    process.off('exit', this.#onExit);
    this.#input.pause();
  }

  /** Ctrl-Z: back to the shell, until it brings this process to the front again. */
  suspend(): void {
    this.#give();
    process.once('SIGCONT', () => {
      this.#hold();
      this.#ears.resumed();
    });
    process.kill(process.pid, 'SIGTSTP');
  }

  #hold(): void {
    this.#taken = true;
    this.#input.setRawMode?.(true);
    this.#input.resume();
    this.#output.write(pasteOn);
  }

  #give(): void {
    if (!this.#taken) return;
    this.#taken = false;
    this.#input.setRawMode?.(false);
    this.#output.write(pasteOff);
  }
}

/** Whether rows are broken anew when the terminal gets narrower: most do; the console, xterm and GNU screen don't. */
export function reflows(env: NodeJS.ProcessEnv): boolean {
  return env.TERM !== 'linux' && env.XTERM_VERSION === undefined && env.STY === undefined;
}
