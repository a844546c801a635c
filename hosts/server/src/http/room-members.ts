import { createRoute, z } from '@hono/zod-openapi';
import { addMember, listPeople, removeMember } from '@stackbox/core';
import type { Person } from '@stackbox/protocol';
import type { Api, AppDeps } from './deps.ts';
import { next, pageById, pageInQuery } from './paging.ts';
import { acts, gives, problems, roomId, userId } from './route.ts';
import { examples, personSchema, writtenExample, writtenSchema } from './schemas.ts';

const tags = ['Room members'];

const list = createRoute({
  ...acts('listRoomMembers'),
  method: 'get',
  path: '/rooms/{roomId}/members',
  tags,
  summary: 'List who is in a room',
  description: 'In the order of their ids.',
  request: { params: z.object({ roomId }), query: pageInQuery(100, 500) },
  responses: {
    200: gives('A page of people', z.object({ members: z.array(personSchema), next }).openapi('PersonPage'), {
      members: [{ userId: examples.ben, name: 'Ben', role: 'client' }],
    }),
    ...problems('400', '404'),
  },
});

const params = z.object({ roomId, userId });

const add = createRoute({
  ...acts('addRoomMember'),
  method: 'put',
  path: '/rooms/{roomId}/members/{userId}',
  tags,
  summary: 'Put a member into a room',
  description:
    'A member of the workspace, who from then on reads all of its log. Someone who is in it already stays where they are (`duplicate`). Not for clients, and no client into a team room.',
  request: { params },
  responses: {
    200: gives('They are in the room', writtenSchema, writtenExample),
    ...problems('400', '403', '404', '413'),
  },
});

const remove = createRoute({
  ...acts('removeRoomMember'),
  method: 'delete',
  path: '/rooms/{roomId}/members/{userId}',
  tags,
  summary: 'Take a member out of a room, or leave it',
  description:
    'Once this is answered they receive nothing more, on open connections too. With your own id it is leaving, which everyone may.',
  request: { params },
  responses: {
    200: gives('They are out of the room', writtenSchema, writtenExample),
    ...problems('400', '403', '404', '413'),
  },
});

export function roomMemberRoutes(api: Api, deps: AppDeps): void {
  api.openapi(list, async (c) => {
    const { roomId } = c.req.valid('param');
    const actor = c.get('actor');
    const { items, ...more } = await pageById(
      c.req.valid('query'),
      (person: Person) => person.userId,
      (page) => listPeople(deps, actor, roomId, page),
    );
    return c.json({ members: [...items], ...more }, 200);
  });

  api.openapi(add, async (c) => {
    const { roomId, userId } = c.req.valid('param');
    const { epoch, seq, at, duplicate } = await addMember(deps, c.get('actor'), roomId, userId);
    return c.json({ epoch, seq, at, duplicate }, 200);
  });

  api.openapi(remove, async (c) => {
    const { roomId, userId } = c.req.valid('param');
    const { epoch, seq, at, duplicate } = await removeMember(deps, c.get('actor'), roomId, userId);
    return c.json({ epoch, seq, at, duplicate }, 200);
  });
}
