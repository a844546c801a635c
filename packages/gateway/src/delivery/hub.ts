import type { Audience, Committed, RoomRef } from '@stackbox/core';
import type { ClosingEvent, CursorEvent, PresenceEvent, TypingEvent } from '@stackbox/protocol';
import type { Connection } from './connection.ts';
import { entryFrames, textFrames } from './frame.ts';
import { Passing } from './passing.ts';

/** A connection's place in a room. */
interface Seat {
  /** The first seq it has not got yet. */
  from: number;
  /** While the log is read for it, what commits is held back here (DEL2). */
  held: Committed[] | undefined;
}

type Channel = Map<Connection, Seat>;

export interface HubStats {
  deliveries: number;
  passingDrops: number;
}

/**
 * Who listens to what on this machine, and the telling: each entry is framed once and the same bytes go to every socket.
 * Membership holds at delivery, not just at joining: a member's leaving is itself an entry, and passes through here in
 * its place between what they may still hear and what they may not (SEC2).
 */
export class Hub implements Audience {
  readonly stats: HubStats = { deliveries: 0, passingDrops: 0 };
  readonly connections = new Set<Connection>();
  readonly #channels = new Map<string, Channel>();
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #passing = new Passing((roomId, events) => this.#tellPassing(roomId, events));

  open(connection: Connection): void {
    this.connections.add(connection);
    const key = userKey(connection.actor);
    const own = this.#byUser.get(key);
    if (own === undefined) this.#byUser.set(key, new Set([connection]));
    else own.add(connection);
  }

  /** Forgets a connection that is gone. */
  forget(connection: Connection): void {
    if (!this.connections.delete(connection)) return;
    connection.closed = true;
    for (const roomId of [...connection.rooms]) this.leave(connection, roomId);
    const key = userKey(connection.actor);
    const own = this.#byUser.get(key);
    own?.delete(connection);
    if (own?.size === 0) this.#byUser.delete(key);
  }

  /** Tells a connection why, closes it, and forgets it at once: it hears nothing more. */
  close(connection: Connection, why: Omit<ClosingEvent, 'type'>): void {
    if (connection.closed) return;
    this.forget(connection);
    connection.line.close(why);
  }

  of(who: { workspaceId: string; userId: string }): ReadonlySet<Connection> {
    return this.#byUser.get(userKey(who)) ?? nobody;
  }

  /** Takes a seat in a room before the log is read for it: what commits from now on waits for `release` (DEL2). */
  hold(connection: Connection, roomId: string): void {
    let channel = this.#channels.get(roomId);
    if (channel === undefined) {
      channel = new Map();
      this.#channels.set(roomId, channel);
    }
    const seat = channel.get(connection);
    if (seat === undefined) channel.set(connection, { from: 1, held: [] });
    else seat.held = [];
    connection.rooms.add(roomId);
  }

  /** Whether the seat taken by `hold` is still there: who was removed meanwhile has none. */
  holds(connection: Connection, roomId: string): boolean {
    return this.#channels.get(roomId)?.get(connection)?.held !== undefined;
  }

  /** Entries from seq `from` on go to the connection as they commit, those held back first. */
  release(connection: Connection, roomId: string, from: number): void {
    const seat = this.#channels.get(roomId)?.get(connection);
    if (seat?.held === undefined) return;
    const held = seat.held.filter(({ entry }) => entry.seq >= from);
    seat.from = from;
    seat.held = undefined;
    if (held.length > 0) this.#push(connection, seat, held);
  }

  leave(connection: Connection, roomId: string): void {
    connection.rooms.delete(roomId);
    const channel = this.#channels.get(roomId);
    if (channel === undefined) return;
    channel.delete(connection);
    if (channel.size === 0) this.#channels.delete(roomId);
  }

  isJoined(connection: Connection, roomId: string): boolean {
    return this.#channels.get(roomId)?.has(connection) ?? false;
  }

  entries(batch: readonly Committed[]): void {
    for (const [roomId, entries] of byRoom(batch)) {
      const channel = this.#channels.get(roomId);
      if (channel !== undefined) this.#tell(roomId, channel, entries);
    }
  }

  /** Who is put into a room learns of it on connections that could not have joined it before. */
  invite({ workspaceId, userId }: { workspaceId: string; userId: string }, committed: Committed): void {
    const { roomId } = committed;
    for (const connection of this.of({ workspaceId, userId })) {
      if (connection.rooms.has(roomId)) continue;
      connection.line.push(framesOf(roomId, [committed]));
      this.stats.deliveries++;
    }
  }

  passing(room: RoomRef, event: CursorEvent | TypingEvent | PresenceEvent, exceptUserId?: string): void {
    if (this.#channels.has(room.roomId)) this.#passing.add(room.roomId, event, exceptUserId);
  }

  dismiss(
    whose: { sessionId: string } | { workspaceId: string; userId: string },
    why: Omit<ClosingEvent, 'type'>,
  ): void {
    const those =
      'userId' in whose
        ? [...this.of(whose)]
        : [...this.connections].filter(({ session }) => session.sessionId === whose.sessionId);
    for (const connection of those) this.close(connection, why);
  }

  #tell(roomId: string, channel: Channel, entries: readonly Committed[]): void {
    let told = 0;
    for (let i = 0; i < entries.length; i++) {
      const { entry } = entries[i] as Committed;
      const leaving = entry.kind === 'member' && !entry.joined;
      const ending = entry.kind === 'room' && entry.deleted === true;
      if (!leaving && !ending) continue;
      // Those who leave hear that they do, and nothing behind it.
      this.#spread(roomId, channel, entries.slice(told, i + 1));
      told = i + 1;
      for (const connection of [...channel.keys()]) {
        if (ending || (leaving && connection.actor.userId === entry.userId)) this.leave(connection, roomId);
      }
    }
    if (told < entries.length) this.#spread(roomId, channel, told === 0 ? entries : entries.slice(told));
  }

  #spread(roomId: string, channel: Channel, entries: readonly Committed[]): void {
    const first = entries[0]?.entry.seq ?? 0;
    let frames: Buffer | undefined;
    for (const [connection, seat] of channel) {
      if (seat.held !== undefined) seat.held.push(...entries);
      else if (seat.from > first)
        this.#push(
          connection,
          seat,
          entries.filter(({ entry }) => entry.seq >= seat.from),
        );
      else {
        frames ??= framesOf(roomId, entries);
        connection.line.push(frames);
        this.stats.deliveries += entries.length;
      }
    }
  }

  #push(connection: Connection, seat: Seat, entries: readonly Committed[]): void {
    const [first] = entries;
    if (first === undefined) return;
    connection.line.push(framesOf(first.roomId, entries));
    this.stats.deliveries += entries.length;
    seat.from = (entries.at(-1)?.entry.seq ?? 0) + 1;
  }

  #tellPassing(roomId: string, events: readonly { json: string; exceptUserId: string | undefined }[]): void {
    const channel = this.#channels.get(roomId);
    if (channel === undefined) return;
    const excepted = new Set(events.map(({ exceptUserId }) => exceptUserId));
    const all = textFrames(events.map(({ json }) => json));
    for (const [connection, seat] of channel) {
      if (seat.held !== undefined) continue;
      const { userId } = connection.actor;
      const theirs = excepted.has(userId)
        ? events.filter(({ exceptUserId }) => exceptUserId !== userId)
        : events;
      if (theirs.length === 0) continue;
      const frames = theirs === events ? all : textFrames(theirs.map(({ json }) => json));
      if (!connection.line.pushPassing(frames)) this.stats.passingDrops += theirs.length;
    }
  }
}

const nobody: ReadonlySet<Connection> = new Set();
const userKey = ({ workspaceId, userId }: { workspaceId: string; userId: string }) =>
  `${workspaceId} ${userId}`;

function framesOf(roomId: string, batch: readonly Committed[]): Buffer {
  const [first] = batch;
  // One batch of a room is of one history: a new one starts with the server.
  return entryFrames(
    roomId,
    first?.epoch ?? '',
    batch.map(({ entry }) => entry),
  );
}

function byRoom(batch: readonly Committed[]): Map<string, Committed[]> {
  const rooms = new Map<string, Committed[]>();
  for (const committed of batch) {
    const entries = rooms.get(committed.roomId);
    if (entries === undefined) rooms.set(committed.roomId, [committed]);
    else entries.push(committed);
  }
  return rooms;
}
