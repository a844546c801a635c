import { Refusal, type Role } from '@stackbox/protocol';
import type { Actor } from '../kernel/actor.ts';
import type { Room, Standing } from '../rooms/rooms.ts';

/** Everything that anyone may ask to do. */
export type Act =
  | 'room.read'
  | 'room.create'
  | 'room.change'
  | 'room.delete'
  | 'room.addMember'
  | 'room.removeMember'
  | 'room.leave'
  | 'message.send'
  | 'message.edit'
  | 'message.delete'
  | 'message.react'
  | 'message.pin'
  | 'message.audit'
  | 'cursor.move'
  | 'typing.send'
  | 'member.list'
  | 'member.changeRole'
  | 'member.remove'
  | 'search';

export interface Subject {
  /** The actor's place in the room in question, read now. undefined: they have none. */
  readonly standing?: Standing | undefined;
  /** Whose message it is. */
  readonly author?: string;
  /** The kind of the room to be made. */
  readonly kind?: Room['kind'];
  /** The role of the person in question, and the one they shall have. */
  readonly personRole?: Role;
  readonly newRole?: Role;
}

/** `hidden`: not even that it exists (SEC3). */
export type Decision = 'yes' | 'no' | 'hidden';

const everyone: readonly Role[] = ['owner', 'admin', 'staff', 'client'];
const business: readonly Role[] = ['owner', 'admin', 'staff'];
const managers: readonly Role[] = ['owner', 'admin'];

/** Which roles may do what, where the room (if it is about one) admits them. */
const roles: Record<Act, readonly Role[]> = {
  'room.read': everyone,
  'room.create': business,
  'room.change': business,
  'room.delete': managers,
  'room.addMember': business,
  'room.removeMember': business,
  'room.leave': everyone,
  'message.send': everyone,
  'message.edit': everyone,
  'message.delete': everyone,
  'message.react': everyone,
  'message.pin': business,
  'message.audit': managers,
  'cursor.move': everyone,
  'typing.send': everyone,
  'member.list': everyone,
  'member.changeRole': managers,
  'member.remove': managers,
  search: everyone,
};

const aboutNoRoom: ReadonlySet<Act> = new Set([
  'room.create',
  'member.list',
  'member.changeRole',
  'member.remove',
  'search',
]);

/** Staff-only rooms admit no client, whatever a membership row says (SEC4). */
export function admits(room: Pick<Room, 'kind'>, role: Role): boolean {
  return room.kind !== 'team' || role !== 'client';
}

/** The one function that decides, for WebSocket, REST, jobs, search and AI alike (SEC7). */
export function decide(actor: Actor, act: Act, subject: Subject = {}): Decision {
  if (!aboutNoRoom.has(act)) {
    const { standing } = subject;
    if (standing === undefined || standing.room.workspaceId !== actor.workspaceId) return 'hidden';
    if (!admits(standing.room, actor.role)) return 'hidden';
  }
  if (!roles[act].includes(actor.role)) return 'no';
  switch (act) {
    case 'message.edit':
      return subject.author === actor.userId ? 'yes' : 'no';
    case 'message.delete':
      return subject.author === actor.userId || managers.includes(actor.role) ? 'yes' : 'no';
    case 'room.addMember':
      return subject.standing?.room.kind === 'team' && subject.personRole === 'client' ? 'no' : 'yes';
    case 'room.create':
      return subject.kind === 'team' && subject.personRole === 'client' ? 'no' : 'yes';
    case 'member.changeRole':
      // An admin neither makes nor unmakes an owner.
      return actor.role === 'owner' || (subject.personRole !== 'owner' && subject.newRole !== 'owner')
        ? 'yes'
        : 'no';
    case 'member.remove':
      return actor.role === 'owner' || subject.personRole !== 'owner' ? 'yes' : 'no';
    default:
      return 'yes';
  }
}

/** The same words for a room that isn't there and one that isn't the asker's (SEC3). */
export const noSuchRoom = (): Refusal =>
  new Refusal('not_found', 'There is no such room, or you are not in it.');

/** @throws Refusal `forbidden`, or `not_found` where the actor may not know. */
export function demand(actor: Actor, act: Act, subject: Subject = {}): void {
  const decision = decide(actor, act, subject);
  if (decision === 'hidden') throw noSuchRoom();
  if (decision === 'no')
    throw new Refusal('forbidden', `As ${actor.role} you may not do this here (${act}).`);
}
