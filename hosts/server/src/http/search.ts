import { createRoute, z } from '@hono/zod-openapi';
import { demand, type SearchHit } from '@stackbox/core';
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
    'In the rooms you are in now, newest first. A page may hold fewer hits than asked for and still have a `next`: each does a bounded amount of work.',
  request: {
    query: z.object({
      q: z.string().trim().min(1).max(500).openapi({ description: 'What to look for', example: 'renewal' }),
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
    const actor = c.get('actor');
    const { q, limit, cursor } = c.req.valid('query');
    demand(actor, 'search');
    const query = { words: q.split(/\s+/), phrases: [] };
    const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
    const { hits, ...more } = await deps.search.search(actor.workspaceId, actor.userId, query, page);
    return c.json({ hits: hits.map(hitView), ...more }, 200);
  });
}

function hitView({ roomId, seq, at, by, snippet }: SearchHit) {
  return { roomId, seq, at, by, snippet };
}
