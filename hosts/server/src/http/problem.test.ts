import { expect, test } from 'vitest';
import { withServer } from '../../test/server.ts';

const noRoom = {
  type: '/docs/errors#not_found',
  title: 'There is no such thing, or it is not yours to see',
  status: 404,
  detail: 'There is no such room, or you are not in it.',
  code: 'not_found',
  retry: 'never',
};

test('an error is a problem of RFC 9457 with the wire’s code', async () => {
  await using server = await withServer();
  const { status, headers, body } = await server.request('GET', '/api/v1/rooms/room_none', { as: 'ana' });
  expect(status).toBe(404);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual(noRoom);
});

test('a path that leads nowhere is a problem too', async () => {
  await using server = await withServer();
  for (const path of ['/nowhere', '/api/v1/nowhere', '/api/v2/rooms', '/api/v1/rooms/a/b/c']) {
    const { status, headers, body } = await server.request('GET', path, { as: 'ana' });
    expect([path, status, headers.get('content-type')]).toEqual([path, 404, 'application/problem+json']);
    expect(body).toMatchObject({ status: 404, code: 'not_found', retry: 'never' });
  }
});

test('a known path with another method says which it takes', async () => {
  await using server = await withServer();
  for (const [method, path, allow] of [
    ['PUT', '/api/v1/rooms', 'GET, HEAD, POST'],
    ['POST', '/api/v1/rooms/room_a', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/api/v1/rooms/room_a/messages', 'POST'],
    ['GET', '/api/v1/tickets', 'POST'],
    ['OPTIONS', '/api/v1/me', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ]) {
    const { status, headers, body } = await server.request(method ?? '', path ?? '', { as: 'ana' });
    expect([method, path, status, headers.get('allow')]).toEqual([method, path, 405, allow]);
    expect(body).toMatchObject({ status: 405, code: 'bad_request' });
  }
});

test('a body that is not JSON, not sent as JSON, or not there is refused', async () => {
  await using server = await withServer();
  const send = (body: string, type?: string) =>
    server.request('PATCH', '/api/v1/members/usr_ben', {
      as: 'ana',
      body,
      headers: { ...(type === undefined ? {} : { 'content-type': type }) },
    });
  expect((await send('{"role":')).body).toMatchObject({
    status: 400,
    code: 'bad_request',
    detail: 'The body is not JSON.',
  });
  expect((await send('["staff"]')).body).toMatchObject({ status: 400, code: 'bad_request' });
  expect((await send('role=staff', 'application/x-www-form-urlencoded')).body).toMatchObject({ status: 415 });
  expect((await send('{"role":"staff"}', 'text/plain')).body).toMatchObject({
    status: 415,
    code: 'bad_request',
  });
  const nothing = await server.request('PATCH', '/api/v1/members/usr_ben', { as: 'ana' });
  expect(nothing.body).toMatchObject({ status: 400, errors: [{ in: 'body', field: 'role' }] });
  expect((await send('{"role":"staff"}', 'application/json; charset=utf-8')).status).toBe(200);
});

test('a fault names its field and where it stands', async () => {
  await using server = await withServer();
  const ask = async (method: string, path: string, asked = {}) =>
    (await server.request(method, `/api/v1${path}`, { as: 'ana', ...asked })).body;
  expect(await ask('GET', '/rooms?limit=0')).toMatchObject({
    status: 400,
    detail: 'limit (query): must be from 1 to 200',
    errors: [{ in: 'query', field: 'limit' }],
  });
  expect(await ask('GET', '/rooms?limit=')).toMatchObject({ errors: [{ in: 'query', field: 'limit' }] });
  expect(await ask('GET', '/rooms?cursor=%00')).toMatchObject({ status: 400, code: 'bad_request' });
  expect(await ask('GET', `/rooms/${'r'.repeat(65)}`)).toMatchObject({
    errors: [{ in: 'path', field: 'roomId' }],
  });
  expect(await ask('PATCH', '/rooms/room_a/messages/0', { body: { text: 'x' }, key: 'k' })).toMatchObject({
    errors: [{ in: 'path', field: 'seq' }],
  });
  expect(await ask('PUT', '/rooms/room_a/messages/1/reactions/ab', { key: 'k' })).toMatchObject({
    errors: [{ in: 'path', field: 'emoji', detail: 'emoji must be one emoji sequence' }],
  });
  const files = [{ name: 'a.pdf' }, { name: 7 }];
  expect(await ask('POST', '/rooms/room_a/messages', { body: { files }, key: 'k' })).toMatchObject({
    errors: [{ in: 'body', field: 'files.1.name' }],
  });
  expect(await ask('PATCH', '/rooms/room_a', { body: {} })).toMatchObject({
    errors: [{ in: 'body', field: '', detail: 'give name, topic or both' }],
  });
});

test('a body over 64 KiB is refused, announced or not', async () => {
  await using server = await withServer();
  const path = '/api/v1/rooms/room_a/messages';
  const tooMuch = { text: 'x'.repeat(64 * 1024) };
  const announced = await server.request('POST', path, { as: 'ana', key: 'k', body: tooMuch });
  expect(announced.body).toMatchObject({ status: 413, code: 'message_too_large' });
  const streamed = await fetch(new URL(path, server.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await server.token('ana')}`,
      'content-type': 'application/json',
      'idempotency-key': 'k',
    },
    body: new Blob([JSON.stringify(tooMuch)]).stream(),
    duplex: 'half',
  } as RequestInit);
  expect(streamed.status).toBe(413);
  expect(await streamed.json()).toMatchObject({ code: 'message_too_large' });
});

test('too many requests are refused with the time to come back', async () => {
  await using server = await withServer({ clock: { now: () => 1_900_000_000_000 } });
  const ask = () => server.request('POST', '/api/v1/tickets', { as: 'ana' });
  for (let i = 0; i < 30; i++) expect((await ask()).status).toBe(200);
  const refused = await ask();
  expect(refused.body).toMatchObject({
    status: 429,
    code: 'rate_limited',
    retry: 'later',
    retryAfterMs: 500,
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  // Another member is not held back by it.
  expect((await server.request('POST', '/api/v1/tickets', { as: 'ben' })).status).toBe(200);
});

test('[SEC6] guessing tokens is limited by address, before a token is looked at', async () => {
  await using server = await withServer({ clock: { now: () => 1_900_000_000_000 } });
  const guess = async () => {
    const response = await fetch(new URL('/api/v1/me', server.url), {
      headers: { authorization: 'Bearer guess' },
    });
    await response.arrayBuffer();
    return response.status;
  };
  expect((await server.request('GET', '/healthz')).status).toBe(200);
  const statuses = new Set<number>();
  for (let i = 0; i < 210; i++)
    for (const status of await Promise.all(Array.from({ length: 10 }, guess))) statuses.add(status);
  expect([...statuses].sort()).toEqual([401, 429]);
  // Who watches over the process is not held back.
  expect((await server.request('GET', '/healthz')).status).toBe(200);
});

test('[SEC3] to an outsider every route of a room answers as if there were none', async () => {
  await using server = await withServer();
  const made = await server.request('POST', '/api/v1/rooms', {
    as: 'ana',
    key: 'made',
    body: { kind: 'client', name: 'Ben', memberIds: [server.id('ben')] },
  });
  const { roomId } = made.body;
  const sent = await server.request('POST', `/api/v1/rooms/${roomId}/messages`, {
    as: 'ana',
    key: 'm',
    body: { text: 'secret' },
  });
  const routes: [method: string, path: string, body?: object][] = [
    ['GET', ''],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', ''],
    ['GET', '/members'],
    ['PUT', `/members/${server.id('olga')}`],
    ['PUT', '/members/usr_nobody'],
    ['DELETE', `/members/${server.id('olga')}`],
    ['DELETE', `/members/${server.id('ben')}`],
    ['GET', '/entries'],
    ['GET', '/entries?after=0'],
    ['POST', '/messages', { text: 'hello' }],
    ['POST', '/messages', { text: 'hello', replyTo: sent.body.seq }],
    ['PATCH', `/messages/${sent.body.seq}`, { text: 'hello' }],
    ['DELETE', `/messages/${sent.body.seq}`],
    ['PUT', `/messages/${sent.body.seq}/reactions/%F0%9F%91%8D`],
    ['DELETE', `/messages/${sent.body.seq}/reactions/%F0%9F%91%8D`],
    ['PUT', `/messages/${sent.body.seq}/pin`],
    ['DELETE', `/messages/${sent.body.seq}/pin`],
    ['GET', `/messages/${sent.body.seq}/revisions`],
    ['PUT', '/cursor', { read: 1 }],
  ];
  // The member sees: what the outsiders are refused is there.
  expect((await server.request('GET', `/api/v1/rooms/${roomId}`, { as: 'ben' })).status).toBe(200);
  for (const outsider of ['olga', 'adam', 'mallory'] as const) {
    for (const [method, path, body] of routes) {
      const asked = { as: outsider, key: 'key', ...(body === undefined ? {} : { body }) };
      const there = await server.request(method, `/api/v1/rooms/${roomId}${path}`, asked);
      const nowhere = await server.request(method, `/api/v1/rooms/room_none${path}`, asked);
      expect([outsider, method, path, there.body]).toEqual([outsider, method, path, noRoom]);
      expect(there.text).toBe(nowhere.text);
      expect(namesOf(there.headers)).toEqual(namesOf(nowhere.headers));
    }
  }
  const after = await server.request('GET', `/api/v1/rooms/${roomId}/entries?after=${sent.body.seq}`, {
    as: 'ana',
  });
  expect(after.body.entries).toEqual([]);
});

function namesOf(headers: Headers): Record<string, string> {
  const { date: _, ...rest } = Object.fromEntries(headers);
  return rest;
}
