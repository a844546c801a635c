import { createRoute, z } from '@hono/zod-openapi';
import { type Page, pageRange, readEntries } from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import type { Api, AppDeps } from './deps.ts';
import { acts, gives, limitInQuery, problems, roomId, seqInQuery } from './route.ts';
import { entrySchema, examples } from './schemas.ts';

const read = createRoute({
  ...acts('readEntries'),
  method: 'get',
  path: '/rooms/{roomId}/entries',
  tags: ['Log'],
  summary: 'Read a stretch of a room’s log',
  description:
    'Always ascending by `seq`, without a gap. With `after`, the entries behind that one; with `before`, the last ones in front of it; with neither, the end of the log. An `epoch` other than the one you know means another history: throw your copy away and read again.',
  request: {
    params: z.object({ roomId }),
    query: z.object({
      after: seqInQuery(
        0,
        'Read forward from behind this `seq`; 0 is the beginning. Not together with `before`',
      ),
      before: seqInQuery(1, 'Read backward from in front of this `seq`'),
      limit: limitInQuery(100, limits.pageEntries),
    }),
  },
  responses: {
    200: gives(
      'The stretch',
      z
        .object({
          epoch: z.string(),
          head: z.int().min(0).openapi({ description: 'The last `seq` of the log' }),
          entries: z.array(entrySchema),
          more: z.boolean().openapi({ description: 'Further entries lie in the direction asked' }),
        })
        .openapi('EntryPage'),
      {
        epoch: examples.epoch,
        head: 12,
        entries: [
          {
            kind: 'message',
            seq: 11,
            at: examples.at,
            by: examples.ben,
            clientId: '0190a5e2-7b1c-7e55-9d0e-2f4f5d1a9c01',
            text: 'When does it renew?',
            files: [],
            mentions: [],
          },
          { kind: 'reaction', seq: 12, at: examples.at, by: examples.ana, target: 11, emoji: '👀', on: true },
        ],
        more: false,
      },
    ),
    ...problems('400', '404'),
  },
});

export function entryRoutes(api: Api, deps: AppDeps): void {
  api.openapi(read, async (c) => {
    const { roomId } = c.req.valid('param');
    const query = c.req.valid('query');
    const page = await readEntries(deps, c.get('actor'), roomId, pageRange(query));
    const { epoch, head, entries } = page;
    return c.json({ epoch, head, entries, more: goesOn(page, query.after) }, 200);
  });
}

/** Whether entries lie beyond the page, in the direction in which it was read. */
function goesOn({ head, entries }: Page, after: number | undefined): boolean {
  if (after !== undefined) return (entries.at(-1)?.seq ?? after) < head;
  return (entries[0]?.seq ?? 1) > 1;
}
