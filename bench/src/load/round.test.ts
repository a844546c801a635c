import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventRooms } from '../servers/seed.ts';
import { freePort, launch, type Server } from '../servers/server.ts';
import type { Target } from './jobs.ts';
import { closedLoop, openLoop } from './round.ts';

let server: Server;
let target: Target;

beforeAll(async () => {
  const port = await freePort();
  const entry = fileURLToPath(new URL('../peer/socketio-server.ts', import.meta.url));
  server = await launch({
    name: 'peer',
    command: [process.execPath, entry, String(port)],
    port,
    readyPath: '/',
  });
  const rooms = inventRooms({ workspaces: 1, rooms: 3, members: 4, messages: 0 });
  target = { side: 'peer', port, pid: server.pid, rooms };
});
afterAll(() => server?.stop());

test('a closed loop delivers every message to every member of its room, the sender too', async () => {
  const result = await closedLoop({
    kind: 'closed',
    target,
    inFlight: 2,
    warmMs: 200,
    measureMs: 500,
    awake: false,
  });
  expect(result.faults).toEqual({ gaps: 0, doubles: 0, missing: 0 });
  expect(result.messagesPerSecond).toBeGreaterThan(0);
  // To each of 4, less what is under way at either end of the measured time.
  const receivers = result.deliveriesPerSecond / result.messagesPerSecond;
  expect(receivers).toBeGreaterThan(3);
  expect(receivers).toBeLessThan(5);
});

test('an open loop sends at its rate, into rooms that an earlier round has used', async () => {
  const result = await openLoop({
    kind: 'open',
    target,
    messagesPerSecond: 300,
    warmMs: 200,
    measureMs: 1000,
    awake: false,
  });
  expect(result.faults).toEqual({ gaps: 0, doubles: 0, missing: 0 });
  // 360 messages to 4 each, of which those of the first 200 ms or so are left out.
  expect(result.latency.count).toBeGreaterThan(600);
  expect(result.latency.count).toBeLessThan(1440);
});
