import type { Clock, Session } from '@stackbox/core';
import type { Tickets } from '@stackbox/gateway';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../ambient.ts';

/** What every `Tickets` owes. */
export function ticketsContract(name: string, make: (clock: Clock) => Tickets | Promise<Tickets>): void {
  describe(`tickets, ${name}`, () => {
    const session: Session = {
      sessionId: 'sess',
      workspaceId: 'ws',
      userId: 'usr',
      expiresAt: Number.MAX_SAFE_INTEGER,
    };

    it('[SEC6] a ticket opens one connection, as the session that asked for it', async () => {
      const tickets = await make(new TestClock());
      const { ticket } = await tickets.issue(session);
      const { ticket: other } = await tickets.issue({ ...session, sessionId: 'other' });
      expect(await tickets.redeem(ticket)).toEqual(session);
      expect(await tickets.redeem(ticket)).toBeUndefined();
      expect((await tickets.redeem(other))?.sessionId).toBe('other');
    });

    it('[SEC6] of a hundred who redeem it at once one wins', async () => {
      const tickets = await make(new TestClock());
      const { ticket } = await tickets.issue(session);
      const won = await Promise.all(Array.from({ length: 100 }, () => tickets.redeem(ticket)));
      expect(won.filter((found) => found !== undefined)).toEqual([session]);
    });

    it('[SEC6] it is good for 30 s and not a moment longer', async () => {
      const clock = new TestClock();
      const tickets = await make(clock);
      const early = await tickets.issue(session);
      const late = await tickets.issue(session);
      expect(early.expiresAt).toBe(clock.now() + 30_000);
      clock.advance(29_999);
      expect(await tickets.redeem(early.ticket)).toEqual(session);
      clock.advance(1);
      expect(await tickets.redeem(late.ticket)).toBeUndefined();
    });

    it('[SEC6] tickets are unguessable and fit a URL and a subprotocol', async () => {
      const tickets = await make(new TestClock());
      const issued = await Promise.all(Array.from({ length: 1_000 }, () => tickets.issue(session)));
      expect(new Set(issued.map(({ ticket }) => ticket)).size).toBe(1_000);
      // 128 bits or more, in characters that are a token of RFC 9110 and need no escape in a query.
      for (const { ticket } of issued) expect(ticket).toMatch(/^[A-Za-z0-9_-]{22,}$/);
    });

    it('[SEC6] what is no ticket opens nothing', async () => {
      const tickets = await make(new TestClock());
      const { ticket } = await tickets.issue(session);
      for (const wrong of [
        '',
        'x',
        `${ticket}x`,
        ticket.slice(1),
        ticket.toUpperCase(),
        '__proto__',
        'constructor',
      ]) {
        expect(await tickets.redeem(wrong), wrong).toBeUndefined();
      }
      expect(await tickets.redeem(ticket)).toEqual(session);
    });
  });
}
