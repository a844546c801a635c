import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, Refusal } from './errors.ts';

describe('errors', () => {
  it('the table has the codes of the wire and no other, each with what the reader can do', () => {
    expect(
      Object.fromEntries(
        Object.entries(errorTable).map(([code, { status, retry }]) => [code, `${status} ${retry}`]),
      ),
    ).toEqual({
      bad_request: '400 never',
      unknown_action: '400 never',
      unauthenticated: '401 never',
      token_expired: '401 now',
      forbidden: '403 never',
      not_found: '404 never',
      conflict: '409 never',
      message_too_large: '413 never',
      rate_limited: '429 later',
      slow_consumer: '429 now',
      unavailable: '503 later',
      internal: '500 later',
    });
  });

  it('a refusal travels with its code, its words and its retry', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      const { retry } = errorTable[code];
      expect(new Refusal(code, 'Because.').toWire()).toEqual({ code, message: 'Because.', retry });
    }
    expect(new Refusal('rate_limited', 'Wait.', 250).toWire()).toMatchObject({ retryAfterMs: 250 });
  });
});
