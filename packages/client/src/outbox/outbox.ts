import type { FileRef, Position, WireError } from '@stackbox/protocol';
import type { StackBoxError } from '../errors.ts';

/** What the user did, as the wire's action takes it, without room and clientId. */
export type Deed =
  | {
      readonly action: 'sendMessage';
      readonly text: string;
      readonly files?: readonly FileRef[];
      readonly replyTo?: number;
    }
  | { readonly action: 'editMessage'; readonly seq: number; readonly text: string }
  | { readonly action: 'deleteMessage'; readonly seq: number }
  | { readonly action: 'react'; readonly seq: number; readonly emoji: string; readonly on: boolean }
  | { readonly action: 'pin'; readonly seq: number; readonly on: boolean };

/** A deed as it is kept until the server has it. Plain JSON. */
export interface OutboxItem {
  readonly clientId: string;
  readonly roomId: string;
  /** Ascending: the order in which the user did it. Clocks go back, this doesn't (LOG2). */
  readonly order: number;
  /** When, by this machine's clock, in milliseconds since 1970. For people. */
  readonly at: number;
  /** `workspaceId/userId` of who did it, if that was known: nobody else's session sends it. */
  readonly by?: string;
  readonly deed: Deed;
  /** The server refused it for good: kept for the user to decide. */
  readonly failed?: WireError;
}

/**
 * Port: what was done and is not known to be on the server yet. One client at a time uses an outbox.
 *
 * An implementation owes: `put` (which replaces an item of the same clientId) and `remove` resolve once they would
 * survive the end of the process; `load` gives every item that was put and not removed; calls may overlap, and take effect
 * in the order in which they were made.
 */
export interface Outbox {
  load(): Promise<OutboxItem[]>;
  put(item: OutboxItem): Promise<void>;
  remove(clientId: string): Promise<void>;
  /** Lets go of files and locks after what was called before; the next call takes them again. */
  close?(): Promise<void>;
}

/** Lives as long as the process. */
export function memoryOutbox(items: readonly OutboxItem[] = []): Outbox {
  const kept = new Map(items.map((item) => [item.clientId, item]));
  return {
    load: async () => [...kept.values()],
    put: async (item) => {
      kept.set(item.clientId, item);
    },
    remove: async (clientId) => {
      kept.delete(clientId);
    },
  };
}

/** A deed on its way, to draw from. */
export interface Queued {
  readonly clientId: string;
  readonly roomId: string;
  readonly at: number;
  readonly deed: Deed;
  readonly status: 'queued' | 'sending' | 'failed';
  /** Of `failed`: why the server refused it. */
  readonly error?: StackBoxError;
}

/** A deed that is kept. */
export interface Sent {
  readonly clientId: string;
  /**
   * Resolves once the server has it on disk (LOG3).
   * @throws StackBoxError if it refused for good, or the user discarded it, or this client was closed before.
   */
  stored(): Promise<Position>;
}
