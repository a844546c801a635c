import type { Clock } from '../ambient.ts';
import { StackBoxError } from '../errors.ts';

export type TokenSource = string | (() => Promise<string>);

/** Asked for anew this long before it expires, so that it doesn't die on the way. Milliseconds. */
const spareMs = 5_000;

/** The bearer token: the app's function is asked when there is none, when it has expired, or when the server says so. */
export class Tokens {
  readonly #source: TokenSource;
  readonly #clock: Clock;
  #held: string | undefined;
  #asking: Promise<string> | undefined;

  constructor(source: TokenSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** There is one token and there won't be another. */
  get fixed(): boolean {
    return typeof this.#source === 'string';
  }

  get held(): string | undefined {
    return this.#held;
  }

  /** When the held token expires, if it says so. Milliseconds since 1970. */
  get expiresAt(): number | undefined {
    return this.#held === undefined ? undefined : expiryOf(this.#held);
  }

  async current(): Promise<string> {
    const { expiresAt } = this;
    const good = expiresAt === undefined || expiresAt - this.#clock.now() > spareMs;
    return this.#held !== undefined && good ? this.#held : this.fresh();
  }

  /** Asks the app. Callers at the same time share one answer. */
  fresh(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The server no longer takes the held one. */
  drop(): void {
    this.#held = undefined;
  }

  async #ask(): Promise<string> {
    const token = typeof this.#source === 'string' ? this.#source : await this.#source();
    if (typeof token !== 'string' || token === '') {
      throw new StackBoxError('unauthenticated', 'never', 'There is no token: sign in first.');
    }
    this.#held = token;
    return token;
  }
}

/** `exp` of a JWT (RFC 7519) in milliseconds since 1970, read without trusting it: the server decides. */
export function expiryOf(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    // Claims beside `exp` may come out garbled here (atob knows no UTF-8), which does not matter.
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
