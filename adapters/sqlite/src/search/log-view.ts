import { admits } from '@stackbox/core';
import type { Role, RoomKind } from '@stackbox/protocol';
import type { Statement } from 'better-sqlite3';
import type { Db } from '../schema.ts';
import { fold } from './scripts.ts';

export interface FollowedRow {
  id: number;
  room_no: number;
  seq: number;
  at: number;
  by_no: number;
  kind: number;
  target: number | null;
  /** Of messages only. */
  body: string | null;
}

export interface MessageRow {
  id: number;
  room_no: number;
  seq: number;
  at: number;
  by_no: number;
  kind: number;
  body: string;
}

interface Called {
  id: string;
  name: string;
}

const mostMeant = 20;

/** What search reads of the log: the rows to index, the texts of hits, and who may see them, as of now. */
export class LogView {
  readonly #sql: ReturnType<typeof statements>;
  readonly #userIds = new Map<number, string>();

  constructor(db: Db) {
    this.#sql = statements(db);
  }

  /** The newest entry's id. Ids are never given twice, and the last one is remembered when its entry is purged. */
  newest(): number {
    return this.#sql.newest.get()?.id ?? 0;
  }

  /** Rows in order of commit. */
  after(id: number, limit: number): FollowedRow[] {
    return this.#sql.after.all(id, limit);
  }

  row(id: number): MessageRow | undefined {
    return this.#sql.row.get(id);
  }

  roomOf(id: number): number | undefined {
    return this.#sql.roomOf.get(id)?.room_no;
  }

  messageAt(roomNo: number, seq: number): MessageRow | undefined {
    return this.#sql.messageAt.get(roomNo, seq);
  }

  /** A room's workspace and history; undefined if it never was. */
  room(no: number): { workspace_no: number; epoch: string; ended: 0 | 1 } | undefined {
    return this.#sql.room.get(no);
  }

  endedRooms(): number[] {
    return this.#sql.ended.all().map(({ no }) => no);
  }

  workspaceNo(workspaceId: string): number {
    return this.#sql.workspace.get(workspaceId)?.no ?? -1;
  }

  userNo(userId: string): number | undefined {
    return this.#sql.user.get(userId)?.no;
  }

  userId(no: number): string {
    let id = this.#userIds.get(no);
    if (id === undefined) {
      id = this.#sql.userId.get(no)?.id ?? 'usr_unknown';
      if (this.#userIds.size >= 100_000) this.#userIds.clear();
      this.#userIds.set(no, id);
    }
    return id;
  }

  /** The rooms in which the user may search now, ids by number: the policy is core's (SEC2, SEC7). */
  roomsOf(workspaceId: string, userId: string): Map<number, string> {
    const role = this.#sql.role.get(workspaceId, userId)?.role;
    const rooms = new Map<number, string>();
    if (role === undefined) return rooms;
    for (const { no, id, kind } of this.#sql.rooms.all(workspaceId, userId)) {
      if (admits({ kind }, role)) rooms.set(no, id);
    }
    return rooms;
  }

  peopleCalled(
    workspaceId: string,
    userId: string,
    name: string,
    among: 'workspace' | 'acquaintances',
  ): string[] {
    const people =
      among === 'workspace'
        ? this.#sql.people.all({ workspace: workspaceId })
        : this.#sql.acquaintances.all({ workspace: workspaceId, user: userId });
    const address = name.toLowerCase();
    const addressed = people.filter(({ email }) => email === address);
    return addressed.length > 0 ? addressed.map(({ id }) => id) : meant(name, people);
  }

  roomsCalled(workspaceId: string, userId: string, name: string): string[] {
    const role = this.#sql.role.get(workspaceId, userId)?.role;
    if (role === undefined) return [];
    const rooms = this.#sql.rooms.all(workspaceId, userId);
    return meant(
      name,
      rooms.filter(({ kind }) => admits({ kind }, role)),
    );
  }
}

/** Those whose whole name it is; if there are none, those one of whose names it is. */
function meant(name: string, those: readonly Called[]): string[] {
  const wanted = fold(name.trim());
  const found = those.filter((one) => fold(one.name) === wanted);
  const either =
    found.length > 0
      ? found
      : those.filter((one) =>
          fold(one.name)
            .split(/[\s.,·-]+/)
            .includes(wanted),
        );
  return either.slice(0, mostMeant).map(({ id }) => id);
}

function statements(db: Db) {
  const sql = <Bind extends unknown[], Row>(source: string) => db.prepare(source) as Statement<Bind, Row>;
  const message = 'id, room_no, seq, at, by_no, kind, body';
  return {
    newest: sql<[], { id: number }>(
      `SELECT max(coalesce((SELECT max(id) FROM entries), 0), coalesce((SELECT value FROM facts WHERE key = 'last_id'), 0)) AS id`,
    ),
    after: sql<[number, number], FollowedRow>(
      `SELECT id, room_no, seq, at, by_no, kind, target, CASE kind WHEN 0 THEN body END AS body
       FROM entries WHERE id > ? ORDER BY id LIMIT ?`,
    ),
    row: sql<[number], MessageRow>(`SELECT ${message} FROM entries WHERE id = ?`),
    roomOf: sql<[number], { room_no: number }>('SELECT room_no FROM entries WHERE id = ?'),
    messageAt: sql<[number, number], MessageRow>(
      `SELECT ${message} FROM entries WHERE room_no = ? AND seq = ?`,
    ),
    room: sql<[number], { workspace_no: number; epoch: string; ended: 0 | 1 }>(
      'SELECT workspace_no, epoch, ended_at IS NOT NULL AS ended FROM rooms WHERE no = ?',
    ),
    ended: sql<[], { no: number }>('SELECT no FROM rooms WHERE ended_at IS NOT NULL'),
    workspace: sql<[string], { no: number }>('SELECT no FROM workspaces WHERE id = ?'),
    user: sql<[string], { no: number }>('SELECT no FROM users WHERE id = ?'),
    userId: sql<[number], { id: string }>('SELECT id FROM users WHERE no = ?'),
    role: sql<[string, string], { role: Role }>(
      `SELECT role FROM workspace_members WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?)
       AND user_no = (SELECT no FROM users WHERE id = ?)`,
    ),
    rooms: sql<[string, string], { no: number; id: string; name: string; kind: RoomKind }>(
      `SELECT rooms.no, rooms.id, rooms.name, kind FROM room_members JOIN rooms ON rooms.no = room_no
       WHERE workspace_no = (SELECT no FROM workspaces WHERE id = ?) AND user_no = (SELECT no FROM users WHERE id = ?)
         AND ended_at IS NULL`,
    ),
    people: sql<[{ workspace: string }], Called & { email: string }>(
      `SELECT users.id, users.name, email FROM workspace_members JOIN users ON users.no = user_no
       WHERE workspace_no = (SELECT no FROM workspaces WHERE id = @workspace)`,
    ),
    acquaintances: sql<[{ workspace: string; user: string }], Called & { email: string }>(
      `SELECT DISTINCT users.id, users.name, email FROM room_members AS mine JOIN rooms ON rooms.no = mine.room_no
       JOIN room_members AS theirs ON theirs.room_no = mine.room_no JOIN users ON users.no = theirs.user_no
       WHERE mine.user_no = (SELECT no FROM users WHERE id = @user) AND rooms.kind <> 'team' AND ended_at IS NULL
         AND rooms.workspace_no = (SELECT no FROM workspaces WHERE id = @workspace)`,
    ),
  };
}
