import type { ClosingEvent, CursorEvent, TypingEvent } from '@stackbox/protocol';
import type { Committed, RoomRef } from '../log/log.ts';

/**
 * Port: those who listen now. The one door for events: only core speaks through it, and each call names who hears.
 * Nothing here may fail an action: an entry that is not heard is read from the log later (DEL3).
 */
export interface Audience {
  /** Entries to the connections joined to their rooms, in order. One who leaves hears that, and nothing after it (SEC2). */
  entries(batch: readonly Committed[]): void;
  /** A cursor or typing event to a room's connections, but not to `exceptUserId`'s. May be dropped under load (DEL4). */
  passing(room: RoomRef, event: CursorEvent | TypingEvent, exceptUserId?: string): void;
  /** Closes every connection of a session, or of a user whose standing in the workspace changed (SEC5). */
  dismiss(
    whose: { sessionId: string } | { workspaceId: string; userId: string },
    why: Omit<ClosingEvent, 'type'>,
  ): void;
}
