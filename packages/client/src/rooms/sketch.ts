import type { MessageState } from '@stackbox/core/apply';
import type { Queued } from '../outbox/outbox.ts';
import { alike } from '../store.ts';
import type { HeldRoom } from './held-room.ts';
import type { RoomSnapshot, RoomSummary } from './room.ts';

/** The lists of a snapshot that are made anew each time. */
const lists = ['people', 'cursors', 'typing', 'queued'] as const;

/** Draws snapshots of a held room. What did not change is the same object as before, part by part. */
export class Sketch {
  readonly #held: HeldRoom;
  #messages: { readonly version: number; readonly list: readonly MessageState[] } = { version: -1, list: [] };

  constructor(held: HeldRoom) {
    this.#held = held;
  }

  draw(before: RoomSnapshot | undefined, queued: readonly Queued[]): RoomSnapshot {
    const { log, own, company, typing } = this.#held;
    const after: RoomSnapshot = {
      ...summaryOf(this.#held),
      version: log.version,
      messages: this.#list(),
      hasEarlier: log.state !== undefined && log.state.first > 1,
      read: own.read,
      people: company.people,
      cursors: company.cursors,
      typing: typing.users,
      queued,
    };
    if (before === undefined) return after;
    const same = lists.filter((part) => equal(before[part], after[part]));
    const mixed = { ...after, ...Object.fromEntries(same.map((part) => [part, before[part]])) };
    return alike(before, mixed) ? before : mixed;
  }

  #list(): readonly MessageState[] {
    const { state, version } = this.#held.log;
    if (this.#messages.version === version) return this.#messages.list;
    const list: MessageState[] = [];
    for (let seq = state?.first ?? 1; seq <= (state?.head ?? 0); seq++) {
      const message = state?.messages.get(seq);
      if (message !== undefined) list.push(message);
    }
    this.#messages = { version, list };
    return list;
  }
}

export function summaryOf({ id, status, info, unread, log: { state } }: HeldRoom): RoomSummary {
  // The list may be older than an entry that names the room, unless the copy holds none.
  const named = state?.decided.has('room') ? state : info;
  return {
    id,
    status,
    name: named?.name ?? '',
    topic: named?.topic ?? '',
    kind: info?.kind,
    unread,
    latest: latest(state),
  };
}

function latest(state: HeldRoom['log']['state']): MessageState | undefined {
  for (let seq = state?.head ?? 0; seq >= (state?.first ?? 1); seq--) {
    const message = state?.messages.get(seq);
    if (message !== undefined) return message;
  }
  return undefined;
}

function equal(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
