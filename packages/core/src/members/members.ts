import type { Role } from '@stackbox/protocol';

/** A user in a workspace, with one role. */
export interface Member {
  readonly workspaceId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** Port: who belongs to which workspace. Reads are as fresh as the last answered change (SEC2). */
export interface Members {
  member(workspaceId: string, userId: string): Promise<Member | undefined>;
  /** Ascending by user id. */
  list(workspaceId: string, page: { after?: string; limit: number }): Promise<Member[]>;
  /** Those who share a room with the user, and the user: all that a client may know of (SEC4). */
  acquaintances(
    workspaceId: string,
    userId: string,
    page: { after?: string; limit: number },
  ): Promise<Member[]>;
  /** `conflict` if the workspace would be left without an owner. */
  changeRole(workspaceId: string, userId: string, role: Role): Promise<void>;
  /** Ends the membership in the workspace and in all its rooms. `conflict` if the last owner would leave. */
  remove(workspaceId: string, userId: string, by: string): Promise<void>;
}
