import type {
  Appended,
  Committed,
  Cursors,
  Draft,
  Member,
  Members,
  MessageLog,
  RoomRef,
  Rooms,
} from '@stackbox/core';
import { type Entry, type Person, Refusal, type Role } from '@stackbox/protocol';
import type { Ambient } from '../ambient.ts';
import type { TestStore } from '../store.ts';
import { MemoryRoom } from './room.ts';

export interface MemoryOptions extends Ambient {
  /** When a batch of writes commits: with the next microtask unless the test says otherwise. */
  readonly schedule?: (commit: () => void) => void;
  /** When a committed batch is told and answered, in order: at once unless the test says otherwise. Reads may be ahead. */
  readonly tell?: () => Promise<void>;
}

interface Workspace {
  readonly members: Map<string, Member>;
}

const noSuchRoom = () => new Refusal('not_found', 'There is no such room, or you are not in it.');

/**
 * Every port in memory, as plainly as the rules read: the model that other stores are compared with, and the store of
 * tests that are about something else. Writes that wait commit together, as a real store's do.
 */
export function memoryStore({ clock, ids, schedule = queueMicrotask, tell }: MemoryOptions): TestStore {
  const workspaces = new Map<string, Workspace>();
  const usersByEmail = new Map<string, { userId: string; name: string }>();
  const rooms = new Map<string, MemoryRoom>();
  const revoked = new Set<string>();
  const listeners: ((batch: readonly Committed[]) => void)[] = [];
  let waiting: { run: () => unknown; resolve: (value: never) => void; reject: (error: unknown) => void }[] =
    [];
  let batch: Committed[] = [];
  let closed = false;
  let told = Promise.resolve();

  function commit(): void {
    const writes = waiting;
    waiting = [];
    const answers: (() => void)[] = [];
    for (const { run, resolve, reject } of writes) {
      try {
        const value = run() as never;
        answers.push(() => resolve(value));
      } catch (error) {
        answers.push(() => reject(error));
      }
    }
    const committed = batch;
    batch = [];
    const spread = () => {
      if (committed.length > 0) for (const listener of listeners) listener(committed);
      for (const answer of answers) answer();
    };
    if (tell === undefined) spread();
    else told = told.then(tell).then(spread);
  }

  function write<T>(run: () => T): Promise<T> {
    if (closed) return Promise.reject(new Refusal('unavailable', 'The store is closed.'));
    return new Promise<T>((resolve, reject) => {
      waiting.push({ run, resolve: resolve as (value: never) => void, reject });
      if (waiting.length === 1) schedule(commit);
    });
  }

  const roomAt = ({ workspaceId, roomId }: RoomRef): MemoryRoom | undefined => {
    const found = rooms.get(roomId);
    return found?.room.workspaceId === workspaceId ? found : undefined;
  };
  const standing = (ref: RoomRef, userId: string): { found: MemoryRoom; role: Role } | undefined => {
    const found = roomAt(ref);
    const member = workspaces.get(ref.workspaceId)?.members.get(userId);
    return found?.members.has(userId) && member !== undefined ? { found, role: member.role } : undefined;
  };
  const memberOf = (workspaceId: string, userId: string): Member => {
    const member = workspaces.get(workspaceId)?.members.get(userId);
    if (member === undefined)
      throw new Refusal('not_found', `There is no member ${userId} in this workspace.`);
    return member;
  };

  function put(found: MemoryRoom, draft: Draft, at: number): Appended {
    const { seq } = found.add(draft, at);
    const { workspaceId, roomId, epoch } = found.room;
    batch.push({ workspaceId, roomId, epoch, entry: found.entry(seq) as Entry });
    return { epoch, seq, at, duplicate: false };
  }

  function append(ref: RoomRef, draft: Draft, at: number): Appended {
    const found = roomAt(ref);
    if (found === undefined || !found.members.has(draft.by)) throw noSuchRoom();
    const { epoch } = found.room;
    if (draft.kind === 'member') {
      if (draft.joined) memberOf(ref.workspaceId, draft.userId);
      const isIn = found.members.has(draft.userId);
      if (!isIn && !draft.joined) throw new Refusal('not_found', `${draft.userId} is not in this room.`);
      const joining = isIn && draft.joined ? found.joining(draft.userId) : undefined;
      if (joining !== undefined) return { epoch, seq: joining.seq, at: joining.at, duplicate: true };
    }
    if ('clientId' in draft) {
      const earlier = found.earlier(draft.by, draft.clientId);
      if (earlier !== undefined && earlier.draft.kind !== draft.kind) {
        throw new Refusal('conflict', `The clientId ${draft.clientId} was used for something else.`);
      }
      if (earlier !== undefined) return { epoch, seq: earlier.seq, at: earlier.at, duplicate: true };
    }
    if ('target' in draft && !found.stands(draft.target)) {
      throw new Refusal('not_found', `There is no message ${draft.target} in this room.`);
    }
    return put(found, draft, at);
  }

  const log: MessageLog = {
    append(ref, draft) {
      const at = clock.now();
      return write(() => append(ref, draft, at));
    },
    read: async (ref, range) => roomAt(ref)?.page(range),
    entry: async (ref, seq) => roomAt(ref)?.entry(seq),
    revisions: async (ref, seq) => roomAt(ref)?.revisions(seq) ?? [],
    onCommitted(listener) {
      listeners.push(listener);
    },
  };

  const roomsPort: Rooms = {
    create(draft) {
      const createdAt = clock.now();
      const epoch = ids.fresh('epoch');
      return write(() => {
        const { workspaceId, roomId, kind, name, topic, by, memberIds, notesFor, clientId } = draft;
        for (const { room, madeBy, clientId: taken } of rooms.values()) {
          const same = room.workspaceId === workspaceId && madeBy === by && taken === clientId;
          if (same) return { roomId: room.roomId, duplicate: true };
        }
        if (notesFor !== undefined && roomAt({ workspaceId, roomId: notesFor }) === undefined)
          throw noSuchRoom();
        for (const userId of memberIds) memberOf(workspaceId, userId);
        const facts = { workspaceId, roomId, kind, name, topic, epoch, createdAt };
        const made = new MemoryRoom(
          { ...facts, ...(notesFor === undefined ? {} : { notesFor }) },
          by,
          clientId,
        );
        rooms.set(roomId, made);
        put(made, { kind: 'room', by, name, topic }, createdAt);
        for (const userId of memberIds) put(made, { kind: 'member', by, userId, joined: true }, createdAt);
        return { roomId, duplicate: false };
      });
    },
    async standing(ref, userId) {
      const stands = standing(ref, userId);
      return stands && { room: stands.found.room, role: stands.role };
    },
    async ofMember(workspaceId, userId, { after = '', limit }) {
      const theirs = [...rooms.values()].filter(
        ({ room, members }) => room.workspaceId === workspaceId && members.has(userId) && room.roomId > after,
      );
      return theirs
        .map(({ room }) => room)
        .sort(by('roomId'))
        .slice(0, limit);
    },
    async people(ref, { after = '', limit }) {
      const members = [...(roomAt(ref)?.members ?? [])].map((userId) => memberOf(ref.workspaceId, userId));
      const people = members.map(({ userId, name, role }): Person => ({ userId, name, role }));
      return people
        .filter(({ userId }) => userId > after)
        .sort(by('userId'))
        .slice(0, limit);
    },
    size: async (ref) => roomAt(ref)?.members.size ?? 0,
    async notesOf(ref) {
      if (roomAt(ref) === undefined) return undefined;
      return [...rooms.values()].find(({ room }) => room.notesFor === ref.roomId)?.room;
    },
    async summary(ref, userId) {
      const found = standing(ref, userId)?.found;
      if (found === undefined) return undefined;
      const { delivered, read } = found.cursors.get(userId) ?? { delivered: 0, read: 0 };
      return { room: found.room, head: found.head, delivered, read, unread: found.unread(userId, read) };
    },
    end(ref, by) {
      const at = clock.now();
      return write(() => {
        const found = roomAt(ref);
        if (found === undefined || !found.members.has(by)) throw noSuchRoom();
        const { name, topic } = found.room;
        const appended = put(found, { kind: 'room', by, name, topic, deleted: true }, at);
        rooms.delete(ref.roomId);
        return appended;
      });
    },
  };

  const cursors: Cursors = {
    advance: (ref, userId, { delivered = 0, read = 0 }) =>
      write(() => {
        const found = roomAt(ref);
        if (found === undefined || !found.members.has(userId)) throw noSuchRoom();
        const now = found.cursors.get(userId) ?? { delivered: 0, read: 0 };
        const next = {
          delivered: Math.max(now.delivered, Math.min(found.head, Math.max(delivered, read))),
          read: Math.max(now.read, Math.min(found.head, read)),
        };
        const moved = next.delivered > now.delivered || next.read > now.read;
        if (moved) found.cursors.set(userId, next);
        return { userId, ...next, moved };
      }),
    async of(ref) {
      const entries = [...(roomAt(ref)?.cursors ?? [])];
      return entries.map(([userId, cursor]) => ({ userId, ...cursor })).sort(by('userId'));
    },
  };

  const keepAnOwner = (workspaceId: string, userId: string, next: Role | undefined): void => {
    const others = [...(workspaces.get(workspaceId)?.members.values() ?? [])].filter(
      (m) => m.userId !== userId,
    );
    const isOwner = workspaces.get(workspaceId)?.members.get(userId)?.role === 'owner';
    if (isOwner && next !== 'owner' && !others.some(({ role }) => role === 'owner')) {
      throw new Refusal('conflict', 'A workspace needs an owner.');
    }
  };
  const listed = (
    found: Iterable<Member>,
    { after = '', limit }: { after?: string; limit: number },
  ): Member[] =>
    [...found]
      .filter(({ userId }) => userId > after)
      .sort(by('userId'))
      .slice(0, limit);

  const members: Members = {
    member: async (workspaceId, userId) => workspaces.get(workspaceId)?.members.get(userId),
    list: async (workspaceId, page) => listed(workspaces.get(workspaceId)?.members.values() ?? [], page),
    async acquaintances(workspaceId, userId, page) {
      const known = new Set([userId]);
      for (const { room, members: inside } of rooms.values()) {
        if (room.workspaceId !== workspaceId || room.kind === 'team' || !inside.has(userId)) continue;
        for (const other of inside) known.add(other);
      }
      const all = [...(workspaces.get(workspaceId)?.members.values() ?? [])];
      return listed(
        all.filter((member) => known.has(member.userId)),
        page,
      );
    },
    changeRole: (workspaceId, userId, role) =>
      write(() => {
        keepAnOwner(workspaceId, userId, role);
        const found = workspaces.get(workspaceId)?.members;
        const member = found?.get(userId);
        if (member !== undefined) found?.set(userId, { ...member, role });
      }),
    remove(workspaceId, userId, by) {
      const at = clock.now();
      return write(() => {
        keepAnOwner(workspaceId, userId, undefined);
        for (const found of rooms.values()) {
          const isIn = found.room.workspaceId === workspaceId && found.members.has(userId);
          if (isIn) put(found, { kind: 'member', by, userId, joined: false }, at);
        }
        workspaces.get(workspaceId)?.members.delete(userId);
      });
    },
  };

  return {
    log,
    rooms: roomsPort,
    cursors,
    members,
    sessions: {
      revoke: ({ sessionId }) =>
        write(() => {
          revoked.add(sessionId);
        }),
      isRevoked: async (sessionId) => revoked.has(sessionId),
    },
    founding: {
      createWorkspace: ({ workspaceId }) =>
        write(() => {
          workspaces.set(workspaceId, { members: new Map() });
        }),
      addMember: (member) =>
        write(() => {
          const { workspaceId, email, role } = member;
          // One user per address, whatever workspaces they are in.
          const user = usersByEmail.get(email) ?? { userId: member.userId, name: member.name };
          usersByEmail.set(email, user);
          const found = workspaces.get(workspaceId)?.members;
          if (!found?.has(user.userId)) found?.set(user.userId, { workspaceId, email, role, ...user });
          return { userId: user.userId };
        }),
    },
    async close() {
      closed = true;
    },
  };
}

function by<Key extends string>(key: Key) {
  return (a: Record<Key, string>, b: Record<Key, string>) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0);
}
