import { expect, test } from 'vitest';
import { withServer } from '../../test/server.ts';
import { connect } from '../../test/socket.ts';

test('[SEC1] the workspace and the member come from the token, whatever the request says', async () => {
  await using server = await withServer();
  const me = await server.request('GET', '/api/v1/me?workspaceId=ws_other&userId=usr_mallory', { as: 'ben' });
  expect(me.body).toEqual({
    userId: 'usr_ben',
    workspaceId: 'ws_demo',
    name: 'ben',
    email: 'ben@demo.example',
    role: 'client',
  });
  const body = { kind: 'team', name: 'Planning', workspaceId: 'ws_other', by: 'usr_mallory' };
  const { roomId } = (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'k', body })).body;
  expect((await server.request('GET', `/api/v1/rooms/${roomId}`, { as: 'ana' })).status).toBe(200);
  expect((await server.request('GET', '/api/v1/rooms', { as: 'mallory' })).body).toEqual({ rooms: [] });
});

test('without a good token nothing is told', async () => {
  await using server = await withServer();
  const ask = (authorization?: string) =>
    server.request('GET', '/api/v1/me', { headers: authorization === undefined ? {} : { authorization } });
  const none = await ask();
  expect(none.body).toMatchObject({ status: 401, code: 'unauthenticated', retry: 'never' });
  expect(none.headers.get('www-authenticate')).toBe('Bearer realm="stackbox"');
  const good = await server.token('ana');
  for (const bad of ['Basic YTpi', 'Bearer', 'Bearer x', `Bearer ${good}x`, `Bearer ${good} ${good}`]) {
    const refused = await ask(bad);
    expect([bad, refused.status, refused.body.code]).toEqual([bad, 401, 'unauthenticated']);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
  }
  expect((await ask(`bearer ${good}`)).status).toBe(200);
  const expired = await ask(`Bearer ${await server.token('ana', -60_000)}`);
  expect(expired.body).toMatchObject({ status: 401, code: 'token_expired', retry: 'now' });
});

test('[SEC5] signing out ends the token, on REST and for tickets, and no other', async () => {
  await using server = await withServer();
  const authorization = `Bearer ${await server.token('ana')}`;
  const other = await server.request('GET', '/api/v1/me', { as: 'ana' });
  expect(other.status).toBe(200);
  const mine = { headers: { authorization } };
  expect((await server.request('DELETE', '/api/v1/session', mine)).status).toBe(204);
  for (const [method, path] of [
    ['GET', '/api/v1/me'],
    ['POST', '/api/v1/tickets'],
    ['DELETE', '/api/v1/session'],
  ] as const) {
    expect((await server.request(method, path, mine)).body).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
  }
  expect((await server.request('GET', '/api/v1/me', { as: 'ana' })).status).toBe(200);
});

test('[SEC5] signing out closes the session’s sockets, and no other’s', async () => {
  await using server = await withServer();
  const token = await server.token('ana');
  const mine = await connect(server, 'ana', token);
  const other = await connect(server, 'ana');
  await server.request('DELETE', '/api/v1/session', { headers: { authorization: `Bearer ${token}` } });
  expect(await mine.closed).toBe(1008);
  expect(mine.heard).toMatchObject([{ type: 'closing', code: 'unauthenticated', retry: 'never' }]);
  expect(await other.ask({ action: 'ping' })).toMatchObject({ ok: true });
  other.close();
});

test('[SEC6] a ticket is good once, for half a minute, and says where', async () => {
  await using server = await withServer();
  const { ticket, url, expiresAt } = (await server.request('POST', '/api/v1/tickets', { as: 'ben' })).body;
  expect(url).toBe(`${server.url.replace('http', 'ws')}/ws`);
  expect(expiresAt - Date.now()).toBeLessThanOrEqual(30_000);
  const tries = Array.from({ length: 5 }, () => {
    const socket = new WebSocket(`${url}?ticket=${ticket}`);
    return new Promise<string>((resolve) => {
      socket.onopen = () => {
        socket.close();
        resolve('open');
      };
      socket.onerror = () => resolve('refused');
    });
  });
  expect((await Promise.all(tries)).sort()).toEqual(['open', 'refused', 'refused', 'refused', 'refused']);
});

test('[SEC2] a role is read from the membership at every request, not from the token', async () => {
  await using server = await withServer();
  const make = (key: string) =>
    server.request('POST', '/api/v1/rooms', { as: 'ben', key, body: { kind: 'direct', name: 'Mine' } });
  expect((await make('a')).status).toBe(403);
  await server.request('PATCH', '/api/v1/members/usr_ben', { as: 'ana', body: { role: 'staff' } });
  expect((await make('b')).status).toBe(201);
  await server.request('DELETE', '/api/v1/members/usr_ben', { as: 'ana' });
  expect((await make('c')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
});
