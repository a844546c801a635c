import { z } from '@hono/zod-openapi';
import { fileSchema, roleSchema, roomKindSchema } from '@stackbox/protocol/schemas';
import { describable } from './describe.ts';

/** What answers look like. Entries are the wire's: the same objects, whichever way they come. */

const id = z.string();
const seq = z.int().min(1);
const count = z.int().min(0);
const at = z.int().openapi({ description: 'Milliseconds since 1970' });

export const examples = {
  room: 'room_spruce',
  notes: 'room_larch',
  ana: 'usr_ana',
  ben: 'usr_ben',
  epoch: 'epoch_q7m2',
  at: 1_795_000_000_000,
} as const;

export const personSchema = z
  .object({ userId: id, name: z.string(), role: roleSchema })
  .openapi('Person', { description: 'A person as the members of a shared room see them.' });

export const memberSchema = z
  .object({
    userId: id,
    name: z.string(),
    role: roleSchema,
    email: z.string().optional().openapi({ description: 'Not told to clients' }),
  })
  .openapi('Member', { description: 'A member of the workspace.' });

const roomFields = {
  roomId: id,
  kind: describable(roomKindSchema).openapi({
    description:
      '`client`: a client with the staff who serve them; `team`: staff only; `direct`: a few people',
  }),
  name: z.string(),
  topic: z.string(),
  epoch: z
    .string()
    .openapi({ description: 'Names one history of the room; a position is never compared across two' }),
  createdAt: at,
  notesFor: id.optional().openapi({ description: 'This room holds the staff’s notes on that client room' }),
  head: count.openapi({ description: 'The last `seq` of the log' }),
  delivered: count.openapi({ description: 'How far your devices have got' }),
  read: count.openapi({ description: 'How far you have read' }),
  unread: count.openapi({ description: 'Messages by others after `read`' }),
};

export const roomSchema = z.object(roomFields).openapi('Room', { description: 'A room of yours.' });

export const roomDetailsSchema = z
  .object({
    ...roomFields,
    size: count.openapi({ description: 'How many are in it' }),
    notesRoomId: id
      .optional()
      .openapi({ description: 'The staff-only notes beside it, for those who are in them' }),
  })
  .openapi('RoomDetails', { description: 'One room, with what a list leaves out.' });

const entryFields = { seq, at, by: id.openapi({ description: 'Who did it' }) };
const target = seq.openapi({ description: 'The `seq` of the message it is about' });
const mentions = z
  .array(z.string())
  .openapi({ description: 'User ids named in the text as `<@userId>`, and `all`' });
const deleted = z.literal(true).optional();

const file = describable(fileSchema).openapi('File', {
  description: 'A file that a message names. `size` is in bytes.',
});

const message = z
  .object({
    kind: z.literal('message'),
    ...entryFields,
    clientId: z.string().openapi({ description: 'The author’s own name for it (`Idempotency-Key`)' }),
    text: z.string().openapi({ description: 'The newest text; empty once withdrawn' }),
    files: z.array(file),
    replyTo: seq.optional().openapi({ description: 'The root of the thread' }),
    mentions,
    sentAt: at
      .optional()
      .openapi({ description: 'When it was first written, for what came from another system' }),
    deleted: deleted.openapi({ description: 'Withdrawn: what stands here is a tombstone' }),
  })
  .openapi('MessageEntry');
const edit = z
  .object({ kind: z.literal('edit'), ...entryFields, target, text: z.string(), mentions })
  .openapi('EditEntry');
const withdrawal = z.object({ kind: z.literal('delete'), ...entryFields, target }).openapi('DeleteEntry');
const reaction = z
  .object({
    kind: z.literal('reaction'),
    ...entryFields,
    target,
    emoji: z.string().openapi({ description: 'Empty once its target is withdrawn' }),
    on: z.boolean(),
  })
  .openapi('ReactionEntry');
const pinning = z
  .object({ kind: z.literal('pin'), ...entryFields, target, on: z.boolean() })
  .openapi('PinEntry');
const membership = z
  .object({ kind: z.literal('member'), ...entryFields, userId: id, joined: z.boolean() })
  .openapi('MemberEntry');
const label = z
  .object({
    kind: z.literal('room'),
    ...entryFields,
    name: z.string(),
    topic: z.string().optional(),
    deleted: deleted.openapi({ description: 'The last entry of a room’s life' }),
  })
  .openapi('RoomEntry');

export const entrySchema = z
  .discriminatedUnion('kind', [message, edit, withdrawal, reaction, pinning, membership, label])
  .openapi('Entry', { description: 'One fact in a room’s log, told apart by `kind`.' });

const place = {
  epoch: z.string(),
  seq: seq.openapi({ description: 'The place of the entry in the room’s log' }),
  at,
  duplicate: z.boolean().openapi({ description: 'It was there already: nothing was appended' }),
};

export const writtenSchema = z
  .object(place)
  .openapi('Written', { description: 'Where in the log the entry stands.' });

export const sentSchema = z
  .object({ roomId: id, ...place })
  .openapi('Sent', { description: 'Where in which room’s log the message stands.' });

export const writtenExample = { epoch: examples.epoch, seq: 12, at: examples.at, duplicate: false };

export const cursorSchema = z.object({ delivered: count, read: count }).openapi('CursorPosition', {
  description: 'How far you have got in a room. Neither number ever goes back.',
});
