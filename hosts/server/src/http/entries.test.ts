import { apply, emptyRoom } from '@stackbox/core';
import type { Entry } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { withServer } from '../../test/server.ts';
import { connect } from '../../test/socket.ts';

async function roomWith(messages: number) {
  const server = await withServer();
  const body = { kind: 'client', name: 'Ben', memberIds: [server.id('ben')] };
  const { roomId } = (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'made', body })).body;
  const path = `/api/v1/rooms/${roomId}`;
  for (let i = 0; i < messages; i++) {
    await server.request('POST', `${path}/messages`, {
      as: 'ana',
      key: `m${i}`,
      body: { text: `number ${i}` },
    });
  }
  const read = async (query: string) =>
    (await server.request('GET', `${path}/entries?${query}`, { as: 'ben' })).body;
  return { server, path, read };
}

const seqs = ({ entries }: { entries: Entry[] }) => entries.map(({ seq }) => seq);

test('[LOG2] a log is read in both directions, ascending, and says whether it goes on', async () => {
  const { server, read } = await roomWith(7);
  await using _ = server;
  expect(await read('after=0&limit=4')).toMatchObject({ head: 10, more: true });
  expect(seqs(await read('after=0&limit=4'))).toEqual([1, 2, 3, 4]);
  expect(seqs(await read('after=6&limit=4'))).toEqual([7, 8, 9, 10]);
  expect((await read('after=6&limit=4')).more).toBe(false);
  expect(await read('after=10')).toMatchObject({ entries: [], more: false });
  expect(await read('after=99')).toMatchObject({ entries: [], more: false });
  expect(seqs(await read('before=11&limit=3'))).toEqual([8, 9, 10]);
  expect((await read('before=11&limit=3')).more).toBe(true);
  expect(seqs(await read('before=4&limit=3'))).toEqual([1, 2, 3]);
  expect((await read('before=4&limit=3')).more).toBe(false);
  expect(await read('before=1')).toMatchObject({ entries: [], more: false });
  // With neither, the end of the log.
  expect(seqs(await read('limit=2'))).toEqual([9, 10]);
  expect((await read('limit=2')).more).toBe(true);
  expect(await read('after=1&before=5')).toMatchObject({ status: 400, code: 'bad_request' });
  expect(await read('limit=501')).toMatchObject({ status: 400 });
  expect(await read('after=-1')).toMatchObject({ status: 400 });
});

test('[LOG8] pages from either end fold to the same state', async () => {
  const { server, path, read } = await roomWith(5);
  await using _ = server;
  const at = (tail: string) => `${path}/messages/5${tail}`;
  await server.request('PUT', at('/reactions/%F0%9F%91%8D'), { as: 'ben', key: 'r' });
  await server.request('PATCH', at(''), { as: 'ana', key: 'e', body: { text: 'edited' } });
  await server.request('PUT', at('/pin'), { as: 'ana', key: 'p' });
  const forward = emptyRoom((await read('after=0')).epoch);
  for (let after = 0, more = true; more; ) {
    const page = await read(`after=${after}&limit=3`);
    apply(forward, page.entries);
    after = forward.head;
    more = page.more;
  }
  const { epoch, head } = await read('limit=1');
  const backward = emptyRoom(epoch, head);
  for (let before = head + 1, more = true; more; ) {
    const page = await read(`before=${before}&limit=3`);
    apply(backward, page.entries);
    before = page.entries[0].seq;
    more = page.more;
  }
  expect([...backward.messages.values()].sort((a, b) => a.seq - b.seq)).toEqual([
    ...forward.messages.values(),
  ]);
  expect(forward.messages.get(5)).toMatchObject({
    text: 'edited',
    pinned: true,
    reactions: { '👍': ['usr_ben'] },
  });
  expect(backward.members).toEqual(forward.members);
});

test('an entry is the same object over REST as on the socket', async () => {
  const { server, path, read } = await roomWith(1);
  await using _ = server;
  await server.request('POST', `${path}/messages`, {
    as: 'ana',
    key: 'full',
    body: {
      text: 'Hello <@usr_ben>',
      replyTo: 4,
      files: [{ name: 'a.pdf', type: 'application/pdf', size: 12 }],
    },
  });
  const socket = await connect(server, 'ben');
  const { entries } = await socket.ask({ action: 'joinRoom', roomId: path.split('/').at(-1) });
  socket.close();
  expect((await read('after=0')).entries).toEqual(entries);
  expect(entries.at(-1)).toMatchObject({ mentions: ['usr_ben'], replyTo: 4, clientId: 'full' });
});
