import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { NoAnswer } from './http.ts';
import { Line } from './line.ts';

interface Needs {
  readonly door: number;
  readonly token: string;
  readonly chance: Chance;
}

/** Always has a line, or is trying to get one. */
export class Roamer {
  /** Connections opened so far. */
  opened = 0;
  /** Sees each new line before anyone uses it. */
  onLine: (line: Line) => void = () => {};
  readonly #needs: Needs;
  #line: Line | undefined;
  #opening: Promise<Line> | undefined;
  #closed = false;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The line that is open, or the next one to be. @throws NoAnswer once this was closed */
  async line(): Promise<Line> {
    if (this.#closed) throw new NoAnswer('this client was closed');
    if (this.#line?.isOpen) return this.#line;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** The next line is another one. */
  drop(): void {
    this.#line?.cut();
    this.#line = undefined;
  }

  close(): void {
    this.#closed = true;
    this.drop();
  }

  async #open(): Promise<Line> {
    const { door, token, chance } = this.#needs;
    for (;;) {
      if (this.#closed) throw new NoAnswer('this client was closed');
      try {
        const line = await Line.open(door, token);
        this.opened++;
        this.#line = line;
        this.onLine(line);
        return line;
      } catch {
        // Not there, cut off, or about to stop: that is the point.
        await sleep(chance.int(30, 300));
      }
    }
  }
}
