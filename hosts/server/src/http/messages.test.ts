import { expect, test } from 'vitest';
import { type Asked, type Name, withServer } from '../../test/server.ts';
import { connect } from '../../test/socket.ts';

async function conversation() {
  const server = await withServer();
  const body = { kind: 'client', name: 'Ben', memberIds: [server.id('ben'), server.id('stan')] };
  const { roomId } = (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'made', body })).body;
  const path = `/api/v1/rooms/${roomId}`;
  const ask = (method: string, tail: string, as: Name, asked: Asked = {}) =>
    server.request(method, `${path}${tail}`, { as, ...asked });
  const send = async (as: Name, key: string, text: string): Promise<number> =>
    (await ask('POST', '/messages', as, { key, body: { text } })).body.seq;
  const entry = async (seq: number) =>
    (await ask('GET', `/entries?after=${seq - 1}&limit=1`, 'ana')).body.entries[0];
  const head = async () => (await ask('GET', '', 'ana')).body.head;
  return { server, roomId, ask, send, entry, head };
}

test('[LOG4] a resent message keeps its place, appends nothing, and its key may be quoted', async () => {
  const { server, roomId, ask, head } = await conversation();
  await using _ = server;
  const first = await ask('POST', '/messages', 'ben', { key: 'k-1', body: { text: 'Hello' } });
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({ roomId, seq: 5, duplicate: false });
  for (const [key, text] of [
    ['k-1', 'Hello'],
    ['"k-1"', 'Hello'],
    ['k-1', 'Another text'],
  ] as const) {
    const again = await ask('POST', '/messages', 'ben', { key, body: { text } });
    expect([key, again.status, again.body]).toEqual([key, 201, { ...first.body, duplicate: true }]);
  }
  expect(await head()).toBe(5);
  // The key is its author's: another's with the same key is another message.
  expect((await ask('POST', '/messages', 'ana', { key: 'k-1', body: { text: 'Hi' } })).body.seq).toBe(6);
  // For another kind of request it names nothing.
  const other = await ask('PATCH', '/messages/5', 'ben', { key: 'k-1', body: { text: 'Hi' } });
  expect(other.body).toMatchObject({ status: 409, code: 'conflict' });
});

test('[LOG4] fifty repeats at once are one message', async () => {
  const { server, ask, head } = await conversation();
  await using _ = server;
  const repeats = Array.from({ length: 50 }, () =>
    ask('POST', '/messages', 'ben', { key: 'k', body: { text: 'Hello' } }),
  );
  const answers = await Promise.all(repeats);
  expect(new Set(answers.map(({ body }) => body.seq))).toEqual(new Set([5]));
  expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
  expect(await head()).toBe(5);
});

test('every write that appends asks for a key of 1 to 64 visible characters', async () => {
  const { server, ask, send, head } = await conversation();
  await using _ = server;
  const seq = await send('ana', 'first', 'Hello');
  const writes: [string, string, object?][] = [
    ['POST', '/messages', { text: 'x' }],
    ['PATCH', `/messages/${seq}`, { text: 'x' }],
    ['DELETE', `/messages/${seq}`],
    ['PUT', `/messages/${seq}/reactions/%F0%9F%91%8D`],
    ['DELETE', `/messages/${seq}/reactions/%F0%9F%91%8D`],
    ['PUT', `/messages/${seq}/pin`],
    ['DELETE', `/messages/${seq}/pin`],
  ];
  for (const [method, tail, body] of writes) {
    for (const key of [undefined, '""', 'k'.repeat(65), 'two words']) {
      const asked = { ...(key === undefined ? {} : { key }), ...(body === undefined ? {} : { body }) };
      const { status, body: problem } = await ask(method, tail, 'ana', asked);
      expect([method, tail, key, status, problem.errors?.[0]?.field]).toEqual([
        method,
        tail,
        key,
        400,
        'Idempotency-Key',
      ]);
    }
  }
  expect(await head()).toBe(seq);
});

test('[LOG10] a reply to a reply belongs to the root', async () => {
  const { server, ask, send, entry } = await conversation();
  await using _ = server;
  const root = await send('ana', 'root', 'Question');
  const reply = (await ask('POST', '/messages', 'ben', { key: 'r', body: { text: 'Answer', replyTo: root } }))
    .body.seq;
  const further = (
    await ask('POST', '/messages', 'ana', { key: 'f', body: { text: 'Thanks', replyTo: reply } })
  ).body.seq;
  expect([(await entry(reply)).replyTo, (await entry(further)).replyTo]).toEqual([root, root]);
  const nothing = await ask('POST', '/messages', 'ben', { key: 'n', body: { text: 'x', replyTo: 999 } });
  expect(nothing.body).toMatchObject({ status: 404, code: 'not_found' });
  const empty = await ask('POST', '/messages', 'ben', { key: 'e', body: { text: ' ' } });
  expect(empty.body).toMatchObject({ status: 400, code: 'bad_request' });
});

test('[LOG9] an edit is its author’s; the earlier text is for those who may audit', async () => {
  const { server, ask, send, entry } = await conversation();
  await using _ = server;
  const seq = await send('ben', 'first', 'Frist');
  const edit = (as: Name, key: string, text: string) =>
    ask('PATCH', `/messages/${seq}`, as, { key, body: { text } });
  expect((await edit('ana', 'a', 'Mine')).body).toMatchObject({ status: 403, code: 'forbidden' });
  const edited = await edit('ben', 'e', 'First');
  expect(edited.body).toMatchObject({ seq: seq + 1, duplicate: false });
  expect((await edit('ben', 'e', 'First')).body).toMatchObject({ seq: seq + 1, duplicate: true });
  expect((await entry(seq)).text).toBe('First');
  const audit = (as: Name) => ask('GET', `/messages/${seq}/revisions`, as);
  expect((await audit('ana')).body.revisions).toMatchObject([{ text: 'Frist', replacedBy: seq + 1 }]);
  for (const as of ['ben', 'stan'] as const) expect((await audit(as)).status).toBe(403);
});

test('[LOG9] a delete withdraws text, reactions and earlier texts, and leaves a tombstone', async () => {
  const { server, ask, send, entry } = await conversation();
  await using _ = server;
  const seq = await send('ben', 'first', 'Secret');
  await ask('PATCH', `/messages/${seq}`, 'ben', { key: 'e', body: { text: 'Secret 2' } });
  await ask('PUT', `/messages/${seq}/reactions/%E2%9D%A4%EF%B8%8F`, 'ana', { key: 'r' });
  expect((await ask('DELETE', `/messages/${seq}`, 'stan', { key: 'd' })).status).toBe(403);
  const gone = await ask('DELETE', `/messages/${seq}`, 'ana', { key: 'd' });
  expect(gone.body).toMatchObject({ duplicate: false });
  expect((await ask('DELETE', `/messages/${seq}`, 'ana', { key: 'd' })).body).toEqual({
    ...gone.body,
    duplicate: true,
  });
  expect(await entry(seq)).toMatchObject({ seq, text: '', files: [], deleted: true });
  const all = await ask('GET', '/entries?after=0', 'ana');
  expect(all.text).not.toContain('Secret');
  expect(all.text).not.toContain('❤');
  expect((await ask('GET', `/messages/${seq}/revisions`, 'ana')).body).toEqual({ revisions: [] });
  expect((await ask('PUT', `/messages/${seq}/pin`, 'ana', { key: 'p' })).status).toBe(404);
});

test('reactions are everyone’s, pins are the business’s', async () => {
  const { server, ask, send, entry } = await conversation();
  await using _ = server;
  const seq = await send('ana', 'first', 'Hello');
  const on = await ask('PUT', `/messages/${seq}/reactions/%F0%9F%91%8D%F0%9F%8F%BD`, 'ben', { key: 'on' });
  expect(await entry(on.body.seq)).toMatchObject({
    kind: 'reaction',
    target: seq,
    emoji: '👍🏽',
    on: true,
    by: 'usr_ben',
  });
  const off = await ask('DELETE', `/messages/${seq}/reactions/%F0%9F%91%8D%F0%9F%8F%BD`, 'ben', {
    key: 'off',
  });
  expect(await entry(off.body.seq)).toMatchObject({ kind: 'reaction', on: false });
  expect((await ask('PUT', `/messages/${seq}/pin`, 'ben', { key: 'p' })).status).toBe(403);
  const pinned = await ask('PUT', `/messages/${seq}/pin`, 'stan', { key: 'p' });
  expect(await entry(pinned.body.seq)).toMatchObject({ kind: 'pin', target: seq, on: true });
  const unpinned = await ask('DELETE', `/messages/${seq}/pin`, 'ana', { key: 'u' });
  expect(await entry(unpinned.body.seq)).toMatchObject({ kind: 'pin', on: false });
  // What is no message cannot be reacted to.
  expect((await ask('PUT', '/messages/1/pin', 'ana', { key: 'x' })).status).toBe(404);
});

test('[DEL1] what is written over REST is heard on the room’s sockets, and not by an outsider’s', async () => {
  const { server, roomId, send } = await conversation();
  await using _ = server;
  const member = await connect(server, 'ben');
  const outsider = await connect(server, 'olga');
  expect((await member.ask({ action: 'sync', rooms: {} })).rooms).toMatchObject([{ roomId }]);
  expect((await outsider.ask({ action: 'sync', rooms: {} })).rooms).toEqual([]);
  const entries = ({ heard }: typeof member) => heard.filter(({ type }) => type === 'entry');
  const seq = await send('ana', 'k', 'Hello');
  await expect.poll(() => entries(member)).toMatchObject([{ roomId, seq, text: 'Hello' }]);
  // A reply comes behind whatever was sent before it.
  await outsider.ask({ action: 'ping' });
  expect(entries(outsider)).toEqual([]);
  member.close();
  outsider.close();
});
