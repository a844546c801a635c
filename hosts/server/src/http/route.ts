import { z } from '@hono/zod-openapi';
import { limits } from '@stackbox/protocol';
import { idSchema } from '@stackbox/protocol/schemas';
import { createMiddleware } from 'hono/factory';
import type { Signed } from './deps.ts';
import { describable } from './describe.ts';
import { problemResponses } from './openapi.ts';

/**
 * What a route does: its name in the document and in the metrics, and the action of the wire whose limit it shares, where
 * that has another name.
 */
export function acts(operationId: string, action = operationId) {
  const middleware = createMiddleware<Signed>(async (c, next) => {
    c.set('action', operationId);
    c.get('admit')(action);
    await next();
  });
  return { operationId, middleware: [middleware] };
}

/** A JSON body. */
export function takes<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { body: { required: true, content: { 'application/json': { schema, example } } } };
}

/** A JSON answer. */
export function gives<S extends z.ZodType>(description: string, schema: S, example: z.input<S>) {
  return { description, content: { 'application/json': { schema, example } } };
}

type Status = keyof typeof problemResponses;

/** The problems that a route can answer with, beside those that all can. Thrown, so that handlers don't return them. */
// biome-ignore lint/complexity/noBannedTypes: to a handler's return type they add nothing
export function problems(...statuses: Status[]): {} {
  const all = [...statuses, '401', '429', '500', '503'] as const;
  return Object.fromEntries(
    all.map((status) => [status, { $ref: `#/components/responses/${problemResponses[status].name}` }]),
  );
}

export const roomId = describable(idSchema).openapi({ description: 'The room', example: 'room_spruce' });
export const userId = describable(idSchema).openapi({ description: 'The member', example: 'usr_ben' });

/** A whole number in a path or a query. Digits alone: an empty or signed one is no number. */
function digits({ least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number }) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= least && number <= most, { message: `must be from ${least} to ${most}` });
}

export const seqInPath = digits({ least: 1 }).openapi({
  type: 'integer',
  minimum: 1,
  description: 'The message: its `seq` in the room',
  example: 7,
});

export const seqInQuery = (least: number, description: string) =>
  digits({ least }).optional().openapi({ type: 'integer', minimum: least, description });

export const limitInQuery = (usual: number, most: number) =>
  digits({ least: 1, most })
    .default(usual)
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: usual, description: 'How many at most' });

/**
 * The header that makes a repeated request harmless (LOG4): the wire's `clientId`. The draft standard writes it as a
 * quoted string, most programs without quotes; both are taken, and mean the same.
 */
export const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string({ error: 'required: a name of your own for this request, the same when you repeat it' })
    .transform((key) => /^"(.*)"$/.exec(key)?.[1] ?? key)
    .refine((key) => keyForm.test(key), {
      message: `must be 1 to ${limits.clientIdChars} visible ASCII characters`,
    })
    .openapi({
      description:
        'Your own name for this request, another for each of yours in a room: the `clientId` of the WebSocket. Repeat the ' +
        'request with the same key and it takes effect once; the answer says `duplicate: true`.',
      example: '0190a5e2-7b1c-7e55-9d0e-2f4f5d1a9c01',
    }),
});

const keyForm = new RegExp(`^[\\x21-\\x7e]{1,${limits.clientIdChars}}$`);
