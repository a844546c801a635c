import { type ErrorCode, errorTable } from '@stackbox/protocol';
import type { Api } from './deps.ts';
import { type Problem, problemSchema, problemType } from './problem.ts';

const idRules = `Ids are opaque strings of at most 64 characters. Times are milliseconds since 1970, from the server's clock; they are
for people, and never decide order: \`seq\` does.`;

const about = `The same rooms, members and messages as on the WebSocket, request by request. What is written here is heard there.

Sign in with \`Authorization: Bearer <token>\`. The workspace and the member come from the token, never from a path or a body.

${idRules}`;

/** Groups of operations, in the order of reading. */
const tags = [
  { name: 'Session', description: 'Who you are, and the way onto the WebSocket.' },
  { name: 'Rooms', description: 'Conversations, and how far you have read in them.' },
  { name: 'Room members', description: 'Who is in a room.' },
  {
    name: 'Log',
    description:
      "A room's log: everything that changed what its members see, in order, numbered from 1 without a gap. Entries are the same objects as on the WebSocket.",
  },
  { name: 'Messages', description: 'Every write is an entry at the end of the log; the answer says where.' },
  { name: 'Search', description: 'Full text over the messages of your rooms.' },
  { name: 'Members', description: 'The people of the workspace.' },
];

const scheme = 'bearer';

/** The problems that routes answer with, by status. */
export const problemResponses = {
  '400': {
    name: 'BadRequest',
    code: 'bad_request',
    description: 'The request is not well formed: `errors` names the fields.',
    example: {
      detail: 'limit (query): must be from 1 to 500',
      errors: [{ in: 'query', field: 'limit', detail: 'must be from 1 to 500' }],
    },
  },
  '401': {
    name: 'Unauthenticated',
    code: 'unauthenticated',
    description: 'There is no token, or it is not good (any more).',
    example: { detail: 'This session has ended. Sign in again.' },
  },
  '403': {
    name: 'Forbidden',
    code: 'forbidden',
    description: 'Your role may not do this.',
    example: { detail: 'As client you may not do this here (room.create).' },
  },
  '404': {
    name: 'NotFound',
    code: 'not_found',
    description: 'There is no such thing, or it is not yours to see: which of the two is not told.',
    example: { detail: 'There is no such room, or you are not in it.' },
  },
  '409': {
    name: 'Conflict',
    code: 'conflict',
    description: 'The request contradicts what is there.',
    example: { detail: 'This clientId named another request of yours in this room.' },
  },
  '413': {
    name: 'TooLarge',
    code: 'message_too_large',
    description: 'The body is larger than 64 KiB.',
    example: { detail: 'The body has 70000 bytes; at most 65536 are taken.' },
  },
  '415': {
    name: 'UnsupportedType',
    code: 'bad_request',
    description: 'The body is not sent as `application/json`.',
    example: {
      status: 415,
      title: 'The content type is not taken here',
      detail: 'Send the body as application/json.',
    },
  },
  '429': {
    name: 'RateLimited',
    code: 'rate_limited',
    description: 'Too many requests, by you, your workspace or your address. Come back after `Retry-After`.',
    example: { detail: 'Too many requests for you. Try again in 1200 ms.', retryAfterMs: 1200 },
  },
  '500': {
    name: 'Internal',
    code: 'internal',
    description: 'Something went wrong on the server. It was noted.',
    example: { detail: 'Something went wrong on the server. It was noted.' },
  },
  '503': {
    name: 'Unavailable',
    code: 'unavailable',
    description: 'The server cannot take this right now: repeat the request with the same `Idempotency-Key`.',
    example: { detail: 'The server is stopping. Connect again shortly.' },
  },
} as const satisfies Record<
  string,
  { name: string; code: ErrorCode; description: string; example: Partial<Problem> }
>;

function exampleOf({ code, example }: { code: ErrorCode; example: Partial<Problem> }): Problem {
  const { title, status, retry } = errorTable[code];
  return { type: `/docs/errors#${code}`, title, status, detail: '', code, retry, ...example };
}

interface Headers {
  [name: string]: { description: string; schema: { type: 'integer' | 'string' } };
}

const headersOf: Readonly<Record<string, Headers>> = {
  '401': { 'WWW-Authenticate': { description: 'RFC 6750', schema: { type: 'string' } } },
  '429': { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } },
};

/** What the document needs beside its routes. */
export function registerComponents({ openAPIRegistry: registry }: Api): void {
  registry.register('Problem', problemSchema);
  registry.registerComponent('securitySchemes', scheme, {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of this server: `./stackbox token --as ana@demo.example`.',
  });
  for (const [status, response] of Object.entries(problemResponses)) {
    registry.registerComponent('responses', response.name, {
      description: response.description,
      headers: headersOf[status] ?? {},
      content: {
        [problemType]: { schema: { $ref: '#/components/schemas/Problem' }, example: exampleOf(response) },
      },
    });
  }
}

/** OpenAPI 3.1, from the routes as they are. */
export function documentOf(app: Api, version: string) {
  return app.getOpenAPI31Document({
    openapi: '3.1.1',
    info: {
      title: 'StackBox REST API',
      version,
      description: about,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    security: [{ [scheme]: [] }],
    tags,
  });
}
