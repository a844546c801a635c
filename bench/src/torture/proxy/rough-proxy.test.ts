import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { chanceFrom } from '../chance.ts';
import type { Chaos } from './chaos.ts';
import { RoughProxy } from './rough-proxy.ts';

const gentle: Chaos = {
  dropToClient: 0,
  dropToServer: 0,
  doubleToServer: 0,
  delay: 0,
  delayMs: 1,
  cut: 0,
  stall: 0,
  trickle: 0,
};
const count = 200;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A server that echoes, a proxy before it, and what comes back to a client that says the numbers up to `count`. */
async function echo(chaos: Partial<Chaos>, seed = 1) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const heard: number[] = [];
  server.on('connection', (ws) => {
    ws.on('message', (data) => {
      heard.push(Number(data));
      ws.send(String(data));
    });
  });
  await once(server, 'listening');
  const proxy = new RoughProxy(
    (server.address() as AddressInfo).port,
    { ...gentle, ...chaos },
    chanceFrom(seed),
  );
  const door = await proxy.door('client');
  const client = new WebSocket(`ws://127.0.0.1:${door}`);
  open.push({ close: () => client.terminate() }, proxy, server);
  let port = 0;
  client.on('upgrade', ({ socket }) => {
    port = socket.localPort ?? 0;
  });
  client.on('error', () => {});
  const echoed: number[] = [];
  client.on('message', (data) => echoed.push(Number(data)));
  const ended = closed(client);
  await Promise.race([once(client, 'open'), ended]);
  for (let i = 0; i < count && client.readyState === WebSocket.OPEN; i++) client.send(String(i));
  return { proxy, client, heard, echoed, ended, lost: () => proxy.lostOn(door, port) };
}

const closed = (client: WebSocket) => new Promise<void>((resolve) => client.once('close', () => resolve()));
/** Whatever byte is fated, it is reached. */
const sayMuch = (client: WebSocket) => {
  const timer = setInterval(() => client.readyState === WebSocket.OPEN && client.send('x'.repeat(10_000)), 1);
  client.once('close', () => clearInterval(timer));
};
const all = Array.from({ length: count }, (_, i) => i);
const ascending = (numbers: readonly number[]) =>
  numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? -1));
const settled = () => new Promise((resolve) => setTimeout(resolve, 300));

describe('the proxy', () => {
  it('passes everything on when nothing is to go wrong', async () => {
    const { echoed, lost } = await echo({});
    await expect.poll(() => echoed.length).toBe(count);
    expect(echoed).toEqual(all);
    expect(lost()).toBe(false);
  });

  it('drops whole frames to the client, and remembers on which connection', async () => {
    const { echoed, heard, proxy, lost } = await echo({ dropToClient: 0.2 });
    await expect.poll(() => heard.length).toBe(count);
    await expect.poll(() => echoed.length + proxy.stats.droppedToClient).toBe(count);
    expect(proxy.stats.droppedToClient).toBeGreaterThan(10);
    expect(ascending(echoed)).toBe(true);
    expect(lost()).toBe(true);
  });

  it('drops and doubles whole frames to the server, in order', async () => {
    const { heard, proxy } = await echo({ dropToServer: 0.2, doubleToServer: 0.2 });
    const expected = () => count - proxy.stats.droppedToServer + proxy.stats.doubledToServer;
    await settled();
    await expect.poll(() => heard.length).toBe(expected());
    expect(new Set(heard).size).toBe(count - proxy.stats.droppedToServer);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  });

  it('cuts a connection at some byte, and does so at the same one for the same seed', async () => {
    const cut = async () => {
      const { client, ended, proxy } = await echo({ cut: 1 }, 5);
      sayMuch(client);
      await ended;
      const { fins, resets } = proxy.stats;
      return { fins, resets };
    };
    const first = await cut();
    expect(first.fins + first.resets).toBe(1);
    expect(await cut()).toEqual(first);
  });

  it('makes a connection dumb without telling anyone, until it is calmed', async () => {
    const { client, proxy, ended } = await echo({ stall: 1 }, 3);
    sayMuch(client);
    await expect.poll(() => proxy.stats.stalls).toBe(1);
    expect(client.readyState).toBe(WebSocket.OPEN);
    proxy.calm();
    await ended;
  });

  it('lets bytes trickle, and loses none of them', async () => {
    const { echoed, proxy } = await echo({ trickle: 1, delay: 0.1, delayMs: 3 });
    await expect.poll(() => echoed.length, { timeout: 10_000 }).toBe(count);
    expect(echoed).toEqual(all);
    expect(proxy.stats.trickled).toBe(1);
  });

  it('says nothing of a server that is not there', async () => {
    const proxy = new RoughProxy(1, gentle, chanceFrom(1));
    open.push(proxy);
    const client = new WebSocket(`ws://127.0.0.1:${await proxy.door('client')}`);
    client.on('error', () => {});
    await closed(client);
    expect(proxy.stats.unreached).toBe(1);
  });
});
