import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { limits } from '@stackbox/protocol';
import { RawSocket, TestClock } from '@stackbox/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Json, type Name, type TestServer, withServer } from '../../test/server.ts';
import { Sockets } from './sockets.ts';

type SocketDeps = ConstructorParameters<typeof Sockets>[1];

const ticketOf = async (
  server: TestServer,
  as: Name,
  token?: string,
): Promise<{ ticket: string; url: string }> => {
  const asked = token === undefined ? { as } : { headers: { authorization: `Bearer ${token}` } };
  return (await server.request('POST', '/api/v1/tickets', asked)).body;
};

async function open(server: TestServer, as: Name, token?: string): Promise<RawSocket> {
  const { ticket, url } = await ticketOf(server, as, token);
  const socket = await RawSocket.open(`${url}?ticket=${ticket}`);
  expect(socket.status).toBe(101);
  return socket;
}

async function roomOf(server: TestServer, ...names: Name[]): Promise<string> {
  const body = { kind: 'client', name: 'Room', memberIds: names.map((name) => server.id(name)) };
  return (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: randomUUID(), body })).body.roomId;
}

const send = (socket: RawSocket, roomId: string, text = 'hello') =>
  socket.ask({ action: 'sendMessage', roomId, clientId: randomUUID(), text });
const heard = ({ texts }: RawSocket, type: string): Json[] =>
  texts.map((text) => JSON.parse(text)).filter((frame) => frame.type === type);
const closing = (socket: RawSocket): Promise<Json> =>
  socket.until((text) => (text.includes('"type":"closing"') ? JSON.parse(text) : undefined));

/** For tests that leave it as it was. */
let server: TestServer;
beforeAll(async () => {
  server = await withServer({ unlimited: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('[SEC6] a ticket opens one connection, in the query or the subprotocol', async () => {
  const { ticket, url } = await ticketOf(server, 'ana');
  const first = await RawSocket.open(`${url}?ticket=${ticket}`);
  expect(await first.ask({ action: 'hello' })).toMatchObject({
    ok: true,
    userId: 'usr_ana',
    workspaceId: 'ws_demo',
  });
  expect((await RawSocket.open(`${url}?ticket=${ticket}`)).status).toBe(401);
  const other = await ticketOf(server, 'ben');
  const protocols = { 'Sec-WebSocket-Protocol': `stackbox.v1, ticket.${other.ticket}` };
  const second = await RawSocket.open(url, protocols);
  expect(await second.ask({ action: 'hello' })).toMatchObject({
    ok: true,
    userId: 'usr_ben',
    role: 'client',
  });
  expect((await RawSocket.open(url, protocols)).status).toBe(401);
});

test('[SEC6] of many who race with one ticket one gets in', async () => {
  const { ticket, url } = await ticketOf(server, 'ana');
  const racing = await Promise.all(
    Array.from({ length: 20 }, () => RawSocket.open(`${url}?ticket=${ticket}`)),
  );
  expect(racing.map(({ status }) => status).sort()).toEqual([101, ...Array(19).fill(401)]);
});

test('before the upgrade: 401 without a good ticket, 403 from a foreign page, 404 elsewhere', async () => {
  await using server = await withServer({ origins: ['https://app.example'] });
  const { url } = await ticketOf(server, 'ana');
  const status = async (where: string, headers: Record<string, string> = {}) =>
    (await RawSocket.open(where, headers)).status;
  for (const wrong of [url, `${url}?ticket=`, `${url}?ticket=wrong`, `${url}?ticket=__proto__`])
    expect(await status(wrong)).toBe(401);
  expect(await status(url, { 'Sec-WebSocket-Protocol': 'stackbox.v1, ticket.wrong' })).toBe(401);
  expect(await status(url, { 'Sec-WebSocket-Protocol': 'ticket.' })).toBe(401);
  expect(await status(url.replace('/ws', '/'))).toBe(404);
  const from = async (origin: string) => {
    const { ticket } = await ticketOf(server, 'ana');
    return status(`${url}?ticket=${ticket}`, { Origin: origin });
  };
  expect(await from('https://app.example')).toBe(101);
  expect(await from(server.url)).toBe(101);
  for (const origin of [
    'https://evil.example',
    'null',
    'https://app.example.evil.example',
    'http://app.example',
    `${server.url}1`,
  ]) {
    expect([origin, await from(origin)]).toEqual([origin, 403]);
  }
});

test('[SEC6] an old ticket opens nothing', async () => {
  const clock = new TestClock();
  await using server = await withServer({ clock });
  const [old, fresh] = [await ticketOf(server, 'ana'), await ticketOf(server, 'ana')];
  clock.advance(29_999);
  expect((await RawSocket.open(`${fresh.url}?ticket=${fresh.ticket}`)).status).toBe(101);
  clock.advance(1);
  expect((await RawSocket.open(`${old.url}?ticket=${old.ticket}`)).status).toBe(401);
});

test('[SEC5] a ticket dies with its session', async () => {
  const token = await server.token('ana');
  const { ticket, url } = await ticketOf(server, 'ana', token);
  await server.request('DELETE', '/api/v1/session', { headers: { authorization: `Bearer ${token}` } });
  expect((await RawSocket.open(`${url}?ticket=${ticket}`)).status).toBe(401);
});

test('a member has so many connections, and the next is refused before the upgrade: 429', async () => {
  await using limited = await withServer();
  for (let i = 0; i < 20; i++) await open(limited, 'ana');
  const { ticket, url } = await ticketOf(limited, 'ana');
  expect((await RawSocket.open(`${url}?ticket=${ticket}`)).status).toBe(429);
  await open(limited, 'ben');
});

test('the server picks stackbox.v1, never the ticket', async () => {
  const { ticket, url } = await ticketOf(server, 'ana');
  const socket = new WebSocket(url, [`ticket.${ticket}`, 'stackbox.v1']);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  expect(socket.protocol).toBe('stackbox.v1');
  socket.close();
});

test('a frame over 32 KB costs that request, one over 128 KB the connection: 1009', async () => {
  const socket = await open(server, 'ana');
  const frameOf = (bytes: number) => `{"action":"ping","pad":"${'a'.repeat(bytes - 26)}"}`;
  socket.send(frameOf(limits.frameBytes));
  socket.send(frameOf(limits.frameBytes + 1));
  socket.send(frameOf(limits.messageBytes));
  await socket.ask({ action: 'ping' });
  expect(heard(socket, 'reply').map(({ ok, error }) => (ok ? 'ok' : error.code))).toEqual([
    'ok',
    'message_too_large',
    'message_too_large',
    'ok',
  ]);
  socket.send(frameOf(limits.messageBytes + 1));
  expect(await socket.closed).toBe(1009);
});

test.each([
  ['a binary frame: 1003', { opcode: 2, payload: '{"action":"ping"}' }, 1003],
  ['a frame that is not masked: 1002', { payload: '{}', masked: false }, 1002],
  ['a reserved bit: 1002', { payload: '{}', reserved: 4 }, 1002],
  ['an opcode that is none: 1002', { payload: '{}', opcode: 3 }, 1002],
  ['a continuation of nothing: 1002', { payload: '{}', opcode: 0 }, 1002],
  ['a control frame of 126 bytes: 1002', { payload: 'a'.repeat(126), opcode: 9 }, 1002],
  ['a ping in parts: 1002', { opcode: 9, last: false }, 1002],
  ['broken UTF-8: 1007', { payload: Buffer.from([0x7b, 0xff, 0x7d]) }, 1007],
  ['a claim of more than 128 KB: 1009', { payload: 'a', claimed: 2 ** 40 }, 1009],
  ['a close code that is none: 1002', { opcode: 8, payload: Buffer.from([0, 1]) }, 1002],
] as const)('%s', async (_, frame, code) => {
  const [bad, good] = [await open(server, 'ana'), await open(server, 'ana')];
  bad.send(frame);
  expect(await bad.closed).toBe(code);
  expect(await good.ask({ action: 'ping' })).toMatchObject({ ok: true });
});

test('a message in parts is one message, up to the same limit', async () => {
  const socket = await open(server, 'ana');
  socket.send({ payload: '{"action":', last: false });
  socket.send({ payload: '"ping",', opcode: 0, last: false });
  socket.send({ opcode: 9, payload: 'between' });
  socket.send({ payload: '"id":"parts"}', opcode: 0 });
  expect(await socket.until((text) => (text.includes('parts') ? JSON.parse(text) : undefined))).toMatchObject(
    { ok: true },
  );
  socket.send({ payload: 'a'.repeat(100_000), last: false });
  socket.send({ payload: 'a'.repeat(100_000), opcode: 0 });
  expect(await socket.closed).toBe(1009);
});

test('20 bad frames in a row: the reason is told, then the connection closed', async () => {
  const socket = await open(server, 'ana');
  for (let i = 0; i < 20; i++) socket.send('{');
  expect(await closing(socket)).toMatchObject({ code: 'bad_request', retry: 'never' });
  expect(await socket.closed).toBe(1008);
  expect(heard(socket, 'reply')).toHaveLength(20);
});

test('[SEC5] what has expired is looked for at least twice a second', () => {
  vi.useFakeTimers();
  try {
    const sweep = vi.fn();
    const gateway = { sweep } as unknown as SocketDeps['gateway'];
    const deps = { gateway, tickets: {}, admitAddress() {}, origins: [], connectionCap: 9, onFault() {} };
    new Sockets(new EventEmitter() as Server, deps as unknown as SocketDeps);
    vi.advanceTimersByTime(10_000);
    expect(sweep.mock.calls.length).toBeGreaterThanOrEqual(20);
  } finally {
    vi.useRealTimers();
  }
});

test('[SEC5] a session’s expiry closes its open connection', async () => {
  const clock = new TestClock(Date.now());
  await using server = await withServer({ clock });
  const [short, long] = [
    await open(server, 'ana', await server.token('ana', 10_000)),
    await open(server, 'ana'),
  ];
  await short.ask({ action: 'ping' });
  clock.advance(11_000);
  expect(await closing(short)).toMatchObject({ code: 'token_expired', retry: 'now' });
  expect(await short.closed).toBe(1008);
  expect(await long.ask({ action: 'ping' })).toMatchObject({ ok: true });
});

test('[SEC5] a new role closes the member’s connections, and the next has the new role', async () => {
  await using server = await withServer();
  const [changed, other] = [await open(server, 'stan'), await open(server, 'ben')];
  expect(await changed.ask({ action: 'hello' })).toMatchObject({ role: 'staff' });
  await server.request('PATCH', '/api/v1/members/usr_stan', { as: 'ana', body: { role: 'client' } });
  expect(await closing(changed)).toMatchObject({ code: 'forbidden', retry: 'now' });
  expect(await (await open(server, 'stan')).ask({ action: 'hello' })).toMatchObject({ role: 'client' });
  expect(await other.ask({ action: 'ping' })).toMatchObject({ ok: true });
});

test('[SEC2] in a stream of messages nothing comes after the removal was acknowledged', async () => {
  await using server = await withServer({ unlimited: true });
  const roomId = await roomOf(server, 'adam', 'ben', 'olga');
  const [sender, removed, stays, outsider] = await Promise.all(
    (['adam', 'ben', 'olga', 'stan'] as const).map((name) => open(server, name)),
  );
  if (!sender || !removed || !stays || !outsider) throw new Error('four were opened');
  for (const socket of [sender, removed, stays]) await socket.ask({ action: 'joinRoom', roomId });
  expect(await outsider.ask({ action: 'joinRoom', roomId })).toMatchObject({ error: { code: 'not_found' } });
  let streaming = true;
  let lastSent = 0;
  const stream = (async () => {
    while (streaming) {
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, i) => send(sender, roomId, `text ${i}`)),
      );
      lastSent = Math.max(...replies.map(({ seq }) => seq));
    }
  })();
  await removed.until((text) => (text.includes('"kind":"message"') ? true : undefined));
  const { seq } = (await server.request('DELETE', `/api/v1/rooms/${roomId}/members/usr_ben`, { as: 'ana' }))
    .body;
  await stays.until((text) => (text.includes(`"seq":${seq + 50},`) ? true : undefined));
  streaming = false;
  await stream;
  await stays.until((text) => (text.includes(`"seq":${lastSent},`) ? true : undefined));
  await removed.ask({ action: 'ping' });
  const seqs = heard(removed, 'entry').map((entry) => entry.seq);
  expect(seqs.at(-1)).toBe(seq);
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] as number) + i));
  expect(heard(stays, 'entry').map((entry) => entry.seq)).toEqual(
    Array.from({ length: lastSent - 5 }, (_, i) => i + 6),
  );
  expect(heard(outsider, 'entry')).toEqual([]);
  expect(await send(removed, roomId)).toMatchObject({ error: { code: 'not_found' } });
});

test('[DEL4] a reader that stands still is closed, holds nobody up, and resumes from the log', async () => {
  await using server = await withServer({ unlimited: true });
  const roomId = await roomOf(server, 'adam', 'ben', 'olga');
  const [sender, slow, fast] = [
    await open(server, 'adam'),
    await open(server, 'ben'),
    await open(server, 'olga'),
  ];
  for (const socket of [sender, slow, fast]) await socket.ask({ action: 'joinRoom', roomId });
  slow.socket.pause();
  // More than the kernel holds for a connection, and a megabyte on top. Each is waited for: nobody else is held up.
  const text = 'a'.repeat(12_000);
  let sent = 0;
  const closedForIt = async (): Promise<number> => {
    const { text: page } = await server.request('GET', '/metrics');
    return Number(/^stackbox_slow_consumers_total (\d+)/m.exec(page)?.[1] ?? 0);
  };
  while ((await closedForIt()) === 0) {
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(sender, roomId, text)));
    sent += 50;
    expect(replies.every(({ ok }) => ok)).toBe(true);
    expect(sent).toBeLessThan(5_000);
  }
  // What follows is not for it any more.
  for (let i = 0; i < 5; i++, sent++) await send(sender, roomId, 'later');
  await fast.until((frame) => (frame.includes(`"seq":${sent + 5},`) ? true : undefined));
  expect(heard(fast, 'entry')).toHaveLength(sent);
  slow.socket.resume();
  // 1013 if it still read the goodbye.
  expect([1006, 1013]).toContain(await slow.closed);
  const got = heard(slow, 'entry').map(({ seq }) => seq);
  expect(got).toEqual(got.map((_, i) => i + 6));
  expect(got.length).toBeLessThan(sent);
  const { epoch } = heard(fast, 'entry')[0];
  const again = await open(server, 'ben');
  const resumed = await again.ask({ action: 'joinRoom', roomId, after: { epoch, seq: got.at(-1) ?? 5 } });
  expect(resumed).toMatchObject({ ok: true, head: sent + 5 });
  expect(resumed).not.toHaveProperty('reset');
  expect(resumed.entries[0]?.seq).toBe((got.at(-1) ?? 5) + 1);
});

test('a server that stops says so, closes, and takes nothing new', async () => {
  const server = await withServer();
  const [one, two] = [await open(server, 'ana'), await open(server, 'ben')];
  const { ticket, url } = await ticketOf(server, 'ana');
  const stopping = server[Symbol.asyncDispose]();
  for (const socket of [one, two]) {
    expect(await closing(socket)).toMatchObject({ code: 'unavailable', retry: 'now' });
    expect(await socket.closed).toBe(1001);
  }
  await stopping;
  await expect(RawSocket.open(`${url}?ticket=${ticket}`)).rejects.toThrow();
});
