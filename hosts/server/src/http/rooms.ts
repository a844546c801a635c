import { createRoute, z } from '@hono/zod-openapi';
import {
  changeRoom,
  createRoom,
  deleteRoom,
  listRooms,
  type Room,
  type RoomDetails,
  type RoomSummary,
  readRoom,
} from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import { bodySchemas } from '@stackbox/protocol/schemas';
import type { Api, AppDeps } from './deps.ts';
import { describable } from './describe.ts';
import { next, pageById, pageInQuery } from './paging.ts';
import { acts, gives, idempotencyKey, problems, roomId, takes } from './route.ts';
import { examples, roomDetailsSchema, roomSchema } from './schemas.ts';

const tags = ['Rooms'];
const params = z.object({ roomId });

const roomExample = {
  roomId: examples.room,
  kind: 'client',
  name: 'Ben',
  topic: 'Ask anything',
  epoch: examples.epoch,
  createdAt: examples.at,
  head: 12,
  delivered: 12,
  read: 9,
  unread: 2,
} as const;
const detailsExample = { ...roomExample, size: 2, notesRoomId: examples.notes };

const list = createRoute({
  ...acts('listRooms'),
  method: 'get',
  path: '/rooms',
  tags,
  summary: 'List your rooms',
  description: 'The rooms you are in, in the order of their ids, each with how far you have read.',
  request: { query: pageInQuery(50, 200) },
  responses: {
    200: gives('A page of rooms', z.object({ rooms: z.array(roomSchema), next }).openapi('RoomPage'), {
      rooms: [roomExample],
      next: 'cm9vbV9zcHJ1Y2U',
    }),
    ...problems('400'),
  },
});

const create = createRoute({
  ...acts('createRoom'),
  method: 'post',
  path: '/rooms',
  tags,
  summary: 'Make a room',
  description: `With its first members, you among them; at most ${limits.foundingMembers}, others are added afterwards. A client room gets a staff-only room for notes beside it. Not for clients.`,
  request: {
    headers: idempotencyKey,
    ...takes(describable(bodySchemas.createRoom).openapi('NewRoom'), {
      kind: 'client',
      name: 'Ben',
      topic: 'Ask anything',
      memberIds: [examples.ben],
    }),
  },
  responses: {
    201: {
      ...gives('The room', z.object({ roomId: z.string(), duplicate: z.boolean() }).openapi('RoomMade'), {
        roomId: examples.room,
        duplicate: false,
      }),
      headers: z.object({ Location: z.string().openapi({ description: 'The path of the room' }) }),
    },
    ...problems('400', '403', '404', '413', '415'),
  },
});

const read = createRoute({
  ...acts('readRoom'),
  method: 'get',
  path: '/rooms/{roomId}',
  tags,
  summary: 'Read a room',
  description: 'Its name and kind, how many are in it, and how far you have read.',
  request: { params },
  responses: { 200: gives('The room', roomDetailsSchema, detailsExample), ...problems('400', '404') },
});

const change = createRoute({
  ...acts('changeRoom'),
  method: 'patch',
  path: '/rooms/{roomId}',
  tags,
  summary: 'Rename a room',
  description:
    'Gives it another name, another topic, or both. What stays the same appends nothing. Not for clients.',
  request: {
    params,
    ...takes(describable(bodySchemas.changeRoom).openapi('RoomChange'), {
      name: 'Ben Okafor',
      topic: 'Contract renewal',
    }),
  },
  responses: {
    200: gives('The room as it is now', roomDetailsSchema, {
      ...detailsExample,
      name: 'Ben Okafor',
      topic: 'Contract renewal',
      head: 13,
    }),
    ...problems('400', '403', '404', '413', '415'),
  },
});

const end = createRoute({
  ...acts('deleteRoom'),
  method: 'delete',
  path: '/rooms/{roomId}',
  tags,
  summary: 'Delete a room',
  description:
    'Ends the room and takes its log away, for everyone and for good; its notes go with it. Owners and admins.',
  request: { params },
  responses: { 204: { description: 'The room is gone' }, ...problems('400', '403', '404', '413') },
});

export function roomRoutes(api: Api, deps: AppDeps): void {
  api.openapi(list, async (c) => {
    const actor = c.get('actor');
    const page = await pageById(
      c.req.valid('query'),
      ({ room }: RoomSummary) => room.roomId,
      (range) => listRooms(deps, actor, range),
    );
    const { items, ...more } = page;
    return c.json({ rooms: items.map(summaryView), ...more }, 200);
  });

  api.openapi(create, async (c) => {
    const { 'Idempotency-Key': clientId } = c.req.valid('header');
    const { memberIds = [], ...draft } = c.req.valid('json');
    const { roomId, duplicate } = await createRoom(deps, c.get('actor'), { ...draft, memberIds, clientId });
    return c.json({ roomId, duplicate }, 201, { Location: `/api/v1/rooms/${roomId}` });
  });

  api.openapi(read, async (c) => {
    const { roomId } = c.req.valid('param');
    return c.json(detailsView(await readRoom(deps, c.get('actor'), roomId)), 200);
  });

  api.openapi(change, async (c) => {
    const { roomId } = c.req.valid('param');
    const actor = c.get('actor');
    await changeRoom(deps, actor, { roomId, ...c.req.valid('json') });
    return c.json(detailsView(await readRoom(deps, actor, roomId)), 200);
  });

  api.openapi(end, async (c) => {
    const { roomId } = c.req.valid('param');
    await deleteRoom(deps, c.get('actor'), roomId);
    return c.body(null, 204);
  });
}

function detailsView({ size, notesRoomId, ...summary }: RoomDetails) {
  return { ...summaryView(summary), size, ...(notesRoomId === undefined ? {} : { notesRoomId }) };
}

function summaryView({ room, head, delivered, read, unread }: RoomSummary) {
  return { ...roomView(room), head, delivered, read, unread };
}

function roomView({ roomId, kind, name, topic, epoch, createdAt, notesFor }: Room) {
  return { roomId, kind, name, topic, epoch, createdAt, ...(notesFor === undefined ? {} : { notesFor }) };
}
