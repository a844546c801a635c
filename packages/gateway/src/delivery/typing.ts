import type { Audience, RoomRef } from '@stackbox/core';
import { limits } from '@stackbox/protocol';

/** Ends each typing by itself when its writer falls silent (DEL6). */
export class TypingTimeouts {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #audience: Audience;

  constructor(audience: Audience) {
    this.#audience = audience;
  }

  heard(room: RoomRef, userId: string, on: boolean): void {
    const key = `${room.roomId} ${userId}`;
    clearTimeout(this.#timers.get(key));
    if (!on) {
      this.#timers.delete(key);
      return;
    }
    const end = () => {
      this.#timers.delete(key);
      this.#audience.passing(room, { type: 'typing', roomId: room.roomId, userId, on: false }, userId);
    };
    this.#timers.set(key, setTimeout(end, limits.typingMs).unref());
  }
}
