import { apply, emptyRoom, type RoomState } from '@stackbox/core/apply';
import type { FakeRoom } from './fake-log.ts';

/** What a state shows, fit to compare. */
export function shown(state: RoomState) {
  const { epoch, first, head, name, topic, deleted, members, messages, threads, pinned } = state;
  return {
    epoch,
    first,
    head,
    name,
    topic,
    deleted,
    members: [...members].sort(),
    messages: [...messages].sort(([a], [b]) => a - b).map(([, message]) => message),
    threads: [...threads].sort(([a], [b]) => a - b),
    pinned: [...pinned].sort((a, b) => a - b),
  };
}

/** The room read fresh from the log, from `first` on (LOG8). */
export function freshFrom(room: FakeRoom, first: number): RoomState {
  return apply(emptyRoom(room.epoch, first - 1), room.log.slice(first - 1));
}
