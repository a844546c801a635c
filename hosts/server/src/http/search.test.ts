import { expect, test } from 'vitest';
import { type Json, type Name, withServer } from '../../test/server.ts';

async function talks() {
  const server = await withServer();
  const room = async (name: string, ...members: Name[]) => {
    const body = { kind: 'client', name, memberIds: members.map((member) => server.id(member)) };
    return (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: name, body })).body.roomId;
  };
  const send = async (as: Name, roomId: string, text: string): Promise<number> => {
    const asked = { as, key: text.replaceAll(' ', '-'), body: { text } };
    return (await server.request('POST', `/api/v1/rooms/${roomId}/messages`, asked)).body.seq;
  };
  const search = async (as: Name, query: string): Promise<Json> =>
    (await server.request('GET', `/api/v1/search?${query}`, { as })).body;
  const found = async (as: Name, q: string): Promise<number[]> =>
    (await search(as, `q=${encodeURIComponent(q)}`)).hits.map(({ seq }: { seq: number }) => seq);
  return { server, room, send, search, found };
}

test('[SEC2] a search finds in the rooms one is in now, and nowhere else', async () => {
  const { server, room, send, search, found } = await talks();
  await using _ = server;
  const bens = await room('Ben', 'ben');
  const olgas = await room('Olga', 'olga');
  const seq = await send('ben', bens, 'The renewal is due');
  await send('olga', olgas, 'My renewal too');
  await expect.poll(() => found('ben', 'renewal')).toEqual([seq]);
  expect((await search('ben', 'q=renewal')).hits).toEqual([
    {
      roomId: bens,
      seq,
      at: expect.any(Number),
      by: 'usr_ben',
      snippet: expect.stringContaining('\ue000renewal\ue001'),
    },
  ]);
  expect(await found('ana', 'renewal')).toHaveLength(2);
  for (const outsider of ['adam', 'mallory'] as const) expect(await found(outsider, 'renewal')).toEqual([]);
  await server.request('DELETE', `/api/v1/rooms/${bens}/members/usr_ben`, { as: 'ana' });
  expect(await found('ben', 'renewal')).toEqual([]);
});

test('[LOG9] a withdrawn message is found no more', async () => {
  const { server, room, send, found } = await talks();
  await using _ = server;
  const roomId = await room('Ben', 'ben');
  const seq = await send('ben', roomId, 'A secret word');
  await expect.poll(() => found('ana', 'secret')).toEqual([seq]);
  await server.request('DELETE', `/api/v1/rooms/${roomId}/messages/${seq}`, { as: 'ben', key: 'gone' });
  expect(await found('ana', 'secret')).toEqual([]);
});

test('hits come page by page, newest first, each once', async () => {
  const { server, room, send, search, found } = await talks();
  await using _ = server;
  const roomId = await room('Ben', 'ben');
  const sent: number[] = [];
  for (let i = 0; i < 7; i++) sent.push(await send('ben', roomId, `invoice ${i}`));
  await expect.poll(() => found('ben', 'invoice')).toHaveLength(7);
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await search('ben', `q=invoice&limit=3${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    expect(page.hits.length).toBeLessThanOrEqual(3);
    for (const { seq } of page.hits) seen.push(seq);
    cursor = page.next === undefined ? undefined : encodeURIComponent(page.next);
  } while (cursor !== undefined);
  expect(seen).toEqual(sent.reverse());
});

test('a query that is not understood is refused with the mend', async () => {
  await using server = await withServer();
  const refused = async (query: string) =>
    (await server.request('GET', `/api/v1/search${query}`, { as: 'ana' })).body;
  expect(await refused('')).toMatchObject({
    status: 400,
    errors: [{ in: 'query', field: 'q', detail: 'say what to look for' }],
  });
  expect(await refused('?q=')).toMatchObject({ status: 400, code: 'bad_request' });
  expect(await refused('?q=has:cake')).toMatchObject({
    status: 400,
    detail: expect.stringContaining('has:file'),
  });
  expect(await refused(`?q=${'x'.repeat(501)}`)).toMatchObject({ status: 400 });
  expect(await refused('?q=a&cursor=made-up')).toMatchObject({ status: 400, code: 'bad_request' });
});
