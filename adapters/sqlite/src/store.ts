import type {
  Clock,
  Committed,
  Cursors,
  Ids,
  Member,
  Members,
  MessageLog,
  Rooms,
  Sessions,
} from '@stackbox/core';
import type { Role } from '@stackbox/protocol';
import { startCheckpointer } from './checkpointer.ts';
import { type CommitReport, Committer } from './committer.ts';
import type { Answers, AppendedDraft, Op } from './ops.ts';
import { Reader } from './reader.ts';
import type { CachedRoom } from './room-cache.ts';
import { entryOf } from './rows.ts';
import { openForReading, openForWriting } from './schema.ts';
import { type LogSearch, noSearch, openSearch, openSearchHere } from './search/search.ts';

export interface StoreOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** For those who measure. */
  readonly onCommit?: (report: CommitReport) => void;
  /** A read of entries went to the database: near the head of a room, one serves all who ask. */
  readonly onLogRead?: () => void;
  /** The file of the search index. Left out, a log in a file cannot be searched; one in memory always can. */
  readonly search?: string;
  /** Hears what hinders the search. Messages go on. */
  readonly onSearchFault?: (fault: unknown) => void;
}

/** What makes a workspace and its people; sign-up is another's. */
export interface Founding {
  createWorkspace(workspace: { workspaceId: string; slug: string; name: string }): Promise<void>;
  /** Makes the user if the address is new, and the member; answers the user's id. */
  addMember(member: Member): Promise<{ userId: string }>;
}

export interface Store {
  readonly log: MessageLog;
  readonly rooms: Rooms;
  readonly cursors: Cursors;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly founding: Founding;
  readonly search: LogSearch;
  /** Commits what is waiting and lets go of the file. */
  close(): Promise<void>;
}

/**
 * The log of one machine in the SQLite file at `path`, or in memory for `:memory:`.
 * One process may have it open: what is remembered here is exact because nobody else writes.
 */
export async function openStore(path: string, options: StoreOptions): Promise<Store> {
  const { clock, ids, onCommit = () => {}, onLogRead = () => {}, onSearchFault = () => {} } = options;
  const listeners: ((batch: readonly Committed[]) => void)[] = [];
  let batch: Committed[] = [];

  const settled = (op: Op, value: Answers[Op['op']]): void => {
    for (const appended of appendedBy(op, value)) {
      const { workspaceId, roomId, epoch, draft, seq, at } = appended;
      const entry = entryOf(draft, seq, at);
      reader.follow(roomId, entry);
      batch.push({ workspaceId, roomId, epoch, entry });
    }
    if (op.op === 'changeRole' || op.op === 'removeUser') reader.forgetMember(op.workspaceId, op.userId);
  };
  const batchSettled = (report: CommitReport): void => {
    onCommit(report);
    const committed = batch;
    batch = [];
    if (committed.length > 0) for (const listener of listeners) listener(committed);
  };

  let committer: Committer;
  let reader: Reader;
  let checkpointer: { close(): Promise<void> } | undefined;
  let search: LogSearch;
  if (path === ':memory:') {
    const db = openForWriting(path);
    reader = new Reader(db, onLogRead);
    committer = Committer.here(db, settled, batchSettled);
    search = await openSearchHere(db, onSearchFault);
  } else {
    committer = await Committer.onThread(path, settled, batchSettled);
    reader = new Reader(openForReading(path), onLogRead);
    checkpointer = startCheckpointer(path, () => committer.rewind());
    search = options.search === undefined ? noSearch : await openSearch(path, options.search, onSearchFault);
  }
  listeners.push((committed) => search.follow(committed));
  const submit = <O extends Op>(op: O) => committer.submit(op);

  const memberView = ({ room, members }: CachedRoom, userId: string): { role: Role } | undefined =>
    members.has(userId) ? reader.member(room.workspaceId, userId) : undefined;

  const log: MessageLog = {
    append: ({ workspaceId, roomId }, draft) =>
      submit({ op: 'append', workspaceId, roomId, draft, at: clock.now() }),
    async read(ref, range) {
      const room = reader.room(ref);
      return room && reader.page(room, range);
    },
    async entry(ref, seq) {
      const room = reader.room(ref);
      return room && reader.entry(room, seq);
    },
    async revisions(ref, seq) {
      const room = reader.room(ref);
      return room === undefined ? [] : reader.revisions(room, seq);
    },
    onCommitted(listener) {
      listeners.push(listener);
    },
  };

  const rooms: Rooms = {
    async create(room) {
      const { roomId, duplicate } = await submit({
        op: 'createRoom',
        room,
        epoch: ids.fresh('epoch'),
        at: clock.now(),
      });
      return { roomId, duplicate };
    },
    async standing(ref, userId) {
      const cached = reader.room(ref);
      const member = cached && memberView(cached, userId);
      return cached && member && { room: cached.room, role: member.role };
    },
    async ofMember(workspaceId, userId, { after = '', limit }) {
      const found = reader.roomIdsOf(workspaceId, userId, after, limit);
      return found.flatMap((roomId) => reader.room({ workspaceId, roomId })?.room ?? []);
    },
    async people(ref, { after = '', limit }) {
      const room = reader.room(ref);
      return room === undefined ? [] : reader.people(room, after, limit);
    },
    async size(ref) {
      return reader.room(ref)?.members.size ?? 0;
    },
    async notesOf(ref) {
      const room = reader.room(ref);
      const roomId = room && reader.notesOf(room);
      return roomId === undefined ? undefined : reader.room({ ...ref, roomId })?.room;
    },
    async summary(ref, userId) {
      const cached = reader.room(ref);
      if (cached === undefined || memberView(cached, userId) === undefined) return undefined;
      const { delivered, read } = reader.cursor(cached, userId);
      return {
        room: cached.room,
        head: cached.head,
        delivered,
        read,
        unread: reader.unread(cached, userId, read),
      };
    },
    async end({ workspaceId, roomId }, by) {
      const { epoch, seq, at, duplicate } = await submit({
        op: 'endRoom',
        workspaceId,
        roomId,
        by,
        at: clock.now(),
      });
      return { epoch, seq, at, duplicate };
    },
  };

  const cursors: Cursors = {
    async advance({ workspaceId, roomId }, userId, { delivered = 0, read = 0 }) {
      return { userId, ...(await submit({ op: 'advance', workspaceId, roomId, userId, delivered, read })) };
    },
    async of(ref) {
      const room = reader.room(ref);
      return room === undefined ? [] : reader.cursors(room);
    },
  };

  const members: Members = {
    member: async (workspaceId, userId) => reader.member(workspaceId, userId),
    list: async (workspaceId, { after = '', limit }) => reader.membersAfter(workspaceId, after, limit),
    acquaintances: async (workspaceId, userId, { after = '', limit }) =>
      reader.acquaintancesAfter(workspaceId, userId, after, limit),
    changeRole: (workspaceId, userId, role) => submit({ op: 'changeRole', workspaceId, userId, role }),
    async remove(workspaceId, userId, by) {
      await submit({ op: 'removeUser', workspaceId, userId, by, at: clock.now() });
    },
  };

  const sessions: Sessions = {
    revoke: ({ sessionId, expiresAt }) => submit({ op: 'revoke', sessionId, expiresAt, now: clock.now() }),
    isRevoked: async (sessionId) => reader.isRevoked(sessionId),
  };

  const founding: Founding = {
    createWorkspace: (workspace) => submit({ op: 'createWorkspace', ...workspace, at: clock.now() }),
    addMember: (member) => submit({ op: 'addUser', ...member, at: clock.now() }),
  };

  return {
    log,
    rooms,
    cursors,
    members,
    sessions,
    founding,
    search,
    async close() {
      await search.close();
      await checkpointer?.close();
      await committer.close();
      reader.close();
    },
  };
}

/** The entries that an op put into the log. */
function appendedBy(op: Op, value: Answers[Op['op']]): readonly AppendedDraft[] {
  if (op.op === 'append') {
    const { epoch, seq, at, duplicate } = value as Answers['append'];
    const { workspaceId, roomId, draft } = op;
    return duplicate ? [] : [{ workspaceId, roomId, epoch, seq, at, draft }];
  }
  return value !== undefined && 'appended' in value ? value.appended : [];
}
