import { expect, test } from 'vitest';
import { type Name, type TestServer, withServer } from '../../test/server.ts';

async function makeRoom(server: TestServer, kind: string, name: string, ...members: Name[]): Promise<string> {
  const body = { kind, name, memberIds: members.map((member) => server.id(member)) };
  return (
    await server.request('POST', '/api/v1/rooms', {
      as: 'ana',
      key: `make ${name}`.replaceAll(' ', '-'),
      body,
    })
  ).body.roomId;
}

test('a room is made, read, renamed and deleted', async () => {
  await using server = await withServer();
  const made = await server.request('POST', '/api/v1/rooms', {
    as: 'ana',
    key: 'k',
    body: { kind: 'client', name: '  Ben ', topic: 'Ask anything', memberIds: ['usr_ben', 'usr_ben'] },
  });
  expect(made.status).toBe(201);
  const { roomId } = made.body;
  expect(made.headers.get('location')).toBe(`/api/v1/rooms/${roomId}`);
  const path = `/api/v1/rooms/${roomId}`;
  const read = await server.request('GET', path, { as: 'ben' });
  expect(read.body).toMatchObject({
    roomId,
    kind: 'client',
    name: 'Ben',
    topic: 'Ask anything',
    head: 3,
    size: 2,
    unread: 0,
  });
  const renamed = await server.request('PATCH', path, { as: 'ana', body: { topic: '' } });
  expect(renamed.body).toMatchObject({ name: 'Ben', topic: '', head: 4 });
  const same = await server.request('PATCH', path, { as: 'ana', body: { name: 'Ben' } });
  expect(same.body.head).toBe(4);
  expect((await server.request('DELETE', path, { as: 'ben' })).body).toMatchObject({
    status: 403,
    code: 'forbidden',
  });
  expect((await server.request('DELETE', path, { as: 'ana' })).status).toBe(204);
  for (const as of ['ana', 'ben'] as const)
    expect((await server.request('GET', path, { as })).status).toBe(404);
  // Its notes went with it.
  expect((await server.request('GET', '/api/v1/rooms', { as: 'ana' })).body).toEqual({ rooms: [] });
});

test('[LOG4] making a room again with the same key gives the first one', async () => {
  await using server = await withServer();
  const make = (key: string) =>
    server.request('POST', '/api/v1/rooms', { as: 'ana', key, body: { kind: 'team', name: 'Planning' } });
  const first = await make('k');
  expect((await make('k')).body).toEqual({ roomId: first.body.roomId, duplicate: true });
  expect((await make('l')).body.roomId).not.toBe(first.body.roomId);
  const withoutKey = await server.request('POST', '/api/v1/rooms', {
    as: 'ana',
    body: { kind: 'team', name: 'x' },
  });
  expect(withoutKey.body).toMatchObject({
    status: 400,
    errors: [{ in: 'header', field: 'Idempotency-Key' }],
  });
});

test('[SEC4] of a client room’s notes the client hears nothing, staff in them do', async () => {
  await using server = await withServer();
  const roomId = await makeRoom(server, 'client', 'Ben', 'ben', 'stan');
  const path = `/api/v1/rooms/${roomId}`;
  const notes = (await server.request('GET', path, { as: 'stan' })).body.notesRoomId;
  expect((await server.request('GET', `/api/v1/rooms/${notes}`, { as: 'stan' })).body).toMatchObject({
    notesFor: roomId,
  });
  const seen = await server.request('GET', path, { as: 'ben' });
  expect(seen.body).not.toHaveProperty('notesRoomId');
  expect((await server.request('GET', `/api/v1/rooms/${notes}`, { as: 'ben' })).status).toBe(404);
  const listed = await server.request('GET', '/api/v1/rooms', { as: 'ben' });
  expect(listed.body.rooms.map((room: { roomId: string }) => room.roomId)).toEqual([roomId]);
  expect(listed.text).not.toContain(notes);
  // Not even by being put into it.
  const put = await server.request('PUT', `/api/v1/rooms/${notes}/members/usr_ben`, { as: 'ana' });
  expect(put.body).toMatchObject({ status: 403 });
});

test('a list of rooms goes on where the page before ended', async () => {
  await using server = await withServer();
  const made: string[] = [];
  for (let i = 0; i < 7; i++) made.push(await makeRoom(server, 'direct', `room ${i}`, 'stan'));
  const seen: string[] = [];
  const sizes: number[] = [];
  let next: string | undefined;
  do {
    const query = next === undefined ? '' : `&cursor=${next}`;
    const { body } = await server.request('GET', `/api/v1/rooms?limit=3${query}`, { as: 'stan' });
    sizes.push(body.rooms.length);
    for (const { roomId } of body.rooms) seen.push(roomId);
    next = body.next;
  } while (next !== undefined);
  expect(sizes).toEqual([3, 3, 1]);
  expect(seen).toEqual([...made].sort());
  // A full last page has nothing behind it.
  expect((await server.request('GET', '/api/v1/rooms?limit=7', { as: 'stan' })).body).not.toHaveProperty(
    'next',
  );
  expect((await server.request('GET', '/api/v1/rooms', { as: 'olga' })).body).toEqual({ rooms: [] });
});

test('[SEC4] one who became a client is shut out of team rooms, and pages past them', async () => {
  await using server = await withServer();
  const { rooms } = server.running.store;
  const founding = { workspaceId: 'ws_demo', topic: '', by: 'usr_ana', memberIds: ['usr_ana', 'usr_stan'] };
  // In this order: the one room that stays theirs lies behind a page full of those that don't.
  const inTeam = ['room_1', 'room_2', 'room_3', 'room_4'];
  for (const roomId of inTeam)
    await rooms.create({ ...founding, roomId, kind: 'team', name: roomId, clientId: roomId });
  await rooms.create({ ...founding, roomId: 'room_5', kind: 'direct', name: 'Stan', clientId: 'room_5' });
  const list = async () => (await server.request('GET', '/api/v1/rooms?limit=1', { as: 'stan' })).body;
  const read = async (roomId: string) =>
    (await server.request('GET', `/api/v1/rooms/${roomId}/entries`, { as: 'stan' })).status;
  expect((await list()).rooms).toMatchObject([{ roomId: 'room_1' }]);
  expect(await read('room_1')).toBe(200);
  await server.request('PATCH', '/api/v1/members/usr_stan', { as: 'ana', body: { role: 'client' } });
  expect((await list()).rooms).toMatchObject([{ roomId: 'room_5' }]);
  expect(await list()).not.toHaveProperty('next');
  for (const roomId of inTeam) expect(await read(roomId)).toBe(404);
  expect(await read('room_5')).toBe(200);
});

test('[DEL5] what is unread follows the cursor, which only moves forward', async () => {
  await using server = await withServer();
  const roomId = await makeRoom(server, 'client', 'Ben', 'ben');
  const path = `/api/v1/rooms/${roomId}`;
  for (const key of ['a', 'b', 'c'])
    await server.request('POST', `${path}/messages`, { as: 'ana', key, body: { text: key } });
  await server.request('POST', `${path}/messages`, { as: 'ben', key: 'own', body: { text: 'own' } });
  const room = async () => (await server.request('GET', path, { as: 'ben' })).body;
  const move = async (body: object) =>
    (await server.request('PUT', `${path}/cursor`, { as: 'ben', body })).body;
  expect(await room()).toMatchObject({ head: 7, delivered: 0, read: 0, unread: 3 });
  expect(await move({ delivered: 6 })).toEqual({ delivered: 6, read: 0 });
  expect(await move({ read: 4 })).toEqual({ delivered: 6, read: 4 });
  expect(await room()).toMatchObject({ delivered: 6, read: 4, unread: 2 });
  expect(await move({ delivered: 1, read: 1 })).toEqual({ delivered: 6, read: 4 });
  expect(await move({ read: 1_000 })).toEqual({ delivered: 7, read: 7 });
  expect(await room()).toMatchObject({ unread: 0 });
  expect(await move({})).toMatchObject({ status: 400 });
  expect((await server.request('GET', path, { as: 'ana' })).body).toMatchObject({ read: 0, unread: 1 });
});

test('[SEC2] who was taken out of a room reads nothing from then on; who was put in reads all', async () => {
  await using server = await withServer();
  const roomId = await makeRoom(server, 'client', 'Ben', 'ben');
  const path = `/api/v1/rooms/${roomId}`;
  const reads = async (as: Name) => (await server.request('GET', `${path}/entries`, { as })).status;
  expect([await reads('ben'), await reads('olga')]).toEqual([200, 404]);
  expect((await server.request('PUT', `${path}/members/usr_olga`, { as: 'ben' })).status).toBe(403);
  const put = await server.request('PUT', `${path}/members/usr_olga`, { as: 'ana' });
  expect(put.body).toMatchObject({ seq: 4, duplicate: false });
  const again = await server.request('PUT', `${path}/members/usr_olga`, { as: 'ana' });
  expect(again.body).toMatchObject({ seq: 4, duplicate: true });
  expect(await reads('olga')).toBe(200);
  expect((await server.request('PUT', `${path}/members/usr_mallory`, { as: 'ana' })).status).toBe(404);
  await server.request('DELETE', `${path}/members/usr_ben`, { as: 'ana' });
  // Leaving is everyone's right.
  expect((await server.request('DELETE', `${path}/members/usr_olga`, { as: 'olga' })).status).toBe(200);
  expect([await reads('ben'), await reads('olga'), await reads('ana')]).toEqual([404, 404, 200]);
});

test('the people of a room come page by page, without addresses', async () => {
  await using server = await withServer();
  const roomId = await makeRoom(server, 'client', 'Ben', 'ben', 'stan', 'adam');
  const path = `/api/v1/rooms/${roomId}/members`;
  const first = await server.request('GET', `${path}?limit=3`, { as: 'ben' });
  expect(first.body.members).toEqual([
    { userId: 'usr_adam', name: 'adam', role: 'admin' },
    { userId: 'usr_ana', name: 'ana', role: 'owner' },
    { userId: 'usr_ben', name: 'ben', role: 'client' },
  ]);
  const rest = await server.request('GET', `${path}?limit=3&cursor=${first.body.next}`, { as: 'ben' });
  expect(rest.body).toEqual({ members: [{ userId: 'usr_stan', name: 'stan', role: 'staff' }] });
});
