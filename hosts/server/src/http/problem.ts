import { z } from '@hono/zod-openapi';
import { type ErrorCode, errorTable, Refusal } from '@stackbox/protocol';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** A part of a request that is not as it should be. */
export interface Fault {
  in: 'body' | 'header' | 'path' | 'query';
  /** `text`, `files.0.name`; empty for the whole. */
  field: string;
  detail: string;
}

/** A refusal that HTTP has a more exact status for than the error table, or that names more than one fault. */
export class HttpRefusal extends Refusal {
  readonly status: number | undefined;
  readonly title: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];

  constructor(
    code: ErrorCode,
    message: string,
    more: { status?: number; title?: string; headers?: Record<string, string>; faults?: readonly Fault[] },
  ) {
    super(code, message);
    this.name = 'HttpRefusal';
    this.status = more.status;
    this.title = more.title;
    this.headers = more.headers ?? {};
    this.faults = more.faults ?? [];
  }
}

const codes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Where the code is explained, a path on this server' }),
    title: z.string().meta({ description: 'What is wrong in general, for people' }),
    status: z.int().meta({ description: 'The HTTP status' }),
    detail: z.string().meta({ description: 'What is wrong here and how to mend it, for people' }),
    code: z.enum(codes).meta({ description: 'What programs read; the same codes as on the WebSocket' }),
    retry: z.enum(['never', 'now', 'later']).meta({
      description: 'When the same request may be tried again: never (mend it first), now, or later',
    }),
    retryAfterMs: z.int().optional().meta({ description: 'How long to wait, in milliseconds' }),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'header', 'path', 'query']),
          field: z.string().meta({ description: '`files.0.name`; empty for the whole' }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Each field that is not as it should be' }),
  })
  .openapi('Problem', { description: 'An error, as RFC 9457 problem details.' });

export type Problem = z.infer<typeof problemSchema>;

export const problemType = 'application/problem+json';

/** What an error says over HTTP; undefined for one that no rule foresaw. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (!(error instanceof HTTPException)) return undefined;
  if (error.status === 415) {
    const title = 'The content type is not taken here';
    return new HttpRefusal('bad_request', 'Send the body as application/json.', { status: 415, title });
  }
  return new Refusal('bad_request', 'The body is not JSON.');
}

/** RFC 9457. */
function problemOf(refusal: Refusal): Problem {
  const { code, message, retry, retryAfterMs } = refusal.toWire();
  const own = refusal instanceof HttpRefusal ? refusal : undefined;
  const { status, title } = errorTable[code];
  return {
    type: `/docs/errors#${code}`,
    title: own?.title ?? title,
    status: own?.status ?? status,
    detail: message,
    code,
    retry,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(own === undefined || own.faults.length === 0 ? {} : { errors: [...own.faults] }),
  };
}

export function answerProblem(c: Context, refusal: Refusal): Response {
  const problem = problemOf(refusal);
  return c.body(JSON.stringify(problem), problem.status as 400, {
    'content-type': problemType,
    ...(refusal instanceof HttpRefusal ? refusal.headers : {}),
    ...(problem.status === 401 ? { 'www-authenticate': challenge(refusal, c) } : {}),
    ...(problem.retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(problem.retryAfterMs / 1000)) }),
  });
}

/** RFC 6750, 3: who sent no token is told how; who sent a bad one, that it is bad. */
function challenge({ code }: Refusal, c: Context): string {
  const sent = c.req.header('authorization') !== undefined;
  const why = code === 'token_expired' ? 'the token has expired' : 'the token is not good';
  return sent
    ? `Bearer realm="stackbox", error="invalid_token", error_description="${why}"`
    : 'Bearer realm="stackbox"';
}

/** The first faults of a request, each naming its field. */
export function invalidRequest(target: string, issues: readonly z.core.$ZodIssue[]): HttpRefusal {
  const where = placeOf[target] ?? 'body';
  const faults = issues.slice(0, mostFaults).map(({ path, message }) => ({
    in: where,
    field: path.map(String).join('.'),
    detail: message,
  }));
  const [first] = faults;
  const named = first === undefined || first.field === '' ? where : `${first.field} (${where})`;
  return new HttpRefusal('bad_request', `${named}: ${first?.detail ?? 'is not as it should be'}`, { faults });
}

const mostFaults = 20;
const placeOf: Readonly<Record<string, Fault['in']>> = {
  json: 'body',
  header: 'header',
  param: 'path',
  query: 'query',
};
