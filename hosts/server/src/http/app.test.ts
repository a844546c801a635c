import { expect, test } from 'vitest';
import { contractOf } from '../../test/contract.ts';
import { type Json, withServer } from '../../test/server.ts';

test('every answer carries the security headers', async () => {
  await using server = await withServer();
  for (const path of [
    '/',
    '/healthz',
    '/docs/api',
    '/docs/style.css',
    '/nowhere',
    '/api/v1/me',
    '/api/v1/openapi.json',
  ]) {
    const { headers } = await server.request('GET', path);
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('answers are read across origins by those on the list alone', async () => {
  await using server = await withServer({ origins: ['https://app.example'] });
  const preflight = (origin: string) =>
    server.request('OPTIONS', '/api/v1/rooms', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  const allowed = await preflight('https://app.example');
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
  expect(allowed.headers.get('access-control-allow-headers')).toBe(
    'Authorization,Content-Type,Idempotency-Key',
  );
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  const read = (origin: string) => server.request('GET', '/api/v1/me', { as: 'ana', headers: { origin } });
  expect((await read('https://app.example')).headers.get('access-control-allow-origin')).toBe(
    'https://app.example',
  );
  expect(
    (await read('https://app.example.evil.example')).headers.get('access-control-allow-origin'),
  ).toBeNull();
  // Refusals can be read too, or the page could not tell why.
  const refused = await server.request('GET', '/api/v1/me', { headers: { origin: 'https://app.example' } });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
    401,
    'https://app.example',
  ]);
});

test('the document tells each route with its name, words, examples and problems', async () => {
  await using server = await withServer();
  const { document, fault } = await contractOf(server.url);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method} ${path}`,
      ...(operation as Json),
    })),
  );
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { name, summary, description, tags, responses, parameters = [], requestBody } of operations) {
    expect([name, typeof summary, typeof description, tags.length]).toEqual([name, 'string', 'string', 1]);
    for (const status of ['401', '429', '500', '503'])
      expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining([status])]);
    for (const parameter of parameters)
      expect([name, parameter.name, typeof parameter.description]).toEqual([name, parameter.name, 'string']);
    const contents = [requestBody, ...Object.values(responses)].flatMap((part: Json) =>
      Object.values(part?.content ?? {}),
    );
    for (const { schema, example } of contents as Json[])
      expect([name, fault(schema, example)]).toEqual([name, undefined]);
  }
  for (const [name, response] of Object.entries(document.components.responses)) {
    for (const { schema, example } of Object.values(response.content ?? {}))
      expect([name, fault(schema, example)]).toEqual([name, undefined]);
  }
  // Every word of the plan has its route.
  expect(operations.map(({ name }) => name).sort()).toEqual(
    [
      'delete /members/{userId}',
      'delete /rooms/{roomId}',
      'delete /rooms/{roomId}/members/{userId}',
      'delete /rooms/{roomId}/messages/{seq}',
      'delete /rooms/{roomId}/messages/{seq}/pin',
      'delete /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
      'delete /session',
      'get /me',
      'get /members',
      'get /rooms',
      'get /rooms/{roomId}',
      'get /rooms/{roomId}/entries',
      'get /rooms/{roomId}/members',
      'get /rooms/{roomId}/messages/{seq}/revisions',
      'get /search',
      'patch /members/{userId}',
      'patch /rooms/{roomId}',
      'patch /rooms/{roomId}/messages/{seq}',
      'post /rooms',
      'post /rooms/{roomId}/messages',
      'post /tickets',
      'put /rooms/{roomId}/cursor',
      'put /rooms/{roomId}/members/{userId}',
      'put /rooms/{roomId}/messages/{seq}/pin',
      'put /rooms/{roomId}/messages/{seq}/reactions/{emoji}',
    ].map((name) => name.replace(' /', ' /api/v1/')),
  );
});

test('the pages need no script and nothing from elsewhere, and their links lead somewhere', async () => {
  await using server = await withServer();
  const pages = new Map<string, string>();
  for (const path of ['/', '/docs/api', '/docs/websocket', '/docs/errors']) {
    const { status, text, headers } = await server.request('GET', path);
    expect([path, status, headers.get('content-type')]).toEqual([path, 200, 'text/html; charset=UTF-8']);
    expect(text).not.toMatch(/<script|<iframe|\son\w+=|\sstyle=/i);
    expect(text).not.toContain('undefined');
    expect(text).not.toContain('[object');
    pages.set(path, text);
  }
  for (const [path, text] of pages) {
    for (const [, link = ''] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (link.startsWith('data:')) continue;
      expect([path, link]).toEqual([path, expect.stringMatching(/^[/#]/)]);
      const [page = '', anchor] = link.split('#');
      const target = page === '' ? text : (pages.get(page) ?? (await server.request('GET', page)).text);
      if (anchor !== undefined)
        expect([path, link, target.includes(`id="${anchor}"`)]).toEqual([path, link, true]);
      else expect([path, link, (await server.request('GET', page)).status]).toEqual([path, link, 200]);
    }
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect([path, ids.length]).toEqual([path, new Set(ids).size]);
  }
  const old = await server.request('GET', '/docs');
  expect([old.status, old.headers.get('location')]).toEqual([302, '/docs/api']);
});

test('what no rule foresaw is noted, and told without its innards', async () => {
  await using server = await withServer();
  server.running.store.rooms.standing = async () => {
    throw new Error('a secret of the inside');
  };
  const { body, text } = await server.request('GET', '/api/v1/rooms/room_a', { as: 'ana' });
  expect(body).toMatchObject({ status: 500, code: 'internal', retry: 'later' });
  expect(text).not.toContain('inside');
});
