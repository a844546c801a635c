import { type FileRef, limits, Refusal, utf8Bytes } from '@stackbox/protocol';
import type { Actor } from '../kernel/actor.ts';
import type { Appended, MessageLog, RoomRef } from '../log/log.ts';
import { enter } from '../rooms/enter.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { mentionsIn } from './mentions.ts';

export interface NewMessage {
  roomId: string;
  clientId: string;
  text?: string | undefined;
  files?: FileRef[] | undefined;
  replyTo?: number | undefined;
}

interface Needs {
  log: MessageLog;
  rooms: Rooms;
}

/** Appends a message to a room. The log tells those who listen once it is durable (LOG3). */
export async function sendMessage(
  { log, rooms }: Needs,
  actor: Actor,
  message: NewMessage,
): Promise<Appended> {
  const { ref } = await enter(rooms, actor, message.roomId, 'message.send');
  const { clientId, text = '', files = [] } = message;
  if (text.trim() === '' && files.length === 0) {
    throw new Refusal('bad_request', 'A message needs text or a file.');
  }
  const mentions = await mentionsIn(text, (userId) => isIn(rooms, ref, userId));
  if (files.length > 0) checkFits({ text, files, mentions });
  const draft = { kind: 'message', by: actor.userId, clientId, text, files, mentions } as const;
  if (message.replyTo === undefined) return log.append(ref, draft);
  return log.append(ref, { ...draft, replyTo: await rootOf(log, ref, message.replyTo) });
}

/** What an entry's event holds beside what the message says: ids, numbers, names of fields. */
const envelopeBytes = 1_024;

/** As an event the message must fit a frame. Without files it does: no text is longer than 12 KiB. */
function checkFits(said: { text: string; files: readonly FileRef[]; mentions: readonly string[] }): void {
  const bytes = utf8Bytes(JSON.stringify(said));
  if (bytes <= limits.frameBytes - envelopeBytes) return;
  throw new Refusal(
    'message_too_large',
    `The message has ${bytes} bytes with the names of its files. Send it in parts.`,
  );
}

/** Only those in the room can be named: a mention tells nobody else anything, and about nobody else (SEC4). */
export async function isIn(rooms: Rooms, room: RoomRef, userId: string): Promise<boolean> {
  return (await rooms.standing(room, userId)) !== undefined;
}

/** A reply to a reply belongs to the root (LOG10). */
async function rootOf(log: MessageLog, room: RoomRef, seq: number): Promise<number> {
  const target = await log.entry(room, seq);
  if (target?.kind !== 'message') throw new Refusal('not_found', `There is no message ${seq} to reply to.`);
  return target.replyTo ?? target.seq;
}
