import { Agent, request } from 'node:http';
import { type ErrorCode, errorTable } from '@stackbox/protocol';
import { Chance } from '../chance.ts';
import { FuzzFailure } from './judge.ts';
import { FuzzReport } from './report.ts';
import { Fields, oddName, oddText, oddValue, type Value, write } from './values.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | undefined;
}

/** What there is, with bodies as they should be. Nothing that ends a room, a session or a membership. */
const operations: readonly { method: string; path: string; body?: readonly (readonly [string, Value])[] }[] =
  [
    { method: 'POST', path: '/tickets' },
    { method: 'GET', path: '/me' },
    { method: 'GET', path: '/rooms' },
    {
      method: 'POST',
      path: '/rooms',
      body: [
        ['kind', 'direct'],
        ['name', 'New'],
      ],
    },
    { method: 'GET', path: '/rooms/{room}' },
    { method: 'PATCH', path: '/rooms/{room}', body: [['topic', 'New']] },
    { method: 'PUT', path: '/rooms/{room}/cursor', body: [['read', 3]] },
    { method: 'GET', path: '/rooms/{room}/members' },
    { method: 'PUT', path: '/rooms/{room}/members/{user}' },
    { method: 'DELETE', path: '/rooms/{room}/members/{user}' },
    { method: 'GET', path: '/rooms/{room}/entries' },
    { method: 'POST', path: '/rooms/{room}/messages', body: [['text', 'hello']] },
    { method: 'PATCH', path: '/rooms/{room}/messages/{seq}', body: [['text', 'hi']] },
    { method: 'DELETE', path: '/rooms/{room}/messages/{seq}' },
    { method: 'PUT', path: '/rooms/{room}/messages/{seq}/reactions/{emoji}' },
    { method: 'DELETE', path: '/rooms/{room}/messages/{seq}/reactions/{emoji}' },
    { method: 'PUT', path: '/rooms/{room}/messages/{seq}/pin' },
    { method: 'GET', path: '/rooms/{room}/messages/{seq}/revisions' },
    { method: 'GET', path: '/search' },
    { method: 'GET', path: '/members' },
    { method: 'PATCH', path: '/members/{user}', body: [['role', 'staff']] },
    { method: 'GET', path: '/openapi.json' },
    { method: 'GET', path: '/nowhere' },
  ];
const oddMethods = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'];
const queries = ['limit', 'cursor', 'after', 'before', 'q', 'workspaceId', '__proto__'];
const names = [
  'text',
  'files',
  'replyTo',
  'name',
  'topic',
  'kind',
  'memberIds',
  'delivered',
  'read',
  'role',
  '__proto__',
];
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'multipart/form-data; boundary=x',
  '',
];

/**
 * A hostile request, on its way to nothing but the given room and persons. It signs nobody out, and removes and ends
 * nothing: what follows must still reach something.
 */
function hostileRequest(chance: Chance, { roomId, token }: { roomId: string; token: string }): Asked {
  const odd = () => encodeURIComponent(oddText(chance).toWellFormed()).slice(0, 4_000);
  const parts: Record<string, () => string> = {
    room: () => (chance.oneIn(4) ? odd() : roomId),
    user: () => (chance.oneIn(2) ? odd() : 'usr_nobody'),
    seq: () => (chance.oneIn(3) ? odd() : `${chance.below(40)}`),
    emoji: () => (chance.oneIn(3) ? odd() : encodeURIComponent('👍')),
  };
  const operation = chance.pick(operations);
  const method = chance.oneIn(12) ? chance.pick(oddMethods) : operation.method;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name]?.() ?? '');
  const query = Array.from(
    { length: chance.below(3) },
    () => `${chance.pick(queries)}=${chance.oneIn(2) ? chance.below(900) - 9 : odd()}`,
  );
  const headers: Record<string, string> = {};
  if (!chance.oneIn(20)) headers.authorization = `Bearer ${chance.oneIn(20) ? odd() : token}`;
  if (!chance.oneIn(4))
    headers['idempotency-key'] = chance.oneIn(6) ? odd().slice(0, 200) : `k${chance.below(1_000_000)}`;
  const bodied = !['GET', 'HEAD'].includes(method) && (operation.body !== undefined || chance.oneIn(5));
  if (bodied) headers['content-type'] = chance.oneIn(8) ? chance.pick(types) : 'application/json';
  return {
    method,
    path: `/api/v1${path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers,
    body: bodied ? hostileBody(chance, operation.body ?? []) : undefined,
  };
}

function hostileBody(chance: Chance, sound: readonly (readonly [string, Value])[]): Buffer {
  if (chance.oneIn(12)) return chance.bytes(chance.below(200));
  if (chance.oneIn(12)) return Buffer.from(write(oddValue(chance)));
  if (chance.oneIn(40)) return Buffer.from(`{"text":"${'a'.repeat(chance.below(90_000))}"}`);
  const fields = [...sound];
  for (let faults = chance.below(3); faults > 0; faults--) {
    const name = chance.oneIn(6) ? oddName(chance) : chance.pick(names);
    const at = fields.findIndex(([given]) => given === name);
    if (at === -1) fields.push([name, oddValue(chance)]);
    else fields[at] = [name, oddValue(chance)];
  }
  return Buffer.from(write(new Fields(fields)));
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function ask(url: string, { method, path, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Node announces no body of a DELETE by itself.
    const length = body === undefined ? {} : { 'content-length': `${body.length}` };
    const asked = request(
      new URL(url),
      { method, path, headers: { ...headers, ...length }, agent },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function answerFault({ method }: Asked, { status, type, text }: Answer): string | undefined {
  if (status < 400) return undefined;
  if (method === 'HEAD') return status === 500 ? 'status 500' : undefined;
  if (!type.startsWith('application/problem+json')) return `${status} came as ${type}: ${text.slice(0, 200)}`;
  const problem = JSON.parse(text) as { status: number; code: ErrorCode; retry: string; detail: string };
  if (!Object.hasOwn(errorTable, problem.code)) return `${problem.code} is no code of the table`;
  if (problem.code === 'internal') return 'something that no rule foresaw';
  if (problem.status !== status) return `${status} says it is ${problem.status}`;
  return problem.detail === '' ? `${problem.code} says nothing to people` : undefined;
}

/**
 * Sends hostile requests to a running server, in the name of whoever `token` is, about `roomId`.
 * @throws FuzzFailure with the seed and the request
 */
export async function fuzzRest(options: {
  requests: number;
  seed: number;
  url: string;
  token: string;
  roomId: string;
}): Promise<FuzzReport> {
  const { requests, seed, url } = options;
  const chance = new Chance(seed);
  const report = new FuzzReport(seed);
  for (let nth = 0; nth < requests; nth++) {
    const asked = hostileRequest(chance, options);
    const answer = await ask(url, asked).catch((error) => {
      throw new FuzzFailure(`no answer: ${error}`, { seed, nth, sent: described(asked) });
    });
    const fault = answerFault(asked, answer);
    if (fault !== undefined) throw new FuzzFailure(fault, { seed, nth, sent: described(asked) });
    report.count(`${answer.status}`);
  }
  return report.end();
}

const described = ({ method, path, headers: { authorization: _, ...headers }, body }: Asked): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${body?.toString() ?? ''}`;
