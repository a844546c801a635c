import { type MessageEntry, Refusal } from '@stackbox/protocol';
import type { Actor } from '../kernel/actor.ts';
import type { Appended, MessageLog, Revision, RoomRef } from '../log/log.ts';
import { type Act, demand } from '../policy/policy.ts';
import { enter } from '../rooms/enter.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { mentionsIn } from './mentions.ts';
import { isIn } from './send.ts';

interface Needs {
  log: MessageLog;
  rooms: Rooms;
}

interface OnMessage {
  roomId: string;
  seq: number;
}

interface Change extends OnMessage {
  clientId: string;
}

/** Gives a message a new text; the earlier one stays for those who may audit (LOG9). Its author only. */
export async function editMessage(
  needs: Needs,
  actor: Actor,
  edit: Change & { text: string },
): Promise<Appended> {
  if (edit.text.trim() === '') {
    throw new Refusal('bad_request', 'An edited message needs text. To withdraw it, delete it.');
  }
  const { ref } = await reach(needs, actor, 'message.edit', edit);
  const mentions = await mentionsIn(edit.text, (userId) => isIn(needs.rooms, ref, userId));
  const { clientId, seq: target, text } = edit;
  return needs.log.append(ref, { kind: 'edit', by: actor.userId, clientId, target, text, mentions });
}

/** Withdraws a message everywhere and leaves a tombstone (LOG9). Its author, an owner or an admin. */
export async function deleteMessage(needs: Needs, actor: Actor, change: Change): Promise<Appended> {
  const { ref } = await reach(needs, actor, 'message.delete', change);
  const { clientId, seq: target } = change;
  return needs.log.append(ref, { kind: 'delete', by: actor.userId, clientId, target });
}

export async function react(
  needs: Needs,
  actor: Actor,
  change: Change & { emoji: string; on: boolean },
): Promise<Appended> {
  const { ref } = await reach(needs, actor, 'message.react', change);
  const { clientId, seq: target, emoji, on } = change;
  return needs.log.append(ref, { kind: 'reaction', by: actor.userId, clientId, target, emoji, on });
}

export async function pin(needs: Needs, actor: Actor, change: Change & { on: boolean }): Promise<Appended> {
  const { ref } = await reach(needs, actor, 'message.pin', change);
  const { clientId, seq: target, on } = change;
  return needs.log.append(ref, { kind: 'pin', by: actor.userId, clientId, target, on });
}

/** The earlier texts of a message, oldest first, for those who may audit (LOG9). */
export async function readRevisions(needs: Needs, actor: Actor, on: OnMessage): Promise<Revision[]> {
  const { ref } = await reach(needs, actor, 'message.audit', on);
  return needs.log.revisions(ref, on.seq);
}

/** The message that an action is about, if the actor may do that to it. Withdrawn or not: a repeated delete must find it. */
async function reach(
  { log, rooms }: Needs,
  actor: Actor,
  act: Act,
  { roomId, seq }: OnMessage,
): Promise<{ ref: RoomRef; message: MessageEntry }> {
  const { ref, room, role } = await enter(rooms, actor, roomId, 'room.read');
  const message = await log.entry(ref, seq);
  if (message?.kind !== 'message') throw new Refusal('not_found', `There is no message ${seq} in this room.`);
  demand({ ...actor, role }, act, { standing: { room, role }, author: message.by });
  return { ref, message };
}
