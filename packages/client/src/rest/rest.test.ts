import { expect, test } from 'vitest';
import { FakeTime } from '../../test/fake-time.ts';
import { type Fetch, Rest } from './rest.ts';
import { expiryOf, Tokens } from './tokens.ts';

interface Answer {
  status: number;
  text?: string;
  retryAfter?: string;
}

function restWith(
  answers: Answer[],
  token: string | (() => Promise<string>) = 'token',
  base = 'https://stackbox.test/chat/',
) {
  const time = new FakeTime();
  const calls: { url: string; authorization: string | undefined }[] = [];
  const fetch: Fetch = async (url, { headers }) => {
    calls.push({ url, authorization: headers.authorization });
    const { status, text = '{}', retryAfter = null } = answers.shift() ?? { status: 200 };
    return { ok: status < 400, status, headers: { get: () => retryAfter }, text: async () => text };
  };
  const tokens = new Tokens(token, time);
  return {
    rest: new Rest({ base: new URL(base), fetch, tokens, ambient: { timers: time } }),
    calls,
    time,
    tokens,
  };
}

test('paths stand below where StackBox is; the token stands in the header only', async () => {
  const { rest, calls } = restWith([]);
  await rest.get('search', { q: 'a&b', limit: 5, cursor: undefined });
  expect(calls).toEqual([
    { url: 'https://stackbox.test/chat/api/v1/search?q=a%26b&limit=5', authorization: 'Bearer token' },
  ]);
});

test.each<[string, Answer, object]>([
  [
    'problem details',
    { status: 404, text: '{"code":"not_found","detail":"no such room"}' },
    { code: 'not_found', retry: 'never', message: 'no such room' },
  ],
  [
    'a wait in the body',
    { status: 429, text: '{"code":"rate_limited","retryAfterMs":1500}' },
    { code: 'rate_limited', retry: 'later', retryAfterMs: 1500 },
  ],
  [
    'a wait in the header',
    { status: 503, text: '{"code":"unavailable"}', retryAfter: '7' },
    { code: 'unavailable', retryAfterMs: 7000 },
  ],
  ["a proxy's error page", { status: 502, text: '<html>' }, { code: 'unavailable', retry: 'later' }],
  ["a proxy's not found", { status: 404, text: 'nothing here' }, { code: 'unavailable', retry: 'later' }],
  ['a 401 without a code', { status: 401, text: '' }, { code: 'unauthenticated', retry: 'never' }],
  ['an answer that is no JSON', { status: 200, text: '<html>' }, { code: 'unavailable', retry: 'later' }],
  ['an unknown code', { status: 500, text: '{"code":"teapot"}' }, { code: 'unavailable', retry: 'later' }],
])('%s becomes a typed error', async (_, answer, error) => {
  await expect(restWith([answer]).rest.get('rooms')).rejects.toMatchObject({
    name: 'StackBoxError',
    ...error,
  });
});

test('a refused token is replaced once, if the app has another', async () => {
  const tokens = ['old', 'new', 'newest'];
  const { rest, calls } = restWith(
    [{ status: 401 }, { status: 200, text: '{"rooms":[]}' }],
    async () => tokens.shift() ?? '',
  );
  expect(await rest.get('rooms')).toEqual({ rooms: [] });
  expect(calls.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
  const fixed = restWith([{ status: 401 }, { status: 200 }]);
  await expect(fixed.rest.get('rooms')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(fixed.calls).toHaveLength(1);
});

test('no answer is an error after half a minute', async () => {
  const time = new FakeTime();
  const fetch: Fetch = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const rest = new Rest({
    base: new URL('https://stackbox.test/'),
    fetch,
    tokens: new Tokens('t', time),
    ambient: { timers: time },
  });
  const asked = rest.get('rooms').catch((error: unknown) => error);
  await time.advance(30_000);
  expect(await asked).toMatchObject({ code: 'unavailable', retry: 'later' });
});

test('the app is asked for a token once at a time, and again when it nears its end', async () => {
  const time = new FakeTime();
  const jwt = (expiresAt: number) =>
    `h.${btoa(JSON.stringify({ exp: expiresAt / 1000, name: 'Zoë' })).replaceAll('=', '')}.s`;
  let calls = 0;
  const tokens = new Tokens(async () => jwt(time.now() + 60_000 * ++calls), time);
  const [first, second] = await Promise.all([tokens.current(), tokens.current()]);
  expect([first === second, calls]).toEqual([true, 1]);
  await time.advance(54_000);
  expect(await tokens.current()).toBe(first);
  await time.advance(2_000);
  expect(await tokens.current()).not.toBe(first);
  expect(calls).toBe(2);
});

test('a token that says nothing of its end, or nonsense, is kept until it is refused', () => {
  for (const token of ['opaque', 'a.b.c', 'a.e30.c', `a.${btoa('{"exp":"soon"}')}.c`])
    expect(expiryOf(token)).toBeUndefined();
});

test('no token is a reason to sign in', async () => {
  await expect(restWith([], async () => '').rest.get('rooms')).rejects.toMatchObject({
    code: 'unauthenticated',
    retry: 'never',
  });
});
