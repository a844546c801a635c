import { type ErrorCode, errorTable, type Retry, type WireError } from '@stackbox/protocol';

/**
 * The server's codes, and those that arise on this side of the wire: `disconnected` the link was not there or broke
 * before the reply; `timeout` no reply came; `closed` this client was closed; `discarded` the user withdrew what was
 * queued; `storage` the outbox could not keep it.
 */
export type ClientErrorCode = ErrorCode | 'disconnected' | 'timeout' | 'closed' | 'discarded' | 'storage';

/** Every failure of this SDK. Programs read `code` and `retry`, never `message`. */
export class StackBoxError extends Error {
  readonly code: ClientErrorCode;
  readonly retry: Retry;
  /** Milliseconds to wait before the next try, if the server said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ClientErrorCode,
    retry: Retry,
    message: string,
    rest: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, rest.cause === undefined ? {} : { cause: rest.cause });
    this.name = 'StackBoxError';
    this.code = code;
    this.retry = retry;
    this.retryAfterMs = rest.retryAfterMs;
  }

  static fromWire(error: WireError): StackBoxError {
    return new StackBoxError(error.code, error.retry, error.message, { retryAfterMs: error.retryAfterMs });
  }

  /** Whatever was thrown, as a StackBoxError. What isn't one yet comes from outside (a network, a token function): it may pass. */
  static from(thrown: unknown): StackBoxError {
    if (thrown instanceof StackBoxError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new StackBoxError('unavailable', 'later', message, { cause: thrown });
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}

export const disconnected = (why = 'There is no connection right now.'): StackBoxError =>
  new StackBoxError('disconnected', 'later', why);

export const closed = (): StackBoxError => new StackBoxError('closed', 'never', 'This client was closed.');

/** The session is over or stale: it says nothing about the request that met it. */
export function isAboutSession(error: StackBoxError): boolean {
  return error.code === 'unauthenticated' || error.code === 'token_expired';
}

/** The link or this client went away: the request may be made again on another. */
export function isAboutLink(error: StackBoxError): boolean {
  return error.code === 'disconnected' || error.code === 'closed' || isAboutSession(error);
}
