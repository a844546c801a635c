import { Refusal, type Role } from '@stackbox/protocol';
import type { Audience } from '../audience/audience.ts';
import type { Actor } from '../kernel/actor.ts';
import { demand } from '../policy/policy.ts';
import type { Member, Members } from './members.ts';

interface Needs {
  members: Members;
  audience: Audience;
}

/** The people an actor may know of: a client, those of its own rooms (SEC4); others, the whole workspace. */
export function listMembers(
  { members }: Pick<Needs, 'members'>,
  actor: Actor,
  page: { after?: string; limit: number },
): Promise<Member[]> {
  demand(actor, 'member.list');
  const { workspaceId, userId } = actor;
  return actor.role === 'client'
    ? members.acquaintances(workspaceId, userId, page)
    : members.list(workspaceId, page);
}

/** Gives a member another role. Their connections are closed: what they may see is decided anew (SEC5). */
export async function changeRole(
  { members, audience }: Needs,
  actor: Actor,
  userId: string,
  role: Role,
): Promise<void> {
  const { workspaceId } = actor;
  // Before the person is looked up: whether somebody exists is not for everyone to ask.
  demand(actor, 'member.changeRole');
  const person = await known(members, workspaceId, userId);
  demand(actor, 'member.changeRole', { personRole: person.role, newRole: role });
  if (person.role === role) return;
  await members.changeRole(workspaceId, userId, role);
  audience.dismiss(
    { workspaceId, userId },
    { code: 'forbidden', message: 'Your role has changed. Connect again.', retry: 'now' },
  );
}

/** Ends a membership in the workspace, and with it in every room. */
export async function removeFromWorkspace(
  { members, audience }: Needs,
  actor: Actor,
  userId: string,
): Promise<void> {
  const { workspaceId } = actor;
  demand(actor, 'member.remove');
  const person = await known(members, workspaceId, userId);
  demand(actor, 'member.remove', { personRole: person.role });
  await members.remove(workspaceId, userId, actor.userId);
  audience.dismiss(
    { workspaceId, userId },
    { code: 'unauthenticated', message: 'You are no longer a member of this workspace.', retry: 'never' },
  );
}

async function known(members: Members, workspaceId: string, userId: string): Promise<Member> {
  const person = await members.member(workspaceId, userId);
  if (person === undefined) throw new Refusal('not_found', `There is no member ${userId} in this workspace.`);
  return person;
}
