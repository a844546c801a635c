import { createRoute, z } from '@hono/zod-openapi';
import { advanceCursor } from '@stackbox/core';
import { bodySchemas } from '@stackbox/protocol/schemas';
import type { Api, AppDeps } from './deps.ts';
import { describable } from './describe.ts';
import { acts, gives, problems, roomId, takes } from './route.ts';
import { cursorSchema } from './schemas.ts';

const move = createRoute({
  ...acts('moveCursor', 'markRead'),
  method: 'put',
  path: '/rooms/{roomId}/cursor',
  tags: ['Rooms'],
  summary: 'Say how far you have read',
  description:
    'Moves forward only: an older position changes nothing, and one past the end of the log counts as the end. `read` takes `delivered` along. The answer is where the cursor stands.',
  request: {
    params: z.object({ roomId }),
    ...takes(describable(bodySchemas.moveCursor).openapi('CursorMove'), { read: 12 }),
  },
  responses: {
    200: gives('Where your cursor stands', cursorSchema, { delivered: 12, read: 12 }),
    ...problems('400', '404', '413', '415'),
  },
});

export function cursorRoutes(api: Api, deps: AppDeps): void {
  api.openapi(move, async (c) => {
    const { roomId } = c.req.valid('param');
    const actor = c.get('actor');
    const { delivered = 0, read } = c.req.valid('json');
    const reached = await advanceCursor(deps, actor, roomId, { delivered });
    return c.json(read === undefined ? reached : await advanceCursor(deps, actor, roomId, { read }), 200);
  });
}
