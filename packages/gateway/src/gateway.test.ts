import { type ErrorReply, limits, type ServerFrame } from '@stackbox/protocol';
import { message, setStage, type TestClient } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';

const last = ({ frames }: TestClient): ServerFrame | undefined => frames.at(-1);
const lastCode = (client: TestClient): string | undefined => {
  const reply = last(client) as ErrorReply | undefined;
  return reply?.ok === false ? reply.error.code : 'ok';
};

/** A frame of just `bytes` bytes. */
const frameOf = (bytes: number): string => {
  const empty = JSON.stringify({ action: 'ping', id: '1', pad: '' });
  return JSON.stringify({ action: 'ping', id: '1', pad: 'a'.repeat(bytes - empty.length) });
};

describe('frames', () => {
  it('the server says nothing until it is asked', async () => {
    const { connect, sam } = await setStage();
    const client = await connect(sam);
    expect(client.frames).toEqual([]);
    await client.must('hello');
    expect(client.frames).toHaveLength(1);
  });

  it('hello tells who the connection acts for, and what its limits are', async () => {
    const { connect, sam, workspaceId } = await setStage();
    const client = await connect(sam);
    expect(await client.must('hello')).toEqual({
      type: 'reply',
      id: 'ask 1',
      ok: true,
      connectionId: client.connection.id,
      userId: sam.userId,
      workspaceId,
      role: 'staff',
      limits: { frameBytes: 32_768, textBytes: 12_288, idleMs: 600_000, lifetimeMs: 7_200_000 },
      heartbeatMs: 30_000,
    });
  });

  it('each request gets one reply, with its id if it has one', async () => {
    const { connect, sam, clock } = await setStage();
    const client = await connect(sam);
    const ids = ['1', '', 'é', '\ud800', '"\\\n', '\u0000'.repeat(64), '__proto__'];
    for (const id of ids) {
      await client.send({ action: 'ping', id });
      expect(last(client)).toEqual({ type: 'reply', id, ok: true, at: clock.now() });
      await client.send({ action: 'nonsense', id });
      expect(last(client)).toMatchObject({ type: 'reply', id, ok: false, error: { code: 'unknown_action' } });
    }
    await client.send({ action: 'ping' });
    expect(last(client)).toEqual({ type: 'reply', ok: true, at: clock.now() });
    expect(client.frames).toHaveLength(2 * ids.length + 1);
  });

  it('an id that is none is refused and not sent back', async () => {
    const { connect, sam } = await setStage();
    const client = await connect(sam);
    for (const id of [7, null, {}, [], true, 'i'.repeat(65)]) {
      await client.send({ action: 'ping', id });
      expect(last(client)).toMatchObject({ ok: false, error: { code: 'bad_request', retry: 'never' } });
      expect(last(client)).not.toHaveProperty('id');
    }
  });

  it.each([
    ['', 'bad_request'],
    ['{', 'bad_request'],
    ['hello', 'bad_request'],
    ['null', 'bad_request'],
    ['7', 'bad_request'],
    ['"hello"', 'bad_request'],
    ['[]', 'bad_request'],
    ['[{"action":"ping"}]', 'bad_request'],
    ['{}', 'unknown_action'],
    ['{"action":null}', 'unknown_action'],
    ['{"action":["ping"]}', 'unknown_action'],
    ['{"action":"Ping"}', 'unknown_action'],
    ['{"action":"ping "}', 'unknown_action'],
    ['{"action":"$default"}', 'unknown_action'],
    ['{"action":"$connect"}', 'unknown_action'],
    ['{"action":"__proto__"}', 'unknown_action'],
    ['{"action":"constructor"}', 'unknown_action'],
    ['{"action":"toString"}', 'unknown_action'],
    ['{"action":"hasOwnProperty"}', 'unknown_action'],
    ['{"__proto__":{"action":"ping"}}', 'unknown_action'],
    ['{"action":"sendMessage"}', 'bad_request'],
    ['\ufeff{"action":"ping"}', 'bad_request'],
    [`${'['.repeat(16_000)}${']'.repeat(16_000)}`, 'bad_request'],
    [`{"action":"ping","deep":${'['.repeat(16_000)}${']'.repeat(16_000)}}`, 'ok'],
    ['{"action":"ping","__proto__":{"closed":true}}', 'ok'],
    ['{"action":"nonsense","action":"ping"}', 'ok'],
  ])('%.60j is answered with %s', async (frame, code) => {
    const { connect, sam, faults } = await setStage();
    const client = await connect(sam);
    await client.send(frame);
    await client.send(Buffer.from(frame));
    expect(client.frames).toHaveLength(2);
    expect(lastCode(client)).toBe(code);
    expect(await client.code('ping')).toBe('ok');
    expect(faults).toEqual([]);
  });

  it('a frame of 32 KB is taken, one byte more costs that request', async () => {
    const { connect, sam } = await setStage();
    const client = await connect(sam);
    await client.send(frameOf(32 * 1024));
    expect(lastCode(client)).toBe('ok');
    await client.send(frameOf(32 * 1024 + 1));
    expect(lastCode(client)).toBe('message_too_large');
    // Bytes count, not characters.
    await client.send(JSON.stringify({ action: 'ping', id: '1', pad: '€'.repeat(11_000) }));
    expect(lastCode(client)).toBe('message_too_large');
    expect(await client.code('ping')).toBe('ok');
  });

  it('20 bad frames in a row cost the connection, 19 do not', async () => {
    const { connect, sam } = await setStage();
    const client = await connect(sam);
    const bad = ['{', '{"action":"nonsense"}', '{"action":"joinRoom"}', frameOf(40_000)];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 19; i++) await client.send(bad[i % bad.length] as string);
      expect(client.closed).toBeUndefined();
      await client.must('ping');
    }
    for (let i = 0; i < 20; i++) await client.send(bad[i % bad.length] as string);
    expect(client.closed).toMatchObject({ code: 'bad_request', retry: 'never' });
    const heard = client.frames.length;
    await client.send({ action: 'ping' });
    expect(client.frames).toHaveLength(heard);
  });

  it('what is refused for another reason is no bad frame', async () => {
    const { connect, sam } = await setStage();
    const client = await connect(sam);
    for (let i = 0; i < 25; i++)
      expect(await client.code('leaveRoom', { roomId: 'room_nowhere' })).toBe('not_found');
    expect(client.closed).toBeUndefined();
  });

  it('what no rule foresaw is told as internal, noted, and costs no more than its frame', async () => {
    const faults: unknown[] = [];
    const limiter = { admit: () => {}, admitAddress: () => {} };
    const { connect, sam } = await setStage({
      limiter,
      onFault: (fault, where) => faults.push([fault, where]),
    });
    const client = await connect(sam);
    const surprise = new TypeError('secret detail');
    limiter.admit = () => {
      throw surprise;
    };
    await client.send({ action: 'ping', id: '1' });
    expect(last(client)).toMatchObject({ id: '1', ok: false, error: { code: 'internal', retry: 'later' } });
    expect(JSON.stringify(last(client))).not.toContain('secret');
    expect(faults).toEqual([[surprise, 'ping']]);
    limiter.admit = () => {};
    expect(await client.code('ping')).toBe('ok');
  });

  it('what a limiter refuses says when to come back', async () => {
    const { connect, sam, room } = await setStage({
      limiter: new (await import('./limits/limiter.ts')).Limiter(tight, { now: () => 0 }),
    });
    const client = await connect(sam);
    await client.must('sendMessage', { roomId: room.roomId, clientId: '1', text: 'one' });
    const refused = await client.ask('sendMessage', { roomId: room.roomId, clientId: '2', text: 'two' });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retry: 'later', retryAfterMs: 2_000 },
    });
    expect(await client.code('ping')).toBe('ok');
  });
});

const tight = {
  address: { perSecond: 100, burst: 100 },
  workspace: { perSecond: 100, burst: 100 },
  member: { perSecond: 100, burst: 100 },
  actions: { sendMessage: { perSecond: 0.5, burst: 1 } },
};

describe('replies and events', () => {
  it('none is over 32 KB, whatever is echoed', async () => {
    const { connect, sam, room } = await setStage();
    const client = await connect(sam);
    const key = '"'.repeat(16_300);
    const long = '\\'.repeat(15_000);
    const requests: object[] = [
      { action: 'sync', rooms: { [key]: 1 } },
      { action: 'sync', rooms: { ['\u0001'.repeat(5_000)]: { epoch: 'e', seq: 0 } } },
      { action: long },
      { action: 'joinRoom', roomId: long },
      { action: 'sendMessage', roomId: room.roomId, clientId: '1', files: [{ name: long }] },
      { action: 'authenticate', token: 't'.repeat(8_000) },
    ];
    for (const request of requests) await client.send(request);
    expect(client.frames).toHaveLength(requests.length);
    expect(Math.max(...client.sizes)).toBeLessThanOrEqual(limits.frameBytes);
    // An error's message is for people.
    for (const frame of client.frames)
      expect((frame as ErrorReply).error.message.length).toBeLessThanOrEqual(500);
  });

  it('the largest message that is taken fits a frame as an event, and what would not is refused', async () => {
    const { connect, sam, cleo, room } = await setStage();
    const [sender, receiver] = [await connect(sam), await connect(cleo)];
    for (const client of [sender, receiver]) await client.must('joinRoom', { roomId: room.roomId });
    const text = '"'.repeat(limits.textBytes);
    const files = (name: string, count: number) => Array.from({ length: count }, () => ({ name }));
    const outcomes: string[] = [];
    for (let count = 0; count <= 20; count++) {
      const fields = {
        roomId: room.roomId,
        clientId: '\u0001'.repeat(64),
        text,
        files: files('"'.repeat(255), count),
      };
      const frame = { ...fields, action: 'sendMessage', clientId: `${count}`.padEnd(64, '\u0001') };
      if (Buffer.byteLength(JSON.stringify(frame)) > limits.frameBytes) break;
      await sender.send(frame);
      const reply = sender.frames.filter(({ type }) => type === 'reply').at(-1) as ErrorReply;
      outcomes.push(reply.ok ? 'ok' : reply.error.code);
    }
    // NFC makes some texts longer than they were sent.
    for (const name of ['\ud834\udd60'.repeat(127), '\u0958'.repeat(255)]) {
      for (const count of [9, 12, 16, 20]) {
        await sender.send({
          action: 'sendMessage',
          roomId: room.roomId,
          clientId: `${name.length} ${count}`,
          text,
          files: files(name, count),
        });
        const reply = sender.frames.filter(({ type }) => type === 'reply').at(-1) as ErrorReply;
        outcomes.push(reply.ok ? 'ok' : reply.error.code);
      }
    }
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'message_too_large']));
    expect(receiver.entries()).toHaveLength(outcomes.filter((code) => code === 'ok').length);
    for (const client of [sender, receiver])
      expect(Math.max(...client.sizes)).toBeLessThanOrEqual(limits.frameBytes);
  });

  it('[LOG3] who sends is answered, and those who have joined hear it, the sender too', async () => {
    const { connect, sam, cleo, otto, room, store, workspaceId } = await setStage();
    const [sender, seer, outsider] = [await connect(sam), await connect(cleo), await connect(otto)];
    expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
    expect(await outsider.code('joinRoom', { roomId: room.roomId })).toBe('not_found');
    for (const client of [sender, seer]) await client.must('joinRoom', { roomId: room.roomId });
    const reply = await sender.must('sendMessage', { roomId: room.roomId, clientId: 'c1', text: 'hello' });
    expect(reply).toMatchObject({ roomId: room.roomId, seq: 6, duplicate: false });
    const { epoch, at } = reply;
    const event = { type: 'entry', roomId: room.roomId, epoch, seq: 6, at, by: sam.userId, kind: 'message' };
    for (const client of [sender, seer]) {
      expect(client.entries()).toEqual([
        { ...event, clientId: 'c1', text: 'hello', files: [], mentions: [] },
      ]);
    }
    expect(outsider.entries()).toEqual([]);
    expect(workspaceId).toBe(room.workspaceId);
  });

  it('[LOG4] a resent message is answered as the first was, and nobody hears of it again', async () => {
    const { connect, sam, cleo, room, clock } = await setStage();
    const [sender, seer] = [await connect(sam), await connect(cleo)];
    await seer.must('joinRoom', { roomId: room.roomId });
    const fields = { roomId: room.roomId, clientId: 'c1', text: 'hello' };
    const first = await sender.must('sendMessage', fields);
    clock.advance(5_000);
    const again = await sender.must('sendMessage', fields);
    expect(again).toEqual({ ...first, id: again.id, duplicate: true });
    const another = await connect(sam);
    expect(await another.must('sendMessage', fields)).toMatchObject({
      seq: first.seq,
      at: first.at,
      duplicate: true,
    });
    expect(seer.entries()).toHaveLength(1);
  });

  it('[SEC1] a workspace in a frame means nothing', async () => {
    const { connect, sam, room, elsewhere, store } = await setStage();
    const client = await connect(sam);
    await store.log.append(elsewhere.room, message(elsewhere.mallory, 'secret'));
    const workspaceId = elsewhere.workspaceId;
    expect(await client.code('joinRoom', { roomId: elsewhere.room.roomId, workspaceId })).toBe('not_found');
    expect(await client.code('joinRoom', { roomId: room.roomId, workspaceId })).toBe('ok');
    expect(await client.must('sync', { rooms: {}, workspaceId })).toMatchObject({
      rooms: [{ roomId: room.roomId }, {}],
    });
    expect(JSON.stringify(client.frames)).not.toContain('secret');
  });
});
