import { createRoute, z } from '@hono/zod-openapi';
import { type Actor, changeRole, listMembers, type Member, removeFromWorkspace } from '@stackbox/core';
import { bodySchemas, roleSchema } from '@stackbox/protocol/schemas';
import type { Api, AppDeps } from './deps.ts';
import { describable } from './describe.ts';
import { next, pageById, pageInQuery } from './paging.ts';
import { acts, gives, problems, takes, userId } from './route.ts';
import { examples, memberSchema } from './schemas.ts';

const tags = ['Members'];

const list = createRoute({
  ...acts('listMembers'),
  method: 'get',
  path: '/members',
  tags,
  summary: 'List the people you may know',
  description:
    'The members of the workspace, in the order of their ids. A client sees the people of its own rooms, and no addresses.',
  request: { query: pageInQuery(100, 500) },
  responses: {
    200: gives(
      'A page of members',
      z.object({ members: z.array(memberSchema), next }).openapi('MemberPage'),
      {
        members: [{ userId: examples.ana, name: 'Ana', role: 'owner', email: 'ana@demo.example' }],
      },
    ),
    ...problems('400'),
  },
});

const params = z.object({ userId });

const change = createRoute({
  ...acts('changeRole'),
  method: 'patch',
  path: '/members/{userId}',
  tags,
  summary: 'Give a member another role',
  description:
    'Their open connections are closed: what they may see is decided anew. A workspace keeps at least one owner. Owners; admins where no owner is made or unmade.',
  request: { params, ...takes(describable(bodySchemas.changeRole).openapi('RoleChange'), { role: 'staff' }) },
  responses: {
    200: gives(
      'The role they have now',
      z.object({ userId: z.string(), role: roleSchema }).openapi('MemberRole'),
      {
        userId: examples.ben,
        role: 'staff',
      },
    ),
    ...problems('400', '403', '404', '409', '413', '415'),
  },
});

const remove = createRoute({
  ...acts('removeMember'),
  method: 'delete',
  path: '/members/{userId}',
  tags,
  summary: 'Remove a member from the workspace',
  description:
    'Ends the membership here and in every room; their connections are closed and their tokens refused. A workspace keeps at least one owner. Owners; admins for all but owners.',
  request: { params },
  responses: {
    204: { description: 'They are no longer a member' },
    ...problems('400', '403', '404', '409', '413'),
  },
});

export function memberRoutes(api: Api, deps: AppDeps): void {
  api.openapi(list, async (c) => {
    const actor = c.get('actor');
    const { items, ...more } = await pageById(
      c.req.valid('query'),
      (member: Member) => member.userId,
      (page) => listMembers(deps, actor, page),
    );
    return c.json({ members: items.map((member) => memberView(actor, member)), ...more }, 200);
  });

  api.openapi(change, async (c) => {
    const { userId } = c.req.valid('param');
    const { role } = c.req.valid('json');
    await changeRole(deps, c.get('actor'), userId, role);
    return c.json({ userId, role }, 200);
  });

  api.openapi(remove, async (c) => {
    const { userId } = c.req.valid('param');
    await removeFromWorkspace(deps, c.get('actor'), userId);
    return c.body(null, 204);
  });
}

/** A client knows its people by name; their addresses are the business's (SEC4). */
function memberView(actor: Actor, { userId, name, role, email }: Member) {
  return actor.role === 'client' ? { userId, name, role } : { userId, name, role, email };
}
