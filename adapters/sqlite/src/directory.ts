import type { Member } from '@stackbox/core';
import type { Role } from '@stackbox/protocol';
import { openForReading } from './schema.ts';

/** What a command line asks of a data folder, whether or not a server has it open. */
export interface Directory {
  workspaces(): { workspaceId: string; slug: string; name: string; members: number; rooms: number }[];
  /** Members with this address, in every workspace or in the one with this slug. */
  membersByEmail(email: string, slug?: string): (Member & { slug: string })[];
  /** Its first owner. */
  ownerOf(workspaceId: string): Member;
  close(): void;
}

/** Reads the people of a log that may be in use. */
export function openDirectory(path: string): Directory {
  const db = openForReading(path);
  const workspaces = db.prepare(
    `SELECT id AS workspaceId, slug, name,
       (SELECT count(*) FROM workspace_members WHERE workspace_no = no) AS members,
       (SELECT count(*) FROM rooms WHERE workspace_no = workspaces.no AND ended_at IS NULL) AS rooms
     FROM workspaces ORDER BY no`,
  );
  const members = db.prepare(
    `SELECT workspaces.id AS workspaceId, slug, users.id AS userId, users.name, email, role
     FROM users JOIN workspace_members ON users.no = user_no JOIN workspaces ON workspaces.no = workspace_no
     WHERE email = ? AND (? IS NULL OR slug = ?) ORDER BY workspaces.no`,
  );
  const owner = db.prepare(
    `SELECT workspaces.id AS workspaceId, users.id AS userId, users.name, email, role
     FROM users JOIN workspace_members ON users.no = user_no JOIN workspaces ON workspaces.no = workspace_no
     WHERE workspaces.id = ? AND role = 'owner' ORDER BY users.no LIMIT 1`,
  );
  return {
    ownerOf: (workspaceId) => owner.get(workspaceId) as Member,
    workspaces: () => workspaces.all() as ReturnType<Directory['workspaces']>,
    membersByEmail: (email, slug) =>
      members.all(email.toLowerCase(), slug ?? null, slug ?? null) as (Member & {
        slug: string;
        role: Role;
      })[],
    close: () => {
      db.close();
    },
  };
}
