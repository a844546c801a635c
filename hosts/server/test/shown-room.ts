import type { Entry, PersonHere, Queued, Reach, RoomSnapshot, RoomState } from '@stackbox/client';
import { apply, emptyRoom } from '@stackbox/core/apply';
import type { ShownRoom } from '../src/chat/transcript.ts';

/** Noon, local time, of a Wednesday. */
export const noon = new Date(2026, 10, 18, 12).getTime();

export const ana: PersonHere = { userId: 'usr_ana', name: 'Ana', role: 'owner', state: 'online' };
export const ben: PersonHere = { userId: 'usr_ben', name: 'Ben', role: 'client', state: 'online' };

type Said = { by?: string; at?: number; text?: string; replyTo?: number; name?: string };

/** A room whose log the test writes. */
export class WrittenRoom implements ShownRoom {
  state: RoomState | undefined;
  people: PersonHere[] = [ana, ben];
  queued: Queued[] = [];
  read = 0;
  unread = 0;
  reached: Reach = 'stored';
  #version = 0;

  /** `after`: the log is held from the entry after that one on. */
  constructor(after = 0, epoch = 'e1') {
    this.begin(epoch, after);
  }

  begin(epoch: string, after = 0): void {
    this.state = emptyRoom(epoch, after);
  }

  message(text: string, { by = 'usr_ben', at = noon, replyTo }: Said = {}): number {
    return this.#append({
      kind: 'message',
      by,
      at,
      clientId: `c${this.#version}`,
      text,
      files: [],
      mentions: [],
      ...(replyTo === undefined ? {} : { replyTo }),
    });
  }

  edit(target: number, text: string, by = 'usr_ben'): void {
    this.#append({ kind: 'edit', by, at: noon, target, text, mentions: [] });
  }

  withdraw(target: number): void {
    this.#append({ kind: 'delete', by: 'usr_ben', at: noon, target });
  }

  react(target: number, emoji: string, by = 'usr_ben', on = true): void {
    this.#append({ kind: 'reaction', by, at: noon, target, emoji, on });
  }

  pin(target: number, on = true): void {
    this.#append({ kind: 'pin', by: 'usr_ana', at: noon, target, on });
  }

  getSnapshot(): RoomSnapshot {
    const messages = [...(this.state?.messages.values() ?? [])].sort((a, b) => a.seq - b.seq);
    const { people, queued, read, unread } = this;
    return {
      id: 'room_1',
      status: 'ready',
      name: 'Ben',
      topic: '',
      kind: 'client',
      unread,
      latest: messages.at(-1),
      version: this.#version,
      messages,
      hasEarlier: (this.state?.first ?? 1) > 1,
      read,
      people,
      cursors: [],
      typing: [],
      queued,
    };
  }

  reach(): Reach {
    return this.reached;
  }

  #append(entry: Entry extends infer E ? (E extends Entry ? Omit<E, 'seq'> : never) : never): number {
    const state = this.state ?? emptyRoom('e1');
    const seq = state.head + 1;
    this.state = apply(state, [{ ...entry, seq } as Entry]);
    this.#version++;
    return seq;
  }
}
