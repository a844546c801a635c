import type { Role } from '@stackbox/protocol';

/** Who acts: made from a verified token and the member's role as it is now, never from a frame (SEC1). */
export interface Actor {
  readonly workspaceId: string;
  readonly userId: string;
  readonly role: Role;
}
