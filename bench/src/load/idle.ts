import { setTimeout as sleep } from 'node:timers/promises';
import { type Memory, memoryOf } from '../servers/proc.ts';
import { pool, source } from './crowd.ts';
import { keptConnections } from './http.ts';
import type { IdleJob, IdleResult } from './jobs.ts';
import type { RawClient } from './raw-client.ts';
import { socketioWire } from './socketio-wire.ts';
import { stackboxWire } from './stackbox-wire.ts';
import { Kind } from './wire.ts';

/** What the server's memory grows by when many people are merely there. */
export async function idleConnections(job: IdleJob): Promise<IdleResult> {
  // Code and pools that the first connections bring belong to the server, not to each connection.
  await connectAll(job, Math.ceil(job.connections / 20)).then(leave);
  const before = await settled(job);
  const clients = await connectAll(job, job.connections);
  keptConnections.destroy();
  const after = await settled(job);
  leave(clients);
  return {
    connections: clients.length,
    rssBefore: before.rss,
    rssAfter: after.rss,
    ...(before.pss !== undefined && { pssBefore: before.pss }),
    ...(after.pss !== undefined && { pssAfter: after.pss }),
  };
}

async function connectAll({ target }: IdleJob, count: number): Promise<RawClient[]> {
  const wire = target.side === 'ours' ? stackboxWire : socketioWire;
  const places = target.rooms.flatMap(({ id, seats }) => seats.map((seat) => ({ id, seat }))).slice(0, count);
  const clients: RawClient[] = [];
  await pool(places, 32, async ({ id, seat }, index) => {
    const { client } = await wire.join({ port: target.port, ...source(index) }, id, seat);
    client.ear = {
      hear: (bytes, from) => {
        if (wire.kind(bytes, from) === Kind.ping) client.send(wire.pong);
      },
    };
    client.onLost = (why) => {
      throw why;
    };
    clients.push(client);
  });
  return clients;
}

function leave(clients: RawClient[]): void {
  for (const client of clients) client.destroy();
}

/** V8 gives memory back some seconds after the work is over; waits until it has kept within 1 %, at most two minutes. */
async function settled({ target, settleMs }: IdleJob): Promise<Memory> {
  const deadline = performance.now() + 120_000;
  let calm = { since: performance.now(), rss: 0 };
  for (;;) {
    const memory = memoryOf(target.pid);
    if (!memory) throw new Error('memory is read from /proc, which this system does not have');
    const now = performance.now();
    if (Math.abs(memory.rss - calm.rss) > calm.rss / 100) calm = { since: now, rss: memory.rss };
    if (now - calm.since > settleMs || now > deadline) return memory;
    await sleep(500);
  }
}
