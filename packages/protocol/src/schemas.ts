import { z } from 'zod';
import { limits } from './limits.ts';
import { isEmoji, normalText, textFault } from './text.ts';

/** Shapes of what a client may send. Unknown fields are dropped: a `workspaceId` in a frame means nothing (SEC1). */

// Ids are ours and short; a longer one names nothing and is refused before it becomes a key anywhere.
export const idSchema = z.string().min(1).max(64);
export const seqSchema = z.int().min(1);
const nameable = (what: string, chars: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(chars)
    .refine((name) => textFault(name) === undefined && !name.includes('\n'), {
      message: `${what} must be one line of well-formed text`,
    })
    .transform(normalText);

export const nameSchema = nameable('name', limits.nameChars);
export const topicSchema = nameable('topic', limits.topicChars).or(z.literal(''));
export const clientIdSchema = z.string().min(1).max(limits.clientIdChars).refine((id) => id.isWellFormed(), {
  message: 'clientId is not well-formed Unicode',
});
export const positionSchema = z.object({ epoch: z.string().min(1).max(64), seq: z.int().min(0) });
export const textSchema = z.string().superRefine((text, context) => {
  const fault = textFault(text);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
}).transform(normalText);
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
