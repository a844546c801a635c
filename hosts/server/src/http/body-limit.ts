import { Refusal } from '@stackbox/protocol';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { Signed } from './deps.ts';

/** The largest message, escaped as wastefully as JSON can, fits twice. */
const bodyBytes = 64 * 1024;

const counted = bodyLimit({
  maxSize: bodyBytes,
  onError: () => {
    throw tooLarge(`more than ${bodyBytes}`);
  },
});

/** Refuses large bodies, by their announced length where there is one: a body that is not announced is counted. */
export const limitBody = createMiddleware<Signed>((c, next) => {
  const announced = c.req.header('content-length');
  if (announced === undefined)
    return c.req.header('transfer-encoding') === undefined ? next() : counted(c, next);
  if (Number(announced) > bodyBytes) throw tooLarge(announced);
  return next();
});

function tooLarge(bytes: string): Refusal {
  return new Refusal('message_too_large', `The body has ${bytes} bytes; at most ${bodyBytes} are taken.`);
}
