/** When a client may try the same request again: never (mend it first), now, or later (after `retryAfterMs` if given). */
export type Retry = 'never' | 'now' | 'later';

/** Every error code of the wire and of REST: what the reader can do about it, and the HTTP status that goes with it. */
export const errorTable = {
  bad_request: { retry: 'never', status: 400, title: 'The request is not well formed' },
  unknown_action: { retry: 'never', status: 400, title: 'There is no such action' },
  unauthenticated: { retry: 'never', status: 401, title: 'Sign in first' },
  token_expired: { retry: 'now', status: 401, title: 'The token has expired: get a new one' },
  forbidden: { retry: 'never', status: 403, title: 'Your role may not do this' },
  not_found: { retry: 'never', status: 404, title: 'There is no such thing, or it is not yours to see' },
  conflict: { retry: 'never', status: 409, title: 'The request contradicts what is there' },
  message_too_large: { retry: 'never', status: 413, title: 'The message is too large' },
  rate_limited: { retry: 'later', status: 429, title: 'Too many requests' },
  slow_consumer: {
    retry: 'now',
    status: 429,
    title: 'The connection read too slowly: connect again and resume',
  },
  unavailable: { retry: 'later', status: 503, title: 'StackBox cannot take this right now' },
  internal: { retry: 'later', status: 500, title: 'Something went wrong on the server' },
} as const satisfies Record<string, { retry: Retry; status: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;

export interface WireError {
  code: ErrorCode;
  /** For people. Programs read `code` and `retry`. */
  message: string;
  retry: Retry;
  retryAfterMs?: number;
}

/** A refusal that the reader can act on: it names the thing and the mend, and travels as a coded error. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  toWire(): WireError {
    const { retry } = errorTable[this.code];
    return {
      code: this.code,
      message: this.message,
      retry,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}
