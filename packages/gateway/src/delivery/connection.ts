import type { Actor, Session } from '@stackbox/core';
import type { ClosingEvent } from '@stackbox/protocol';

/** A host's way to one client: a socket here, a call to API Gateway there. Frames are complete WebSocket frames. */
export interface Line {
  /** Queues frames that must arrive, in order. A client that doesn't read them in time is closed (DEL4). */
  push(frames: Buffer): void;
  /** Queues frames that may be dropped: where the client lags behind, they are. @returns whether it was queued */
  pushPassing(frames: Buffer): boolean;
  /** Says why, then closes. Nothing follows. */
  close(why: Omit<ClosingEvent, 'type'>): void;
}

/** One client's open connection, and who it acts for. */
export interface Connection {
  readonly id: string;
  readonly line: Line;
  /** The network address, for limits. */
  readonly address: string;
  session: Session;
  actor: Actor;
  readonly openedAt: number;
  /** When the client last sent anything. */
  heardAt: number;
  /** When the person last did anything: a ping is not doing. */
  actedAt: number;
  badFramesInARow: number;
  closed: boolean;
  /** Rooms it is joined to or joining. */
  readonly rooms: Set<string>;
  /** Joining goes one by one, so that no entry comes twice. */
  joining: Promise<unknown> | undefined;
}
