import { createRoute, z } from '@hono/zod-openapi';
import { type SearchHit, searchMessages } from '@stackbox/core';
import type { Api, AppDeps } from './deps.ts';
import { cursorInQuery, next } from './paging.ts';
import { acts, gives, limitInQuery, problems } from './route.ts';
import { examples } from './schemas.ts';

const hitSchema = z
  .object({
    roomId: z.string(),
    seq: z.int().min(1),
    at: z.int(),
    by: z.string(),
    sentAt: z
      .int()
      .optional()
      .openapi({ description: 'When it was first written, for what came from another system' }),
    snippet: z.string().openapi({
      description: 'Plain text around the first match; the matches stand between U+E000 and U+E001',
    }),
  })
  .openapi('SearchHit');

const search = createRoute({
  ...acts('search'),
  method: 'get',
  path: '/search',
  tags: ['Search'],
  summary: 'Search messages',
  description:
    'In the rooms you are in now, newest first. All of `q` must hold: words (the last may be a beginning), `"a phrase"`, `-without`, and `from:` a person, `in:` a room, `has:file`, `has:link`, `before:`, `after:` and `on:` a day such as 2026-01-31 (UTC).\n\nA page may hold fewer hits than asked for and still have a `next`: each does a bounded amount of work.',
  request: {
    query: z.object({
      q: z
        .string({ error: 'say what to look for' })
        .max(500)
        .openapi({ description: 'What to look for', example: 'renewal from:ben' }),
      limit: limitInQuery(20, 100),
      cursor: cursorInQuery.optional(),
    }),
  },
  responses: {
    200: gives('A page of hits', z.object({ hits: z.array(hitSchema), next }).openapi('SearchPage'), {
      hits: [
        {
          roomId: examples.room,
          seq: 11,
          at: examples.at,
          by: examples.ben,
          snippet: 'The \ue000renewal\ue001 is on 1 March.',
        },
      ],
    }),
    ...problems('400'),
  },
});

export function searchRoutes(api: Api, deps: AppDeps): void {
  api.openapi(search, async (c) => {
    const found = await searchMessages(deps, c.get('actor'), c.req.valid('query'));
    return c.json(
      { hits: found.hits.map(hitView), ...(found.next === undefined ? {} : { next: found.next }) },
      200,
    );
  });
}

function hitView({ roomId, seq, at, by, sentAt, snippet }: SearchHit) {
  return { roomId, seq, at, by, ...(sentAt === undefined ? {} : { sentAt }), snippet };
}
