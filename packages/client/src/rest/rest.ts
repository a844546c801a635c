import { errorTable } from '@stackbox/protocol';
import type { Ambient } from '../ambient.ts';
import { isAboutSession, isErrorCode, StackBoxError } from '../errors.ts';
import type { Tokens } from './tokens.ts';

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<FetchResponse>;

export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export type Query = Record<string, string | number | undefined>;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What goes with a request. */
export interface Ask {
  readonly query?: Query;
  readonly body?: object;
  /** A request repeated with the same key is carried out once. */
  readonly idempotencyKey?: string;
}

const timeoutMs = 30_000;

interface Needs {
  /** Where StackBox is, with or without a path of its own. */
  readonly base: URL;
  readonly fetch: Fetch;
  readonly tokens: Tokens;
  readonly ambient: Pick<Ambient, 'timers'>;
}

/** Requests under `/api/v1`, signed in with the bearer token. */
export class Rest {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.call('GET', path, { query });
  }

  /**
   * `path` is below `/api/v1/`. A token that the server no longer takes is replaced once, if the app has another.
   * @throws StackBoxError
   */
  async call<T>(method: Method, path: string, ask: Ask = {}): Promise<T> {
    const { tokens } = this.#needs;
    const token = await tokens.current();
    try {
      return await this.#call<T>(token, method, path, ask);
    } catch (error) {
      if (!(error instanceof StackBoxError) || !isAboutSession(error) || tokens.fixed) throw error;
      const other = await tokens.fresh();
      if (other === token) throw error;
      return this.#call<T>(other, method, path, ask);
    }
  }

  async #call<T>(token: string, method: Method, path: string, ask: Ask): Promise<T> {
    const { query = {}, body, idempotencyKey } = ask;
    const { base, fetch, ambient } = this.#needs;
    const url = new URL(`api/v1/${path}`, base);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const abort = new AbortController();
    const timer = ambient.timers.set(() => abort.abort(), timeoutMs);
    try {
      const response = await fetch(url.href, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: abort.signal,
      });
      const text = await response.text();
      if (!response.ok) throw problem(response, text);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } catch (error) {
      if (error instanceof StackBoxError) throw error;
      const why = abort.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : String(error);
      throw new StackBoxError('unavailable', 'later', `${method} ${url.pathname}: ${why}`, { cause: error });
    } finally {
      ambient.timers.clear(timer);
    }
  }
}

/** RFC 9457 problem details with our `code`. An answer without one comes from something in between: it may pass. */
function problem(response: FetchResponse, text: string): StackBoxError {
  const details = parsed(text);
  const retryAfterMs = waitOf(response, details);
  const said = [details.detail, details.title].find((words) => typeof words === 'string');
  const message = typeof said === 'string' ? said : `HTTP ${response.status}`;
  if (isErrorCode(details.code)) {
    return new StackBoxError(details.code, errorTable[details.code].retry, message, { retryAfterMs });
  }
  if (response.status === 401) return new StackBoxError('unauthenticated', 'never', message);
  if (response.status === 429) return new StackBoxError('rate_limited', 'later', message, { retryAfterMs });
  return new StackBoxError('unavailable', 'later', message, { retryAfterMs });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function waitOf(response: FetchResponse, { retryAfterMs }: Record<string, unknown>): number | undefined {
  if (typeof retryAfterMs === 'number') return retryAfterMs;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
