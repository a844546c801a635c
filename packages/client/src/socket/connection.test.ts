import { limits, Refusal } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { Stage } from '../../test/stage.ts';

test('[SEC6] the ticket travels as a subprotocol, and no secret in a URL', async () => {
  const stage = new Stage();
  await stage.online();
  expect(stage.net.dialled).toEqual([
    { url: 'wss://stackbox.test/ws', protocols: ['stackbox.v1', 'ticket.t1'] },
  ]);
});

test('a client asks hello first, and then knows who it is', async () => {
  const stage = new Stage();
  const client = await stage.online();
  expect(stage.server.requests[0]).toMatchObject({ action: 'hello' });
  expect(client.state).toBe('online');
  expect(client.me).toEqual({ userId: 'ana', workspaceId: 'ws', role: 'staff' });
});

test('each connection gets a ticket of its own', async () => {
  const stage = new Stage();
  await stage.online();
  stage.net.cut();
  await stage.time.advance(1_000);
  expect(stage.net.dialled.map(({ protocols }) => protocols[1])).toEqual(['ticket.t1', 'ticket.t2']);
});

test('a link is pinged as often as the server asks', async () => {
  const stage = new Stage();
  stage.server.heartbeatMs = 20_000;
  await stage.online();
  await stage.time.advance(61_000);
  expect(stage.asked('ping')).toHaveLength(3);
});

test('a link that died without a word is found by a ping, and replaced', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const [wire] = stage.net.wires;
  if (wire === undefined) throw new Error('no wire');
  wire.dead = true;
  await stage.time.advance(30_000);
  expect(client.state).toBe('online');
  await stage.time.advance(10_100);
  expect(client.state).toBe('waiting');
  await stage.time.advance(1_000);
  expect(client.state).toBe('online');
  expect(stage.net.wires).toHaveLength(1);
});

test('tries come at growing distances, up to 30 s, spread by chance', async () => {
  const stage = new Stage();
  stage.chance = 0.999_999;
  stage.net.up = false;
  const client = stage.connect();
  const waits: number[] = [];
  client.connection.subscribe(() => {
    const state = client.connection.getSnapshot();
    if (state.status === 'waiting') waits.push(Math.round((state.retryAt - stage.time.now()) / 100) * 100);
  });
  await stage.time.advance(150_000);
  expect(waits.slice(0, 9)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  stage.chance = 0;
  stage.net.up = true;
  await stage.time.advance(30_000);
  expect(client.state).toBe('online');
});

test('a wait that the server asks for is kept, and chance comes on top', async () => {
  const stage = new Stage();
  stage.server.refuseHttp = () => new Refusal('unavailable', 'later', 20_000);
  const client = stage.connect();
  await settle();
  const state = client.connection.getSnapshot();
  expect(state).toMatchObject({ status: 'waiting', retryAt: stage.time.now() + 20_250 });
});

test('who is not let in is signed out: no further try, and an error that says why', async () => {
  const stage = new Stage();
  const client = stage.connect({ token: 'nobody' });
  await expect(client.ready()).rejects.toMatchObject({
    name: 'StackBoxError',
    code: 'unauthenticated',
    retry: 'never',
  });
  expect(client.connection.getSnapshot()).toMatchObject({
    status: 'signed_out',
    error: { code: 'unauthenticated' },
  });
  await stage.time.advance(60_000);
  expect(stage.net.dialled).toEqual([]);
  expect(stage.time.waiting).toBe(0);
});

test.each([
  ['unauthenticated', 'never', 'signed_out'],
  ['slow_consumer', 'now', 'waiting'],
  ['unavailable', 'later', 'waiting'],
] as const)('[SEC5] closing with %s, retry %s: %s', async (code, retry, status) => {
  const stage = new Stage();
  const client = await stage.online();
  stage.server.close('ana', { code, message: 'because', retry });
  await settle();
  expect(client.connection.getSnapshot()).toMatchObject({ status, error: { code } });
  await stage.time.advance(1_000);
  expect(client.state).toBe(status === 'waiting' ? 'online' : status);
});

test('a server that keeps closing "now" is not asked in a loop', async () => {
  const stage = new Stage();
  await stage.online();
  stage.server.refuse = ({ action }) =>
    action === 'sync' ? new Refusal('token_expired', 'again') : undefined;
  const client = stage.connect({ token: async () => 'token of ana' });
  await stage.time.advance(60_000);
  expect(client.state).not.toBe('signed_out');
  expect(stage.net.dialled.length).toBeLessThan(15);
});

test('a connection is renewed before the server ends it, and nothing is lost by that', async () => {
  const stage = new Stage();
  stage.server.lifetimeMs = 100_000;
  const client = await stage.online();
  await stage.time.advance(89_000);
  expect(stage.net.dialled).toHaveLength(1);
  await stage.time.advance(2_000);
  expect(stage.net.dialled).toHaveLength(2);
  expect(client.state).toBe('online');
  stage.server.say(stage.room, 'ben', 'still there?');
  await settle();
  expect(client.room('room_1').getSnapshot().messages.at(-1)?.text).toBe('still there?');
});

test('a request larger than a frame is refused here: sent, it would cost the connection at each retry', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const request = client.request('sendMessage', {
    roomId: 'room_1',
    clientId: 'c',
    text: 'ä'.repeat(limits.frameBytes / 2),
  });
  await expect(request).rejects.toMatchObject({ code: 'message_too_large', retry: 'never' });
  expect(stage.asked('sendMessage')).toEqual([]);
});

test('a request without a reply ends after a while; without a link, at once', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  const request = client.request('ping', {}).catch((error: unknown) => error);
  await stage.time.advance(15_000);
  expect(await request).toMatchObject({ code: 'timeout', retry: 'later' });
  stage.net.up = false;
  stage.net.cut();
  await expect(client.request('ping', {})).rejects.toMatchObject({ code: 'disconnected' });
});

test('a request whose link breaks is answered with that', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.net.auto = false;
  const request = client.request('ping', {});
  stage.net.cut();
  await expect(request).rejects.toMatchObject({ code: 'disconnected', retry: 'later' });
});

test('closing ends everything: no timer, no socket, no try', async () => {
  const stage = new Stage();
  const client = await stage.online();
  client.room('room_1').setTyping(true);
  await settle();
  client.close();
  await settle();
  expect(client.state).toBe('closed');
  expect(stage.net.wires).toEqual([]);
  expect(stage.time.waiting).toBe(0);
  await expect(client.request('ping', {})).rejects.toMatchObject({ code: 'closed' });
  await expect(client.room('room_1').send('too late')).rejects.toMatchObject({ code: 'closed' });
});

test('closing while connecting leaves no socket behind', async () => {
  const stage = new Stage();
  stage.net.auto = false;
  const client = stage.connect();
  await settle();
  stage.net.steps[0]?.run();
  client.close();
  stage.net.auto = true;
  stage.net.wake();
  await settle();
  expect(stage.net.wires).toEqual([]);
  expect(stage.time.waiting).toBe(0);
});

test('in a browser, a network that is back ends the wait, and a link is probed', async () => {
  const listeners = new Map<string, () => void>();
  const browser = {
    document: { visibilityState: 'visible', addEventListener: () => {}, removeEventListener: () => {} },
    addEventListener: (type: string, listener: () => void) => listeners.set(type, listener),
    removeEventListener: (type: string) => listeners.delete(type),
  };
  Object.assign(globalThis, browser);
  try {
    const stage = new Stage();
    const client = await stage.online();
    listeners.get('online')?.();
    await settle();
    expect(stage.asked('ping')).toHaveLength(1);
    stage.net.up = false;
    stage.net.cut();
    await stage.time.advance(40_000);
    expect(client.state).toBe('waiting');
    stage.net.up = true;
    listeners.get('online')?.();
    await settle();
    expect(client.state).toBe('online');
    client.close();
    expect(listeners.size).toBe(0);
  } finally {
    for (const name of Object.keys(browser)) Reflect.deleteProperty(globalThis, name);
  }
});
