import type { Draft, NewRoom } from '@stackbox/core';
import type { ErrorCode, Role } from '@stackbox/protocol';

/** One write, as it travels to the writer. Each is atomic; a batch of them shares one commit. */
export type Op =
  | { op: 'append'; workspaceId: string; roomId: string; draft: Draft; at: number }
  | { op: 'createRoom'; room: NewRoom; epoch: string; at: number }
  | { op: 'endRoom'; workspaceId: string; roomId: string; by: string; at: number }
  | { op: 'advance'; workspaceId: string; roomId: string; userId: string; delivered: number; read: number }
  | { op: 'createWorkspace'; workspaceId: string; slug: string; name: string; at: number }
  | {
      op: 'addUser';
      workspaceId: string;
      userId: string;
      email: string;
      name: string;
      role: Role;
      at: number;
    }
  | { op: 'changeRole'; workspaceId: string; userId: string; role: Role }
  | { op: 'removeUser'; workspaceId: string; userId: string; by: string; at: number }
  | { op: 'revoke'; sessionId: string; expiresAt: number; now: number };

/** An entry that an op appended, for those who listen. */
export interface AppendedDraft {
  workspaceId: string;
  roomId: string;
  epoch: string;
  seq: number;
  at: number;
  draft: Draft;
}

export interface Place {
  epoch: string;
  seq: number;
  at: number;
  duplicate: boolean;
}

/** What each op answers. `append` answers its place alone: who asked has the draft. */
export interface Answers {
  append: Place;
  createRoom: { roomId: string; duplicate: boolean; appended: AppendedDraft[] };
  endRoom: Place & { appended: AppendedDraft[] };
  advance: { delivered: number; read: number; moved: boolean };
  createWorkspace: undefined;
  addUser: { userId: string };
  changeRole: undefined;
  removeUser: { appended: AppendedDraft[] };
  revoke: undefined;
}

export type Answer<O extends Op['op'] = Op['op']> =
  | { ok: true; value: Answers[O] }
  | { ok: false; code: ErrorCode; message: string };
