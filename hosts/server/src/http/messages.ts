import { createRoute, z } from '@hono/zod-openapi';
import {
  type Appended,
  deleteMessage,
  editMessage,
  pin,
  react,
  readRevisions,
  sendMessage,
} from '@stackbox/core';
import { bodySchemas, emojiSchema } from '@stackbox/protocol/schemas';
import type { Api, AppDeps } from './deps.ts';
import { describable } from './describe.ts';
import { acts, gives, idempotencyKey, problems, roomId, seqInPath, takes } from './route.ts';
import { examples, sentSchema, writtenExample, writtenSchema } from './schemas.ts';

const tags = ['Messages'];
const headers = idempotencyKey;
const params = z.object({ roomId, seq: seqInPath });
const written = gives('The entry’s place', writtenSchema, writtenExample);

const send = createRoute({
  ...acts('sendMessage'),
  method: 'post',
  path: '/rooms/{roomId}/messages',
  tags,
  summary: 'Send a message',
  description:
    'Text, files or both; the text is Markdown, at most 12 KiB. A reply to a reply belongs to the root of the thread. Answered once it would survive a power cut.',
  request: {
    params: z.object({ roomId }),
    headers,
    ...takes(describable(bodySchemas.sendMessage).openapi('NewMessage'), {
      text: 'It renews on 1 March.',
      replyTo: 11,
    }),
  },
  responses: {
    201: gives('The message’s place', sentSchema, { roomId: examples.room, ...writtenExample }),
    ...problems('400', '404', '409', '413', '415'),
  },
});

const edit = createRoute({
  ...acts('editMessage'),
  method: 'patch',
  path: '/rooms/{roomId}/messages/{seq}',
  tags,
  summary: 'Edit a message',
  description: 'Gives it a new text; the earlier one stays for those who may audit. Its author only.',
  request: {
    params,
    headers,
    ...takes(describable(bodySchemas.editMessage).openapi('NewText'), { text: 'It renews on 1 April.' }),
  },
  responses: { 200: written, ...problems('400', '403', '404', '409', '413', '415') },
});

const withdraw = createRoute({
  ...acts('deleteMessage'),
  method: 'delete',
  path: '/rooms/{roomId}/messages/{seq}',
  tags,
  summary: 'Delete a message',
  description:
    'Withdraws text, files, reactions and earlier texts everywhere, and leaves a tombstone in its place. Its author, owners and admins.',
  request: { params, headers },
  responses: { 200: written, ...problems('400', '403', '404', '409', '413') },
});

const onEmoji = z.object({
  roomId,
  seq: seqInPath,
  emoji: describable(emojiSchema).openapi({ description: 'One emoji, percent-encoded', example: '👍' }),
});

const reaction = {
  path: '/rooms/{roomId}/messages/{seq}/reactions/{emoji}',
  tags,
  request: { params: onEmoji, headers },
};

const addReaction = createRoute({
  ...acts('addReaction', 'react'),
  ...reaction,
  method: 'put',
  summary: 'React to a message',
  description: 'Puts your reaction on it.',
  responses: { 200: written, ...problems('400', '404', '409', '413') },
});

const removeReaction = createRoute({
  ...acts('removeReaction', 'react'),
  ...reaction,
  method: 'delete',
  summary: 'Take a reaction back',
  description: 'Takes your reaction off it.',
  responses: { 200: written, ...problems('400', '404', '409', '413') },
});

const pinned = { path: '/rooms/{roomId}/messages/{seq}/pin', tags, request: { params, headers } };

const addPin = createRoute({
  ...acts('pinMessage', 'pin'),
  ...pinned,
  method: 'put',
  summary: 'Pin a message',
  description: 'Pins it for everyone in the room. Not for clients.',
  responses: { 200: written, ...problems('400', '403', '404', '409', '413') },
});

const removePin = createRoute({
  ...acts('unpinMessage', 'pin'),
  ...pinned,
  method: 'delete',
  summary: 'Unpin a message',
  description: 'Takes the pin off, whoever put it there. Not for clients.',
  responses: { 200: written, ...problems('400', '403', '404', '409', '413') },
});

const revisions = createRoute({
  ...acts('readRevisions'),
  method: 'get',
  path: '/rooms/{roomId}/messages/{seq}/revisions',
  tags,
  summary: 'Audit a message',
  description: 'Its earlier texts, oldest first. A withdrawn message has none. Owners and admins.',
  request: { params },
  responses: {
    200: gives(
      'The earlier texts',
      z
        .object({
          revisions: z.array(
            z.object({
              text: z.string(),
              replacedBy: z.int().openapi({ description: 'The `seq` of the edit that replaced it' }),
              at: z.int().openapi({ description: 'When it was replaced, milliseconds since 1970' }),
            }),
          ),
        })
        .openapi('Revisions'),
      { revisions: [{ text: 'It renews on 1 March.', replacedBy: 14, at: examples.at }] },
    ),
    ...problems('400', '403', '404'),
  },
});

export function messageRoutes(api: Api, deps: AppDeps): void {
  api.openapi(send, async (c) => {
    const { roomId } = c.req.valid('param');
    const { 'Idempotency-Key': clientId } = c.req.valid('header');
    const appended = await sendMessage(deps, c.get('actor'), { ...c.req.valid('json'), roomId, clientId });
    return c.json({ roomId, ...placeOf(appended) }, 201);
  });

  api.openapi(edit, async (c) => {
    const { 'Idempotency-Key': clientId } = c.req.valid('header');
    const { text } = c.req.valid('json');
    return c.json(
      placeOf(await editMessage(deps, c.get('actor'), { ...c.req.valid('param'), clientId, text })),
      200,
    );
  });

  api.openapi(withdraw, async (c) => {
    const { 'Idempotency-Key': clientId } = c.req.valid('header');
    return c.json(
      placeOf(await deleteMessage(deps, c.get('actor'), { ...c.req.valid('param'), clientId })),
      200,
    );
  });

  for (const [route, on] of [
    [addReaction, true],
    [removeReaction, false],
  ] as const) {
    api.openapi(route, async (c) => {
      const { 'Idempotency-Key': clientId } = c.req.valid('header');
      return c.json(
        placeOf(await react(deps, c.get('actor'), { ...c.req.valid('param'), clientId, on })),
        200,
      );
    });
  }

  for (const [route, on] of [
    [addPin, true],
    [removePin, false],
  ] as const) {
    api.openapi(route, async (c) => {
      const { 'Idempotency-Key': clientId } = c.req.valid('header');
      return c.json(placeOf(await pin(deps, c.get('actor'), { ...c.req.valid('param'), clientId, on })), 200);
    });
  }

  api.openapi(revisions, async (c) => {
    const found = await readRevisions(deps, c.get('actor'), c.req.valid('param'));
    return c.json({ revisions: found.map(({ text, replacedBy, at }) => ({ text, replacedBy, at })) }, 200);
  });
}

function placeOf({ epoch, seq, at, duplicate }: Appended) {
  return { epoch, seq, at, duplicate };
}
