import { expect, test } from 'vitest';
import { type Name, withServer } from '../../test/server.ts';

test('[SEC4] a client knows the people of its own rooms, and no address; staff know the workspace', async () => {
  await using server = await withServer();
  const list = async (as: Name) => (await server.request('GET', '/api/v1/members', { as })).body;
  const body = { kind: 'client', name: 'Ben', memberIds: ['usr_ben', 'usr_stan'] };
  await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'k', body });
  const names = ({ members }: { members: { name: string }[] }) => members.map(({ name }) => name);
  expect(names(await list('stan'))).toEqual(['adam', 'ana', 'ben', 'olga', 'stan']);
  expect((await list('stan')).members[0]).toEqual({
    userId: 'usr_adam',
    name: 'adam',
    role: 'admin',
    email: 'adam@demo.example',
  });
  const known = await list('ben');
  expect(names(known)).toEqual(['ana', 'ben', 'stan']);
  expect(JSON.stringify(known)).not.toContain('@');
  // Olga shares no room with anyone.
  expect(names(await list('olga'))).toEqual(['olga']);
  expect(names(await list('mallory'))).toEqual(['mallory']);
});

test('members come page by page', async () => {
  await using server = await withServer();
  const page = async (query: string) =>
    (await server.request('GET', `/api/v1/members?limit=2${query}`, { as: 'ana' })).body;
  const seen: string[] = [];
  let next = '';
  do {
    const { members, next: further } = await page(next === '' ? '' : `&cursor=${next}`);
    for (const { userId } of members) seen.push(userId);
    next = further ?? '';
  } while (next !== '');
  expect(seen).toEqual(['usr_adam', 'usr_ana', 'usr_ben', 'usr_olga', 'usr_stan']);
});

test('roles are the managers’ to give, owners the owners’', async () => {
  await using server = await withServer();
  const give = async (as: Name, userId: string, role: string) =>
    (await server.request('PATCH', `/api/v1/members/${userId}`, { as, body: { role } })).status;
  expect(await give('ben', 'usr_olga', 'staff')).toBe(403);
  expect(await give('stan', 'usr_stan', 'owner')).toBe(403);
  expect(await give('adam', 'usr_stan', 'owner')).toBe(403);
  expect(await give('adam', 'usr_ana', 'staff')).toBe(403);
  expect(await give('adam', 'usr_ben', 'staff')).toBe(200);
  expect(await give('ana', 'usr_ana', 'staff')).toBe(409);
  expect(await give('ana', 'usr_adam', 'owner')).toBe(200);
  expect(await give('ana', 'usr_nobody', 'staff')).toBe(404);
  expect(await give('ana', 'usr_mallory', 'staff')).toBe(404);
  expect(await give('ana', 'usr_ben', 'king')).toBe(400);
});

test('[SEC3] who may not manage learns of nobody by trying', async () => {
  await using server = await withServer();
  for (const method of ['PATCH', 'DELETE']) {
    const ask = (userId: string) =>
      server.request(method, `/api/v1/members/${userId}`, {
        as: 'ben',
        ...(method === 'PATCH' ? { body: { role: 'staff' } } : {}),
      });
    const there = await ask('usr_olga');
    expect(there.status).toBe(403);
    expect(there.text).toBe((await ask('usr_nobody')).text);
  }
});

test('[SEC2] a member who was removed is in no room and has no token', async () => {
  await using server = await withServer();
  const body = { kind: 'client', name: 'Ben', memberIds: ['usr_ben'] };
  const { roomId } = (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'k', body })).body;
  expect((await server.request('GET', `/api/v1/rooms/${roomId}`, { as: 'ben' })).status).toBe(200);
  expect((await server.request('DELETE', '/api/v1/members/usr_ben', { as: 'ana' })).status).toBe(204);
  expect((await server.request('GET', `/api/v1/rooms/${roomId}`, { as: 'ben' })).status).toBe(401);
  const { members } = (await server.request('GET', `/api/v1/rooms/${roomId}/members`, { as: 'ana' })).body;
  expect(members).toEqual([{ userId: 'usr_ana', name: 'ana', role: 'owner' }]);
  expect((await server.request('DELETE', '/api/v1/members/usr_ana', { as: 'ana' })).body).toMatchObject({
    status: 409,
  });
});
