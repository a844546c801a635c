import type { Clock, Session } from '@stackbox/core';
import { limits } from '@stackbox/protocol';

/** Port: single-use tickets to open a connection with, at most 30 s old; one winner under any race (SEC6). */
export interface Tickets {
  issue(session: Session): Promise<{ ticket: string; expiresAt: number }>;
  /** The session, once; undefined for a ticket that is wrong, old or used. */
  redeem(ticket: string): Promise<Session | undefined>;
}

const mostKept = 200_000;

/** Tickets in this process's memory: a restart forgets them, and clients ask for new ones. */
export function memoryTickets(clock: Clock): Tickets {
  const tickets = new Map<string, { session: Session; expiresAt: number }>();
  return {
    async issue(session) {
      const now = clock.now();
      for (const [old, { expiresAt }] of tickets) {
        // In order of issue, so the first that lives ends the search.
        if (expiresAt > now && tickets.size < mostKept) break;
        tickets.delete(old);
      }
      const ticket = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
      const expiresAt = now + limits.ticketMs;
      tickets.set(ticket, { session, expiresAt });
      return { ticket, expiresAt };
    },
    async redeem(ticket) {
      const found = tickets.get(ticket);
      tickets.delete(ticket);
      return found !== undefined && found.expiresAt > clock.now() ? found.session : undefined;
    },
  };
}
