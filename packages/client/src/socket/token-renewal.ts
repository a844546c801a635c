import type { Ambient, Timer } from '../ambient.ts';
import { StackBoxError } from '../errors.ts';
import type { Tokens } from '../rest/tokens.ts';

interface Needs {
  readonly tokens: Tokens;
  readonly ambient: Ambient;
}

/** Milliseconds: when renewal starts before the end, and how near the end it still makes sense. */
const aheadMs = 60_000;
const tooLateMs = 5_000;

/** Hands the server a new token on the open link before the one it knows expires, so that the socket outlives it (SEC5). */
export class TokenRenewal {
  readonly #needs: Needs;
  readonly #authenticate: (token: string) => Promise<unknown>;
  readonly #onError: (error: StackBoxError) => void;
  #timer: Timer;
  #run = 0;

  constructor(
    needs: Needs,
    authenticate: (token: string) => Promise<unknown>,
    onError: (error: StackBoxError) => void,
  ) {
    this.#needs = needs;
    this.#authenticate = authenticate;
    this.#onError = onError;
  }

  start(): void {
    const { tokens, ambient } = this.#needs;
    this.stop();
    const left = this.#left();
    if (tokens.fixed || left === undefined) return;
    // A fifth of a short life, a minute of a long one. A clock that runs ahead must not make this a busy loop.
    this.#plan(Math.max(left - Math.min(aheadMs, left / 5), tooLateMs), ambient);
  }

  stop(): void {
    this.#run++;
    this.#needs.ambient.timers.clear(this.#timer);
  }

  #left(): number | undefined {
    const { tokens, ambient } = this.#needs;
    return tokens.expiresAt === undefined ? undefined : tokens.expiresAt - ambient.clock.now();
  }

  #plan(wait: number, { timers }: Pick<Ambient, 'timers'>): void {
    const run = this.#run;
    this.#timer = timers.set(() => {
      this.#renew(run).catch((error: unknown) => {
        if (run !== this.#run) return;
        this.#onError(StackBoxError.from(error));
        this.#again();
      });
    }, wait);
  }

  async #renew(run: number): Promise<void> {
    const { tokens } = this.#needs;
    const before = tokens.held;
    const token = await tokens.fresh();
    if (run !== this.#run) return;
    // The app has no newer one yet.
    if (token === before) return this.#again();
    await this.#authenticate(token);
    if (run === this.#run) this.start();
  }

  /** At half of what is left, until that is too little: then the server closes, and connecting asks for a token anew. */
  #again(): void {
    const left = this.#left();
    if (left !== undefined && left > tooLateMs) this.#plan(left / 2, this.#needs.ambient);
  }
}
