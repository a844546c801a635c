/** Says how far long work is, on stderr: a moving line at a terminal, now and then a line elsewhere. */
export class Progress {
  readonly #what: string;
  readonly #total: number | undefined;
  readonly #started = performance.now();
  #shownAt = 0;
  #last = 0;

  /** `total` if it is known. */
  constructor(what: string, total?: number) {
    this.#what = what;
    this.#total = total;
  }

  at(done: number): void {
    this.#last = done;
    const now = performance.now();
    if (now - this.#shownAt < (process.stderr.isTTY ? 100 : 5_000)) return;
    this.#shownAt = now;
    this.#show(done, process.stderr.isTTY ? '\r' : '', process.stderr.isTTY ? '' : '\n');
  }

  done(): void {
    this.#show(this.#total ?? this.#last, process.stderr.isTTY ? '\r' : '', '\n');
  }

  #show(done: number, before: string, after: string): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const share = this.#total === undefined ? '' : ` of ${this.#total.toLocaleString('en')}`;
    process.stderr.write(
      `${before}${this.#what}: ${done.toLocaleString('en')}${share}, ${seconds.toFixed(1)} s${after}`,
    );
  }
}
