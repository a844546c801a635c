import type { Draft } from '@stackbox/core';
import { type ErrorCode, Refusal } from '@stackbox/protocol';
import type { Statement } from 'better-sqlite3';
import type { Answer, Answers, AppendedDraft, Op, Place } from './ops.ts';
import { bodyOf, kindNumbers, type MessageBody } from './rows.ts';
import { type Db, tallyChunk } from './schema.ts';

/** What the writer remembers of a room, so that a message costs one insert. Exact: nobody else writes. */
interface OpenRoom {
  readonly no: number;
  readonly workspaceId: string;
  readonly epoch: string;
  head: number;
  messages: number;
  readonly members: Set<number>;
}

const rememberedRooms = 20_000;
const purgedAtOnce = 2_000;

/** The only writer of a log: runs batches of ops, each batch one commit. Synchronous; lives on a thread of its own. */
export class Writer {
  readonly #db: Db;
  readonly #rooms = new Map<string, OpenRoom>();
  readonly #users = new Map<string, number>();
  readonly #sql: ReturnType<typeof statements>;
  #nextId: number;

  constructor(db: Db) {
    this.#db = db;
    this.#sql = statements(db);
    this.#nextId = this.#firstFreeId();
  }

  /**
   * Runs `ops` in order and commits them together; answers in the same order. An op that is refused changes nothing and
   * the others go on. If the commit fails nothing of the batch happened, and every op says so.
   */
  run(ops: readonly Op[]): Answer[] {
    try {
      return this.#commit(ops);
    } catch (error) {
      if (ops.length === 1 || isOutOfSpace(error)) return ops.map(() => failure(error));
      // One op that no check foresaw must not fail its neighbours.
      return ops.map((op) => this.run([op])[0] as Answer);
    }
  }

  #commit(ops: readonly Op[]): Answer[] {
    const answers: Answer[] = [];
    this.#sql.begin.run();
    try {
      for (const op of ops) answers.push(this.#attempt(op));
      this.#sql.commit.run();
      return answers;
    } catch (error) {
      if (this.#db.inTransaction) this.#sql.rollback.run();
      this.#rooms.clear();
      this.#users.clear();
      this.#nextId = this.#firstFreeId();
      throw error;
    }
  }

  #attempt(op: Op): Answer {
    try {
      return { ok: true, value: this.#do(op) };
    } catch (error) {
      // Every refusal is thrown before its op's first write.
      if (error instanceof Refusal) return { ok: false, code: error.code, message: error.message };
      throw error;
    }
  }

  #do(op: Op): Answers[Op['op']] {
    switch (op.op) {
      case 'append':
        return this.#append(op);
      case 'createRoom':
        return this.#createRoom(op);
      case 'endRoom':
        return this.#endRoom(op);
      case 'advance':
        return this.#advance(op);
      case 'createWorkspace':
        this.#sql.addWorkspace.run(op.workspaceId, op.slug, op.name, op.at);
        return undefined;
      case 'addUser':
        return this.#addUser(op);
      case 'changeRole':
        this.#keepAnOwner(op.workspaceId, op.userId, op.role);
        this.#sql.changeRole.run(op.role, op.workspaceId, op.userId);
        return undefined;
      case 'removeUser':
        return this.#removeUser(op);
      case 'revoke':
        this.#sql.forgetSessions.run(op.now);
        this.#sql.revoke.run(op.sessionId, op.expiresAt);
        return undefined;
    }
  }

  #append({ workspaceId, roomId, draft, at }: Op & { op: 'append' }): Place {
    const room = this.#room(workspaceId, roomId);
    const by = this.#member(room, draft.by);
    if (draft.kind === 'member') {
      const already = this.#standsAlready(room, draft);
      if (already !== undefined) return already;
    } else if ('target' in draft) {
      const fault = this.#targetFault(room, draft.target);
      if (fault !== undefined) return this.#earlier(room, by, draft) ?? refuse('not_found', fault);
    }
    return (
      this.#insert(room, by, draft, at) ??
      this.#earlier(room, by, draft) ??
      impossible('a clientId that is there and is not')
    );
  }

  /** Gives the draft the next place, with all that follows from it; undefined if its clientId is taken. */
  #insert(room: OpenRoom, by: number, draft: Draft, at: number): Place | undefined {
    const seq = room.head + 1;
    const messages = room.messages + (draft.kind === 'message' ? 1 : 0);
    const clientId = 'clientId' in draft ? draft.clientId : null;
    const target = 'target' in draft ? draft.target : null;
    const { changes } = this.#sql.insert.run(
      this.#nextId,
      room.no,
      seq,
      at,
      by,
      kindNumbers[draft.kind],
      clientId,
      target,
      messages,
      bodyOf(draft),
    );
    if (changes === 0) return undefined;
    this.#nextId++;
    room.head = seq;
    room.messages = messages;
    if (seq % tallyChunk === 0)
      this.#sql.tally.run({ room: room.no, chunk: seq / tallyChunk - 1, from: seq - tallyChunk, to: seq });
    this.#follow(room, draft, seq, at);
    return { epoch: room.epoch, seq, at, duplicate: false };
  }

  /** What an entry changes beside itself. */
  #follow(room: OpenRoom, draft: Draft, seq: number, at: number): void {
    switch (draft.kind) {
      case 'edit': {
        const { text: earlier = '', ...kept } = this.#messageBody(room, draft.target);
        this.#sql.keepRevision.run(room.no, draft.target, seq, at, earlier);
        const { mentions: _, ...rest } = kept;
        const mentions = draft.mentions.length > 0 ? { mentions: draft.mentions } : {};
        this.#sql.setBody.run(
          JSON.stringify({ ...rest, text: draft.text, ...mentions }),
          room.no,
          draft.target,
        );
        return;
      }
      case 'delete': {
        const { replyTo, sentAt } = this.#messageBody(room, draft.target);
        this.#sql.setBody.run(JSON.stringify({ replyTo, sentAt, deleted: true }), room.no, draft.target);
        this.#sql.dropRevisions.run(room.no, draft.target);
        this.#sql.blankReactions.run(room.no, draft.target);
        return;
      }
      case 'member': {
        const user = this.#user(draft.userId);
        if (draft.joined) {
          this.#sql.join.run(room.no, user, seq);
          room.members.add(user);
        } else {
          this.#sql.leave.run(room.no, user);
          this.#sql.dropCursor.run(room.no, user);
          room.members.delete(user);
        }
        return;
      }
      case 'room':
        this.#sql.rename.run(draft.name, draft.topic, room.no);
        return;
      case 'message':
      case 'reaction':
      case 'pin':
        return;
    }
  }

  /** The entry that this author's clientId already has (LOG4). */
  #earlier(room: OpenRoom, by: number, draft: Draft): Place | undefined {
    if (!('clientId' in draft)) return undefined;
    const row = this.#sql.byClientId.get(draft.clientId, room.no, by);
    if (row === undefined) return undefined;
    if (row.kind !== kindNumbers[draft.kind]) {
      refuse(
        'conflict',
        `The clientId ${draft.clientId} was used for something else in this room. Use a new one.`,
      );
    }
    return { epoch: room.epoch, seq: row.seq, at: row.at, duplicate: true };
  }

  /** Where a member draft that would change nothing is already true. */
  #standsAlready(room: OpenRoom, { userId, joined }: Draft & { kind: 'member' }): Place | undefined {
    const user = this.#user(userId);
    if (room.members.has(user) !== joined) {
      // Checked here and not only before: they may have left the workspace since.
      if (joined && this.#sql.roleIn.get(room.workspaceId, user) === undefined) {
        refuse('not_found', `There is no member ${userId} in this workspace.`);
      }
      return undefined;
    }
    if (!joined) return refuse('not_found', `${userId} is not in this room.`);
    const { since } = this.#sql.since.get(room.no, user) ?? impossible('a member without a row');
    const { at } = this.#sql.at.get(room.no, since) ?? impossible('a joining without an entry');
    return { epoch: room.epoch, seq: since, at, duplicate: true };
  }

  #targetFault(room: OpenRoom, target: number): string | undefined {
    const row = this.#sql.target.get(room.no, target);
    if (row?.kind !== kindNumbers.message) return `There is no message ${target} in this room.`;
    return row.deleted === 1 ? `Message ${target} was withdrawn.` : undefined;
  }

  #messageBody(room: OpenRoom, seq: number): MessageBody {
    const row = this.#sql.body.get(room.no, seq) ?? impossible('a target without a row');
    return JSON.parse(row.body) as MessageBody;
  }

  #createRoom({ room, epoch, at }: Op & { op: 'createRoom' }): Answers['createRoom'] {
    const { workspaceId, by } = room;
    const workspace =
      this.#sql.workspace.get(workspaceId) ?? refuse('not_found', `There is no workspace ${workspaceId}.`);
    const maker = this.#user(by);
    const earlier = this.#sql.roomByClientId.get(workspace.no, maker, room.clientId);
    if (earlier !== undefined) return { roomId: earlier.id, duplicate: true, appended: [] };
    const notesFor = room.notesFor === undefined ? null : this.#room(workspaceId, room.notesFor).no;
    const founders = room.memberIds.map((userId) => ({ userId, no: this.#user(userId) }));
    for (const { userId, no } of founders) {
      if (this.#sql.role.get(workspace.no, no) === undefined)
        refuse('not_found', `There is no member ${userId} in this workspace.`);
    }
    const { lastInsertRowid } = this.#sql.addRoom.run(
      room.roomId,
      workspace.no,
      room.kind,
      room.name,
      room.topic,
      epoch,
      at,
      notesFor,
      maker,
      room.clientId,
    );
    const open: OpenRoom = {
      no: Number(lastInsertRowid),
      workspaceId,
      epoch,
      head: 0,
      messages: 0,
      members: new Set(),
    };
    this.#remember(room.roomId, open);
    const drafts: Draft[] = [
      { kind: 'room', by, name: room.name, topic: room.topic },
      ...room.memberIds.map((userId) => ({ kind: 'member', by, userId, joined: true }) as const),
    ];
    return {
      roomId: room.roomId,
      duplicate: false,
      appended: this.#insertAll(room.roomId, open, drafts, at),
    };
  }

  #insertAll(roomId: string, room: OpenRoom, drafts: readonly Draft[], at: number): AppendedDraft[] {
    return drafts.map((draft) => {
      const { seq } =
        this.#insert(room, this.#user(draft.by), draft, at) ??
        impossible('a draft without clientId that is taken');
      return { workspaceId: room.workspaceId, roomId, epoch: room.epoch, seq, at, draft };
    });
  }

  #endRoom({ workspaceId, roomId, by, at }: Op & { op: 'endRoom' }): Answers['endRoom'] {
    const room = this.#room(workspaceId, roomId);
    this.#member(room, by);
    const { name, topic } = this.#sql.label.get(room.no) ?? impossible('a room without a row');
    const appended = this.#insertAll(roomId, room, [{ kind: 'room', by, name, topic, deleted: true }], at);
    this.#sql.endRoom.run(at, room.no);
    this.#sql.emptyRoom.run(room.no);
    this.#rooms.delete(roomId);
    return { epoch: room.epoch, seq: room.head, at, duplicate: false, appended };
  }

  /**
   * Takes a part of what ended rooms left off the disk.
   * @returns whether there is more to do
   */
  purge(): boolean {
    const room = this.#sql.endedRoom.get();
    if (room === undefined) return false;
    this.#db.transaction(() => {
      const { changes } = this.#sql.purgeEntries.run(room.no, purgedAtOnce);
      if (changes === purgedAtOnce) return;
      for (const statement of this.#sql.purgeRest) statement.run(room.no);
      // Ids of purged entries are never given again: what follows the log by id has seen them.
      this.#sql.noteLastId.run(this.#nextId - 1);
    })();
    return true;
  }

  #advance({ workspaceId, roomId, userId, delivered, read }: Op & { op: 'advance' }): Answers['advance'] {
    const room = this.#room(workspaceId, roomId);
    const user = this.#member(room, userId);
    const now = this.#sql.cursor.get(room.no, user) ?? { delivered: 0, read: 0 };
    const next = {
      read: Math.max(now.read, Math.min(read, room.head)),
      delivered: Math.max(now.delivered, Math.min(Math.max(delivered, read), room.head)),
    };
    const moved = next.read > now.read || next.delivered > now.delivered;
    if (moved) this.#sql.setCursor.run(room.no, user, next.delivered, next.read);
    return { ...next, moved };
  }

  #addUser({ workspaceId, userId, email, name, role, at }: Op & { op: 'addUser' }): Answers['addUser'] {
    const workspace =
      this.#sql.workspace.get(workspaceId) ?? refuse('not_found', `There is no workspace ${workspaceId}.`);
    this.#sql.addUser.run(userId, email, name, at);
    const user = this.#sql.userByEmail.get(email) ?? impossible('a user without a row');
    this.#sql.addMember.run(workspace.no, user.no, role);
    return { userId: user.id };
  }

  #removeUser({ workspaceId, userId, by, at }: Op & { op: 'removeUser' }): Answers['removeUser'] {
    this.#keepAnOwner(workspaceId, userId, undefined);
    const appended: AppendedDraft[] = [];
    for (const { id } of this.#sql.roomsOf.all(this.#user(userId), workspaceId)) {
      const room = this.#room(workspaceId, id);
      appended.push(...this.#insertAll(id, room, [{ kind: 'member', by, userId, joined: false }], at));
    }
    this.#sql.dropMember.run(workspaceId, userId);
    return { appended };
  }

  #keepAnOwner(workspaceId: string, userId: string, next: string | undefined): void {
    const owners = this.#sql.owners.all(workspaceId);
    if (next !== 'owner' && owners.length === 1 && owners[0]?.id === userId) {
      refuse('conflict', 'A workspace needs an owner. Make another member an owner first.');
    }
  }

  #room(workspaceId: string, roomId: string): OpenRoom {
    const room = this.#rooms.get(roomId) ?? this.#load(roomId);
    if (room === undefined || room.workspaceId !== workspaceId) {
      return refuse('not_found', 'There is no such room, or you are not in it.');
    }
    return room;
  }

  #load(roomId: string): OpenRoom | undefined {
    const row = this.#sql.room.get(roomId);
    if (row === undefined) return undefined;
    const last = this.#sql.last.get(row.no) ?? { seq: 0, messages: 0 };
    const members = new Set(this.#sql.members.all(row.no).map(({ user_no }) => user_no));
    const room = {
      no: row.no,
      workspaceId: row.workspace,
      epoch: row.epoch,
      head: last.seq,
      messages: last.messages,
      members,
    };
    this.#remember(roomId, room);
    return room;
  }

  #remember(roomId: string, room: OpenRoom): void {
    if (this.#rooms.size >= rememberedRooms) {
      const [oldest] = this.#rooms.keys();
      if (oldest !== undefined) this.#rooms.delete(oldest);
    }
    this.#rooms.set(roomId, room);
  }

  /** Checked here and not only before: membership may have ended since (SEC2). */
  #member(room: OpenRoom, userId: string): number {
    const user = this.#userNo(userId);
    if (user !== undefined && room.members.has(user)) return user;
    return refuse('not_found', 'There is no such room, or you are not in it.');
  }

  #user(userId: string): number {
    return this.#userNo(userId) ?? refuse('not_found', `There is no member ${userId} in this workspace.`);
  }

  #userNo(userId: string): number | undefined {
    const known = this.#users.get(userId);
    if (known !== undefined) return known;
    const no = this.#sql.user.get(userId)?.no;
    if (no === undefined) return undefined;
    if (this.#users.size >= rememberedRooms) this.#users.clear();
    this.#users.set(userId, no);
    return no;
  }

  #firstFreeId(): number {
    return (this.#sql.lastId.get()?.id ?? 0) + 1;
  }
}

function refuse(code: ErrorCode, message: string): never {
  throw new Refusal(code, message);
}

function impossible(what: string): never {
  throw new Error(`the log contradicts itself: ${what}`);
}

function isOutOfSpace(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|BUSY)/.test(code);
}

function failure(error: unknown): Answer {
  if (isOutOfSpace(error)) {
    const { message } = error as Error;
    return {
      ok: false,
      code: 'unavailable',
      message: `The message could not be written to disk (${message}). It was not stored.`,
    };
  }
  return { ok: false, code: 'internal', message: `The write failed: ${String(error)}` };
}

function statements(db: Db) {
  const sql = <Bind extends unknown[], Row = unknown>(source: string) =>
    db.prepare(source) as Statement<Bind, Row>;
  return {
    begin: sql<[]>('BEGIN IMMEDIATE'),
    commit: sql<[]>('COMMIT'),
    rollback: sql<[]>('ROLLBACK'),
    lastId: sql<[], { id: number }>(
      `SELECT max(coalesce((SELECT max(id) FROM entries), 0), coalesce((SELECT value FROM facts WHERE key = 'last_id'), 0)) AS id`,
    ),
    noteLastId: sql<[number]>(
      `INSERT INTO facts VALUES ('last_id', ?) ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
    ),
    insert: sql<
      [number, number, number, number, number, number, string | null, number | null, number, string]
    >('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    tally: sql<[{ room: number; chunk: number; from: number; to: number }]>(
      `INSERT INTO tallies SELECT room_no, by_no, @chunk, count(*) FROM entries
       WHERE room_no = @room AND seq > @from AND seq <= @to AND kind = 0 GROUP BY by_no`,
    ),
    byClientId: sql<[string, number, number], { seq: number; at: number; kind: number }>(
      'SELECT seq, at, kind FROM entries WHERE client_id = ? AND room_no = ? AND by_no = ?',
    ),
    target: sql<[number, number], { kind: number; deleted: number | null }>(
      `SELECT kind, CASE kind WHEN 0 THEN body ->> 'deleted' END AS deleted FROM entries WHERE room_no = ? AND seq = ?`,
    ),
    at: sql<[number, number], { at: number }>('SELECT at FROM entries WHERE room_no = ? AND seq = ?'),
    body: sql<[number, number], { body: string }>('SELECT body FROM entries WHERE room_no = ? AND seq = ?'),
    setBody: sql<[string, number, number]>('UPDATE entries SET body = ? WHERE room_no = ? AND seq = ?'),
    blankReactions: sql<[number, number]>(
      `UPDATE entries SET body = '{"emoji":"","on":false}' WHERE room_no = ? AND target = ? AND kind = 3`,
    ),
    keepRevision: sql<[number, number, number, number, string]>(
      'INSERT INTO revisions VALUES (?, ?, ?, ?, ?)',
    ),
    dropRevisions: sql<[number, number]>('DELETE FROM revisions WHERE room_no = ? AND seq = ?'),
    join: sql<[number, number, number]>('INSERT INTO room_members VALUES (?, ?, ?)'),
    leave: sql<[number, number]>('DELETE FROM room_members WHERE room_no = ? AND user_no = ?'),
    since: sql<[number, number], { since: number }>(
      'SELECT since FROM room_members WHERE room_no = ? AND user_no = ?',
    ),
    members: sql<[number], { user_no: number }>('SELECT user_no FROM room_members WHERE room_no = ?'),
    room: sql<[string], { no: number; epoch: string; workspace: string }>(
      `SELECT rooms.no, rooms.epoch, workspaces.id AS workspace FROM rooms JOIN workspaces ON workspaces.no = workspace_no
       WHERE rooms.id = ? AND ended_at IS NULL`,
    ),
    last: sql<[number], { seq: number; messages: number }>(
      'SELECT seq, messages FROM entries WHERE room_no = ? ORDER BY seq DESC LIMIT 1',
    ),
    addRoom: sql<[string, number, string, string, string, string, number, number | null, number, string]>(
      `INSERT INTO rooms (id, workspace_no, kind, name, topic, epoch, created_at, notes_for, by_no, client_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    roomByClientId: sql<[number, number, string], { id: string }>(
      'SELECT id FROM rooms WHERE workspace_no = ? AND by_no = ? AND client_id = ? AND ended_at IS NULL',
    ),
    label: sql<[number], { name: string; topic: string }>('SELECT name, topic FROM rooms WHERE no = ?'),
    rename: sql<[string, string, number]>('UPDATE rooms SET name = ?, topic = ? WHERE no = ?'),
    // The clientId is given back: the room that had it is no more.
    endRoom: sql<[number, number]>(
      `UPDATE rooms SET ended_at = ?, name = '', topic = '', notes_for = NULL, client_id = 'ended ' || id WHERE no = ?`,
    ),
    emptyRoom: sql<[number]>('DELETE FROM room_members WHERE room_no = ?'),
    endedRoom: sql<[], { no: number }>(
      `SELECT no FROM rooms WHERE ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM entries WHERE room_no = no) LIMIT 1`,
    ),
    purgeEntries: sql<[number, number]>(
      'DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE room_no = ? LIMIT ?)',
    ),
    purgeRest: ['revisions', 'tallies', 'cursors'].map((table) =>
      sql<[number]>(`DELETE FROM ${table} WHERE room_no = ?`),
    ),
    cursor: sql<[number, number], { delivered: number; read: number }>(
      'SELECT delivered, read FROM cursors WHERE room_no = ? AND user_no = ?',
    ),
    setCursor: sql<[number, number, number, number]>('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)'),
    dropCursor: sql<[number, number]>('DELETE FROM cursors WHERE room_no = ? AND user_no = ?'),
    workspace: sql<[string], { no: number }>('SELECT no FROM workspaces WHERE id = ?'),
    addWorkspace: sql<[string, string, string, number]>(
      'INSERT INTO workspaces (id, slug, name, created_at) VALUES (?, ?, ?, ?)',
    ),
    user: sql<[string], { no: number }>('SELECT no FROM users WHERE id = ?'),
    userByEmail: sql<[string], { no: number; id: string }>('SELECT no, id FROM users WHERE email = ?'),
    addUser: sql<[string, string, string, number]>(
      'INSERT INTO users (id, email, name, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (email) DO NOTHING',
    ),
    addMember: sql<[number, number, string]>(
      'INSERT INTO workspace_members VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    role: sql<[number, number], { role: string }>(
      'SELECT role FROM workspace_members WHERE workspace_no = ? AND user_no = ?',
    ),
    roleIn: sql<[string, number], { role: string }>(
      'SELECT role FROM workspace_members WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?) AND user_no = ?',
    ),
    changeRole: sql<[string, string, string]>(
      `UPDATE workspace_members SET role = ? WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?)
       AND user_no = (SELECT no FROM users WHERE id = ?)`,
    ),
    dropMember: sql<[string, string]>(
      `DELETE FROM workspace_members WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?)
       AND user_no = (SELECT no FROM users WHERE id = ?)`,
    ),
    owners: sql<[string], { id: string }>(
      `SELECT users.id FROM workspace_members JOIN workspaces ON workspaces.no = workspace_no JOIN users ON users.no = user_no
       WHERE workspaces.id = ? AND role = 'owner' LIMIT 2`,
    ),
    roomsOf: sql<[number, string], { id: string }>(
      `SELECT rooms.id FROM room_members JOIN rooms ON rooms.no = room_no JOIN workspaces ON workspaces.no = workspace_no
       WHERE user_no = ? AND workspaces.id = ?`,
    ),
    revoke: sql<[string, number]>('INSERT OR IGNORE INTO revoked_sessions VALUES (?, ?)'),
    forgetSessions: sql<[number]>('DELETE FROM revoked_sessions WHERE expires_at < ?'),
  };
}
