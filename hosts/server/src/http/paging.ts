import { z } from '@hono/zod-openapi';
import { Refusal } from '@stackbox/protocol';
import { limitInQuery } from './route.ts';

/** `limit` and `cursor` of a list that goes on where the last page ended. */
export const pageInQuery = (usual: number, most: number) =>
  z.object({ limit: limitInQuery(usual, most), cursor: cursorInQuery.optional() });

export const cursorInQuery = z
  .string()
  .min(1)
  .max(256)
  .openapi({ description: 'The `next` of the page before. Opaque: keep it as it is' });

export const next = z
  .string()
  .optional()
  .openapi({ description: 'There is more: ask again with `cursor` set to this. Absent on the last page' });

/**
 * A page of a list ordered by id: one more is read than is given, to know whether there is more. The cursor is the last
 * id, wrapped so that nobody builds on what it is.
 */
export async function pageById<T>(
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  idOf: (item: T) => string,
  read: (page: { after?: string; limit: number }) => Promise<readonly T[]>,
): Promise<{ items: readonly T[]; next?: string }> {
  const found = await read({ ...(cursor === undefined ? {} : { after: idIn(cursor) }), limit: limit + 1 });
  if (found.length <= limit) return { items: found };
  const items = found.slice(0, limit);
  return { items, next: Buffer.from(idOf(items.at(-1) as T)).toString('base64url') };
}

function idIn(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!/^[\w-]{1,64}$/.test(id))
    throw new Refusal('bad_request', 'cursor (query): is not one that was given as `next`');
  return id;
}
