import type { CursorEvent, PresenceEvent, TypingEvent } from '@stackbox/protocol';

interface PassingEvent {
  json: string;
  exceptUserId: string | undefined;
}

const gatherMs = 50;

/**
 * Gathers what passes (typing, presence, cursors) for a moment and tells each room once, with the newest of each kind
 * and person: nobody needs to know of a state that is over.
 */
export class Passing {
  #rooms = new Map<string, Map<string, PassingEvent>>();
  #scheduled = false;
  readonly #tell: (roomId: string, events: readonly PassingEvent[]) => void;

  constructor(tell: (roomId: string, events: readonly PassingEvent[]) => void) {
    this.#tell = tell;
  }

  add(
    roomId: string,
    event: CursorEvent | TypingEvent | PresenceEvent,
    exceptUserId: string | undefined,
  ): void {
    let events = this.#rooms.get(roomId);
    if (events === undefined) {
      events = new Map();
      this.#rooms.set(roomId, events);
    }
    events.set(`${event.type} ${event.userId}`, { json: JSON.stringify(event), exceptUserId });
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => this.#flush(), gatherMs).unref();
  }

  #flush(): void {
    const rooms = this.#rooms;
    this.#rooms = new Map();
    this.#scheduled = false;
    for (const [roomId, events] of rooms) this.#tell(roomId, [...events.values()]);
  }
}
