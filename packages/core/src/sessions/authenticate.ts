import { Refusal } from '@stackbox/protocol';
import type { Audience } from '../audience/audience.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Members } from '../members/members.ts';
import type { Session, Sessions } from './sessions.ts';

interface Needs {
  members: Members;
  sessions: Sessions;
}

/**
 * Who a session stands for now: the role comes from the membership, so that a token outlives no change of it (SEC2).
 * @throws Refusal `unauthenticated` if the session was ended or the membership is gone.
 */
export async function actorOf({ members, sessions }: Needs, session: Session): Promise<Actor> {
  const { workspaceId, userId } = session;
  if (await sessions.isRevoked(session.sessionId)) throw signInAgain();
  const member = await members.member(workspaceId, userId);
  if (member === undefined) throw signInAgain();
  return { workspaceId: member.workspaceId, userId: member.userId, role: member.role };
}

/** Ends a session: its token and its connections die with it (SEC5). */
export async function signOut(
  { sessions, audience }: { sessions: Sessions; audience: Audience },
  session: Session,
): Promise<void> {
  await sessions.revoke(session);
  const { sessionId } = session;
  audience.dismiss({ sessionId }, { code: 'unauthenticated', message: 'You signed out.', retry: 'never' });
}

const signInAgain = () => new Refusal('unauthenticated', 'This session has ended. Sign in again.');
