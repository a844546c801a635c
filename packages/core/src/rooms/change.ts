import { limits, Refusal, type RoomKind } from '@stackbox/protocol';
import type { Actor } from '../kernel/actor.ts';
import type { Ids } from '../kernel/ambient.ts';
import type { Appended, MessageLog } from '../log/log.ts';
import type { Members } from '../members/members.ts';
import { admits, demand } from '../policy/policy.ts';
import { enter } from './enter.ts';
import type { Room, Rooms } from './rooms.ts';

interface Needs {
  log: MessageLog;
  rooms: Rooms;
  members: Members;
  ids: Ids;
}

export interface RoomDraft {
  kind: RoomKind;
  name: string;
  topic?: string | undefined;
  memberIds: readonly string[];
  clientId: string;
}

/**
 * Makes a room with its founding members, the maker among them. A client room gets its staff-only notes room beside it
 * (SEC4): a room of its own, so that leaking a note takes a membership bug and not a missed filter.
 */
export async function createRoom(
  needs: Needs,
  actor: Actor,
  draft: RoomDraft,
): Promise<{ roomId: string; duplicate: boolean }> {
  demand(actor, 'room.create', { kind: draft.kind });
  const { workspaceId, userId } = actor;
  const memberIds = [...new Set([userId, ...draft.memberIds])];
  if (memberIds.length > limits.foundingMembers) {
    throw new Refusal(
      'bad_request',
      `A room starts with at most ${limits.foundingMembers} members; add the others then.`,
    );
  }
  const staff: string[] = [];
  for (const memberId of memberIds) {
    const member = await known(needs, actor, memberId);
    demand(actor, 'room.create', { kind: draft.kind, personRole: member.role });
    if (member.role !== 'client') staff.push(memberId);
  }
  const { kind, name, topic = '', clientId } = draft;
  const founding = { workspaceId, kind, name, topic, by: userId, memberIds, clientId };
  const made = await needs.rooms.create({ ...founding, roomId: needs.ids.fresh('room') });
  if (kind === 'client') {
    await needs.rooms.create({
      ...founding,
      roomId: needs.ids.fresh('room'),
      kind: 'team',
      name: notesName(name),
      topic: '',
      memberIds: staff,
      notesFor: made.roomId,
      // Derived, so that a repeated request finds this one too. It is the room's id: no client can claim it first.
      clientId: `notes ${made.roomId}`,
    });
  }
  return made;
}

function notesName(name: string): string {
  return `${name.slice(0, limits.nameChars - ' · notes'.length)} · notes`.toWellFormed();
}

export async function changeRoom(
  { log, rooms }: Needs,
  actor: Actor,
  change: { roomId: string; name?: string | undefined; topic?: string | undefined },
): Promise<Room> {
  const { ref, room } = await enter(rooms, actor, change.roomId, 'room.change');
  const { name = room.name, topic = room.topic } = change;
  if (name !== room.name || topic !== room.topic) {
    await log.append(ref, { kind: 'room', by: actor.userId, name, topic });
  }
  return { ...room, name, topic };
}

/** Ends a room's life, and that of its notes room. */
export async function deleteRoom({ rooms }: Needs, actor: Actor, roomId: string): Promise<void> {
  const { ref } = await enter(rooms, actor, roomId, 'room.delete');
  const notes = await rooms.notesOf(ref);
  // Notes first: cut short between the two, the client room still stands and the request can be repeated.
  if (notes !== undefined) {
    // Only one of its own ends a room; notes that nobody is in are nobody's to read.
    const isIn = (await rooms.standing(notes, actor.userId)) !== undefined;
    const by = isIn ? actor.userId : (await rooms.people(notes, { limit: 1 }))[0]?.userId;
    if (by !== undefined) await rooms.end(notes, by);
  }
  await rooms.end(ref, actor.userId);
}

/** Puts a member of the workspace into a room; staff put into a client room join its notes too. */
export async function addMember(
  needs: Needs,
  actor: Actor,
  roomId: string,
  userId: string,
): Promise<Appended> {
  const { log, rooms } = needs;
  // Whether they may add anyone comes first: whether somebody exists is not for everyone to ask.
  const { ref, room, role } = await enter(rooms, actor, roomId, 'room.addMember');
  const member = await known(needs, actor, userId);
  demand({ ...actor, role }, 'room.addMember', { standing: { room, role }, personRole: member.role });
  const appended = await log.append(ref, { kind: 'member', by: actor.userId, userId, joined: true });
  const notes = await rooms.notesOf(ref);
  if (
    notes !== undefined &&
    admits(notes, member.role) &&
    (await rooms.standing(notes, actor.userId)) !== undefined
  ) {
    await log.append(notes, { kind: 'member', by: actor.userId, userId, joined: true });
  }
  return appended;
}

/** Takes a member out of a room and of its notes; oneself is leaving. Holds from the moment it is answered (SEC2). */
export async function removeMember(
  { log, rooms }: Needs,
  actor: Actor,
  roomId: string,
  userId: string,
): Promise<Appended> {
  const leaving = userId === actor.userId;
  const { ref } = await enter(rooms, actor, roomId, leaving ? 'room.leave' : 'room.removeMember');
  const notes = await rooms.notesOf(ref);
  if (notes !== undefined && (await rooms.standing(notes, userId)) !== undefined) {
    const by = (await rooms.standing(notes, actor.userId)) === undefined ? userId : actor.userId;
    await log.append(notes, { kind: 'member', by, userId, joined: false });
  }
  return log.append(ref, { kind: 'member', by: actor.userId, userId, joined: false });
}

async function known({ members }: Needs, { workspaceId }: Actor, userId: string) {
  const member = await members.member(workspaceId, userId);
  if (member === undefined) throw new Refusal('not_found', `There is no member ${userId} in this workspace.`);
  return member;
}
