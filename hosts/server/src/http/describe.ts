import type { z } from '@hono/zod-openapi';

/**
 * A copy of one of the protocol's schemas, to be described for the document. Those were made before `@hono/zod-openapi`
 * taught zod `.openapi`, which what is made from then on can do.
 */
export function describable<S extends z.ZodType>(schema: S): S {
  return schema.clone() as S;
}
