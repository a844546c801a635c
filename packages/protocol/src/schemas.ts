import { z } from 'zod';
import { limits } from './limits.ts';
import { isEmoji, normalText, textFault } from './text.ts';

/** Shapes of what a client may send. Unknown fields are dropped: a `workspaceId` in a frame means nothing (SEC1). */

// Ids are ours and short; a longer one names nothing and is refused before it becomes a key anywhere.
export const idSchema = z.string().min(1).max(64);
export const seqSchema = z.int().min(1);
const nameable = (what: string, chars: number, least = 1) =>
  z
    .string()
    .trim()
    .min(least)
    .max(chars)
    .refine((name) => textFault(name) === undefined && !name.includes('\n'), {
      message: `${what} must be one line of well-formed text`,
    })
    .transform(normalText);

export const nameSchema = nameable('name', limits.nameChars);
export const topicSchema = nameable('topic', limits.topicChars, 0);
export const clientIdSchema = z
  .string()
  .min(1)
  .max(limits.clientIdChars)
  .refine((id) => id.isWellFormed(), {
    message: 'clientId is not well-formed Unicode',
  });
export const positionSchema = z.object({ epoch: z.string().min(1).max(64), seq: z.int().min(0) });
// One step for check and change: this runs for every message.
export const textSchema = z.string().transform((text, context) => {
  const fault = textFault(text);
  if (fault === undefined) return normalText(text);
  context.issues.push({ code: 'custom', message: fault, input: text });
  return z.NEVER;
});
export const emojiSchema = z.string().refine(isEmoji, { message: 'emoji must be one emoji sequence' });
export const fileSchema = z.object({
  name: nameable('file name', limits.fileNameChars),
  type: z.string().min(1).max(100).optional(),
  size: z.int().min(0).optional(),
});

export const messageFields = {
  clientId: clientIdSchema,
  text: textSchema.optional(),
  files: z.array(fileSchema).max(limits.filesPerMessage).optional(),
  replyTo: seqSchema.optional(),
};

const inRoom = { roomId: idSchema };
const onTarget = { roomId: idSchema, seq: seqSchema, clientId: clientIdSchema };

/** One schema for each action of the wire. */
export const actionSchemas = {
  hello: z.object({}),
  sendMessage: z.object({ ...inRoom, ...messageFields }),
  joinRoom: z.object({ ...inRoom, after: positionSchema.optional() }),
  leaveRoom: z.object(inRoom),
  typing: z.object({ ...inRoom, on: z.boolean() }),
  sync: z.object({ rooms: z.record(idSchema, positionSchema), from: idSchema.optional() }),
  editMessage: z.object({ ...onTarget, text: textSchema }),
  deleteMessage: z.object(onTarget),
  react: z.object({ ...onTarget, emoji: emojiSchema, on: z.boolean() }),
  pin: z.object({ ...onTarget, on: z.boolean() }),
  markDelivered: z.object({ ...inRoom, seq: seqSchema }),
  markRead: z.object({ ...inRoom, seq: seqSchema }),
  authenticate: z.object({ token: z.string().min(1).max(8192) }),
  ping: z.object({}),
} as const;

export type ActionInput<A extends keyof typeof actionSchemas> = z.output<(typeof actionSchemas)[A]>;

export const roleSchema = z.enum(['owner', 'admin', 'staff', 'client']);
export const roomKindSchema = z.enum(['client', 'team', 'direct']);

const text = {
  description: 'Markdown, NFC, at most 12 KiB of UTF-8; no control characters but newline and tab',
};
const topic = topicSchema.optional().meta({ description: 'May be empty' });
const name = { description: 'One line' };
const position = z.int().min(0).optional();

/** Bodies of REST requests. What names the room, the message or the request itself stands in the path and the headers. */
export const bodySchemas = {
  createRoom: z.object({
    kind: roomKindSchema,
    name: nameSchema.meta(name),
    topic,
    memberIds: z
      .array(idSchema)
      .max(limits.foundingMembers)
      .optional()
      .meta({ description: 'Its first members, beside you' }),
  }),
  changeRoom: z
    .object({ name: nameSchema.optional().meta(name), topic })
    .refine(({ name, topic }) => name !== undefined || topic !== undefined, {
      message: 'give name, topic or both',
    }),
  sendMessage: z.object({
    text: textSchema.optional().meta(text),
    files: messageFields.files.meta({ description: 'Files that it names; their bytes are kept elsewhere' }),
    replyTo: messageFields.replyTo.meta({ description: 'The `seq` of the message it answers' }),
  }),
  editMessage: z.object({ text: textSchema.meta(text) }),
  moveCursor: z
    .object({
      delivered: position.meta({ description: 'The last `seq` that your device has' }),
      read: position.meta({ description: 'The last `seq` that you have read' }),
    })
    .refine(({ delivered, read }) => delivered !== undefined || read !== undefined, {
      message: 'give delivered, read or both',
    }),
  changeRole: z.object({ role: roleSchema }),
} as const;
