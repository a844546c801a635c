import type { Member, Page, Range, Revision, Room, RoomRef } from '@stackbox/core';
import type { Cursor, Entry, Role, RoomKind } from '@stackbox/protocol';
import type { Statement } from 'better-sqlite3';
import { type CachedRoom, RoomCache, tailLength } from './room-cache.ts';
import { type EntryRow, entryIn, type MessageBody } from './rows.ts';
import { type Db, tallyChunk } from './schema.ts';

interface RoomRow {
  no: number;
  id: string;
  workspace: string;
  kind: RoomKind;
  name: string;
  topic: string;
  epoch: string;
  created_at: number;
  notes_for: string | null;
}

const rememberedRooms = 20_000;
const rememberedMembers = 100_000;

/**
 * Reads the log. Small reads run right here: from memory a tenth, from the page cache a few tens of microseconds, less
 * than the way to another thread and back.
 */
export class Reader {
  readonly #db: Db;
  readonly #sql: ReturnType<typeof statements>;
  readonly #rooms = new RoomCache(rememberedRooms);
  readonly #members = new Map<string, Map<string, Member>>();
  readonly #userIds = new Map<number, string>();
  readonly #userNos = new Map<string, number>();
  readonly #onLogRead: () => void;
  readonly #load: (roomId: string) => CachedRoom | undefined;

  constructor(db: Db, onLogRead: () => void) {
    this.#db = db;
    this.#sql = statements(db);
    this.#onLogRead = onLogRead;
    // One transaction, so that the head and the membership are of one moment.
    this.#load = db.transaction((roomId: string) => this.#read(roomId));
  }

  /** A room of the workspace, or undefined. */
  room({ workspaceId, roomId }: RoomRef): CachedRoom | undefined {
    let cached = this.#rooms.get(roomId);
    if (cached === undefined) {
      cached = this.#load(roomId);
      if (cached === undefined) return undefined;
      this.#rooms.set(roomId, cached);
    }
    return cached.room.workspaceId === workspaceId ? cached : undefined;
  }

  /** Must hear every committed entry, before anyone is answered: what is remembered is then never stale (SEC2). */
  follow(roomId: string, entry: Entry): void {
    this.#rooms.follow(roomId, entry);
  }

  forgetMember(workspaceId: string, userId: string): void {
    this.#members.get(workspaceId)?.delete(userId);
  }

  member(workspaceId: string, userId: string): Member | undefined {
    let known = this.#members.get(workspaceId);
    const member = known?.get(userId);
    if (member !== undefined) return member;
    const row = this.#sql.member.get(workspaceId, userId);
    if (row === undefined) return undefined;
    if (known === undefined) {
      known = new Map();
      this.#members.set(workspaceId, known);
    }
    if (known.size >= rememberedMembers) known.clear();
    const read = { workspaceId, ...row };
    known.set(userId, read);
    return read;
  }

  membersAfter(workspaceId: string, after: string, limit: number): Member[] {
    return this.#sql.membersOfWorkspace
      .all(workspaceId, after, limit)
      .map((row) => ({ workspaceId, ...row }));
  }

  acquaintancesAfter(workspaceId: string, userId: string, after: string, limit: number): Member[] {
    return this.#sql.acquaintances
      .all({ workspace: workspaceId, user: userId, after, limit })
      .map((row) => ({ workspaceId, ...row }));
  }

  roomIdsOf(workspaceId: string, userId: string, after: string, limit: number): string[] {
    return this.#sql.roomsOfUser.all(userId, workspaceId, after, limit).map(({ id }) => id);
  }

  people(room: CachedRoom, after: string, limit: number): { userId: string; name: string; role: Role }[] {
    return this.#sql.people.all(room.no, room.room.workspaceId, after, limit);
  }

  notesOf(room: CachedRoom): string | undefined {
    return this.#sql.notes.get(room.no)?.id;
  }

  page(room: CachedRoom, range: Range): Page {
    const { epoch } = room.room;
    const { head } = room;
    const tail = this.#tailFor(room, range);
    if (tail !== undefined) return { epoch, head, entries: cut(tail, range) };
    const rows =
      'after' in range
        ? this.#sql.after.all(room.no, range.after, range.limit)
        : this.#sql.before.all(room.no, Math.min(range.before, head + 1), range.limit).reverse();
    this.#onLogRead();
    // Read up to the head known here: what has been committed since is told to those who listen.
    return { epoch, head, entries: this.#entries(room, rows).filter(({ seq }) => seq <= head) };
  }

  entry(room: CachedRoom, seq: number): Entry | undefined {
    if (seq < 1 || seq > room.head) return undefined;
    const held = room.tail?.[seq - (room.head - room.tail.length) - 1];
    if (held !== undefined) return held;
    return this.#entries(room, this.#sql.after.all(room.no, seq - 1, 1))[0];
  }

  revisions(room: CachedRoom, seq: number): Revision[] {
    return this.#sql.revisions.all(room.no, seq);
  }

  cursor(room: CachedRoom, userId: string): { delivered: number; read: number } {
    return this.#sql.cursor.get(room.no, this.#userNo(userId)) ?? { delivered: 0, read: 0 };
  }

  cursors(room: CachedRoom): Cursor[] {
    return this.#sql.cursors.all(room.no);
  }

  /** Message entries by others after `read` (DEL5), from memory where it reaches, else from running counts. */
  unread(room: CachedRoom, userId: string, read: number): number {
    if (read >= room.head) return 0;
    const tail = this.#tailFor(room, { after: read, limit: tailLength });
    if (tail !== undefined) {
      let unread = 0;
      for (const entry of tail)
        if (entry.seq > read && entry.kind === 'message' && entry.by !== userId) unread++;
      return unread;
    }
    const before = read === 0 ? 0 : (this.#sql.messagesUpTo.get(room.no, read)?.messages ?? 0);
    return room.messages - before - this.#ownAfter(room, this.#userNo(userId), read);
  }

  /** Full chunks are counted already; only the two broken ones at the ends are walked. */
  #ownAfter({ no, head }: CachedRoom, user: number, read: number): number {
    const firstFull = Math.ceil(read / tallyChunk);
    const pastFull = Math.floor(head / tallyChunk);
    const walked = (from: number, to: number) => this.#sql.ownBetween.get(no, from, to, user)?.own ?? 0;
    if (firstFull >= pastFull) return walked(read, head);
    const full = this.#sql.ownTallied.get(no, user, firstFull, pastFull)?.own ?? 0;
    return walked(read, firstFull * tallyChunk) + full + walked(pastFull * tallyChunk, head);
  }

  /** The remembered end of the log if it holds all of `range`; a range near the head has it read once for all. */
  #tailFor(room: CachedRoom, range: Range): readonly Entry[] | undefined {
    const from = 'after' in range ? range.after + 1 : Math.min(range.before, room.head + 1) - range.limit;
    const first = room.tail === undefined ? room.head - tailLength + 1 : room.head - room.tail.length + 1;
    if (from < first && first > 1) return undefined;
    return this.#rooms.tail(room, () => {
      this.#onLogRead();
      const rows = this.#sql.after.all(room.no, Math.max(0, first - 1), room.head - Math.max(0, first - 1));
      return this.#entries(room, rows);
    });
  }

  #entries(room: CachedRoom, rows: readonly EntryRow[]): Entry[] {
    const bodies = (seq: number): MessageBody => {
      const row = this.#sql.body.get(room.no, seq);
      return row === undefined ? {} : (JSON.parse(row.body) as MessageBody);
    };
    return rows.map((row) => entryIn(row, this.#userId(row.by_no), bodies));
  }

  #read(roomId: string): CachedRoom | undefined {
    const row = this.#sql.room.get(roomId);
    if (row === undefined) return undefined;
    const { seq: head, messages } = this.#sql.last.get(row.no) ?? { seq: 0, messages: 0 };
    const members = new Set(this.#sql.memberIds.all(row.no).map(({ id }) => id));
    return { no: row.no, room: roomOf(row), head, messages, members, tail: undefined };
  }

  #userId(no: number): string {
    const known = this.#userIds.get(no);
    if (known !== undefined) return known;
    const id = this.#sql.userId.get(no)?.id ?? 'usr_unknown';
    this.#userIds.set(no, id);
    return id;
  }

  #userNo(id: string): number {
    const known = this.#userNos.get(id);
    if (known !== undefined) return known;
    const no = this.#sql.userNo.get(id)?.no ?? -1;
    if (no !== -1) this.#userNos.set(id, no);
    return no;
  }

  isRevoked(sessionId: string): boolean {
    return this.#sql.revoked.get(sessionId) !== undefined;
  }

  close(): void {
    this.#db.close();
  }
}

function cut(tail: readonly Entry[], range: Range): Entry[] {
  if ('after' in range) {
    const from = tail.findIndex(({ seq }) => seq > range.after);
    return from === -1 ? [] : tail.slice(from, from + range.limit);
  }
  const end = tail.findLastIndex(({ seq }) => seq < range.before) + 1;
  return tail.slice(Math.max(0, end - range.limit), end);
}

function roomOf(row: RoomRow): Room {
  return {
    workspaceId: row.workspace,
    roomId: row.id,
    kind: row.kind,
    name: row.name,
    topic: row.topic,
    epoch: row.epoch,
    createdAt: row.created_at,
    ...(row.notes_for === null ? {} : { notesFor: row.notes_for }),
  };
}

function statements(db: Db) {
  const sql = <Bind extends unknown[], Row>(source: string) => db.prepare(source) as Statement<Bind, Row>;
  const entry = 'seq, at, by_no, kind, client_id, target, body';
  const person = 'users.id AS userId, users.name, role';
  return {
    room: sql<[string], RoomRow>(
      `SELECT rooms.no, rooms.id, workspaces.id AS workspace, kind, rooms.name, topic, epoch, rooms.created_at,
         (SELECT id FROM rooms AS of WHERE of.no = rooms.notes_for) AS notes_for
       FROM rooms JOIN workspaces ON workspaces.no = workspace_no WHERE rooms.id = ? AND ended_at IS NULL`,
    ),
    last: sql<[number], { seq: number; messages: number }>(
      'SELECT seq, messages FROM entries WHERE room_no = ? ORDER BY seq DESC LIMIT 1',
    ),
    memberIds: sql<[number], { id: string }>(
      'SELECT users.id FROM room_members JOIN users ON users.no = user_no WHERE room_no = ?',
    ),
    people: sql<[number, string, string, number], { userId: string; name: string; role: Role }>(
      `SELECT ${person} FROM room_members JOIN users ON users.no = room_members.user_no
       JOIN workspace_members USING (user_no)
       WHERE room_no = ? AND workspace_no = (SELECT no FROM workspaces WHERE id = ?) AND users.id > ? ORDER BY users.id LIMIT ?`,
    ),
    notes: sql<[number], { id: string }>('SELECT id FROM rooms WHERE notes_for = ? AND ended_at IS NULL'),
    member: sql<[string, string], Omit<Member, 'workspaceId'>>(
      `SELECT ${person}, email FROM users JOIN workspace_members ON users.no = user_no
       WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?) AND users.id = ?`,
    ),
    membersOfWorkspace: sql<[string, string, number], Omit<Member, 'workspaceId'>>(
      `SELECT ${person}, email FROM users JOIN workspace_members ON users.no = user_no
       WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?) AND users.id > ? ORDER BY users.id LIMIT ?`,
    ),
    acquaintances: sql<
      [{ workspace: string; user: string; after: string; limit: number }],
      Omit<Member, 'workspaceId'>
    >(
      `SELECT ${person}, email FROM users JOIN workspace_members ON users.no = workspace_members.user_no
       WHERE workspace_no = (SELECT no FROM workspaces WHERE id = @workspace) AND users.id > @after AND (users.id = @user OR users.no IN (
         SELECT theirs.user_no FROM room_members AS mine JOIN rooms ON rooms.no = mine.room_no
         JOIN room_members AS theirs ON theirs.room_no = mine.room_no
         WHERE mine.user_no = (SELECT no FROM users WHERE id = @user) AND rooms.kind <> 'team'
           AND rooms.workspace_no = (SELECT no FROM workspaces WHERE id = @workspace)))
       ORDER BY users.id LIMIT @limit`,
    ),
    // `+ 0`: where rows are sorted, SQLite plans anew for each number bound to a bare LIMIT, at five times the cost.
    roomsOfUser: sql<[string, string, string, number], { id: string }>(
      `SELECT rooms.id FROM room_members JOIN rooms ON rooms.no = room_no
       WHERE user_no = (SELECT no FROM users WHERE id = ?) AND workspace_no = (SELECT no FROM workspaces WHERE id = ?)
         AND rooms.id > ? AND ended_at IS NULL ORDER BY rooms.id LIMIT ? + 0`,
    ),
    after: sql<[number, number, number], EntryRow>(
      `SELECT ${entry} FROM entries WHERE room_no = ? AND seq > ? ORDER BY seq LIMIT ?`,
    ),
    before: sql<[number, number, number], EntryRow>(
      `SELECT ${entry} FROM entries WHERE room_no = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    ),
    body: sql<[number, number], { body: string }>('SELECT body FROM entries WHERE room_no = ? AND seq = ?'),
    messagesUpTo: sql<[number, number], { messages: number }>(
      'SELECT messages FROM entries WHERE room_no = ? AND seq = ?',
    ),
    ownBetween: sql<[number, number, number, number], { own: number }>(
      'SELECT count(*) AS own FROM entries WHERE room_no = ? AND seq > ? AND seq <= ? AND kind = 0 AND by_no = ?',
    ),
    ownTallied: sql<[number, number, number, number], { own: number | null }>(
      'SELECT sum(messages) AS own FROM tallies WHERE room_no = ? AND by_no = ? AND chunk >= ? AND chunk < ?',
    ),
    revisions: sql<[number, number], Revision>(
      'SELECT text, replaced_by AS replacedBy, at FROM revisions WHERE room_no = ? AND seq = ? ORDER BY replaced_by',
    ),
    cursor: sql<[number, number], { delivered: number; read: number }>(
      'SELECT delivered, read FROM cursors WHERE room_no = ? AND user_no = ?',
    ),
    cursors: sql<[number], Cursor>(
      `SELECT users.id AS userId, delivered, read FROM cursors JOIN users ON users.no = user_no WHERE room_no = ?
       ORDER BY users.id`,
    ),
    userId: sql<[number], { id: string }>('SELECT id FROM users WHERE no = ?'),
    userNo: sql<[string], { no: number }>('SELECT no FROM users WHERE id = ?'),
    revoked: sql<[string], { id: string }>('SELECT id FROM revoked_sessions WHERE id = ?'),
  };
}
