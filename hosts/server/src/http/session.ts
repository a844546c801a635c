import { createRoute, z } from '@hono/zod-openapi';
import { signOut } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import { roleSchema } from '@stackbox/protocol/schemas';
import type { Api, AppDeps } from './deps.ts';
import { acts, gives, problems } from './route.ts';
import { examples } from './schemas.ts';

const tags = ['Session'];

const ticketSchema = z
  .object({
    ticket: z.string(),
    expiresAt: z.int().openapi({ description: 'Milliseconds since 1970' }),
    url: z
      .string()
      .openapi({ description: 'Where to connect: the ticket goes into the query or the subprotocol' }),
  })
  .openapi('Ticket');

const issueTicket = createRoute({
  ...acts('issueTicket', 'ticket'),
  method: 'post',
  path: '/tickets',
  tags,
  summary: 'Get a ticket for the WebSocket',
  description:
    'Opens one connection within 30 seconds: `GET /ws?ticket=…`, or the subprotocols `stackbox.v1, ticket.<ticket>`. See [the WebSocket](/docs/websocket).',
  responses: {
    200: gives('A ticket, good once', ticketSchema, {
      ticket: 'mC3m…',
      expiresAt: examples.at + 30_000,
      url: 'ws://127.0.0.1:3001/ws',
    }),
    ...problems('413'),
  },
});

const meSchema = z
  .object({
    userId: z.string(),
    workspaceId: z.string(),
    name: z.string(),
    email: z.string(),
    role: roleSchema,
  })
  .openapi('Me');

const readMe = createRoute({
  ...acts('readMe'),
  method: 'get',
  path: '/me',
  tags,
  summary: 'See who you are',
  description: 'The member that the token stands for, with the role as it is now.',
  responses: {
    200: gives('You', meSchema, {
      userId: examples.ana,
      workspaceId: 'ws_demo',
      name: 'Ana',
      email: 'ana@demo.example',
      role: 'owner',
    }),
    ...problems(),
  },
});

const endSession = createRoute({
  ...acts('signOut'),
  method: 'delete',
  path: '/session',
  tags,
  summary: 'Sign out',
  description:
    'Ends the session of this token: the token is refused from now on, and its open connections are closed.',
  responses: { 204: { description: 'Signed out' }, ...problems('413') },
});

export function sessionRoutes(api: Api, deps: AppDeps): void {
  api.openapi(issueTicket, async (c) => {
    const { ticket, expiresAt } = await deps.tickets.issue(c.get('session'));
    const url = new URL('/ws', c.req.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return c.json({ ticket, expiresAt, url: url.href }, 200);
  });

  api.openapi(readMe, async (c) => {
    const { workspaceId, userId } = c.get('actor');
    const member = await deps.members.member(workspaceId, userId);
    if (member === undefined) throw new Refusal('unauthenticated', 'This session has ended. Sign in again.');
    const { name, email, role } = member;
    return c.json({ userId, workspaceId, name, email, role }, 200);
  });

  api.openapi(endSession, async (c) => {
    await signOut(deps, c.get('session'));
    return c.body(null, 204);
  });
}
