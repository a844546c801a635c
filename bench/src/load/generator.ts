import { setTimeout as sleep } from 'node:timers/promises';
import { pool } from './crowd.ts';
import type { GeneratorJob, GeneratorResult } from './jobs.ts';
import { LiveRoom, Tally } from './live-room.ts';
import { RawClient } from './raw-client.ts';
import { stackboxWire } from './stackbox-wire.ts';
import { usageOf } from './usage.ts';

/** Takes in what `hose.ts` pours out, with every check of a real round. */
export async function generatorLimit(job: GeneratorJob): Promise<GeneratorResult> {
  const tally = new Tally();
  const room = new LiveRoom('hose', stackboxWire, tally, [], 'hose', 65_536);
  const clients: RawClient[] = [];
  await pool(Array.from({ length: job.sockets }), 8, async () => {
    clients.push(await RawClient.connect({ port: job.port }, '/'));
  });
  for (const client of clients) {
    room.seat(client);
    client.send('open');
  }
  await sleep(job.measureMs / 2);
  const before = tally.deliveries;
  const used = usageOf(job.pid);
  await sleep(job.measureMs);
  const usage = used();
  const framesPerSecond = (tally.deliveries - before) / usage.seconds;
  for (const client of clients) client.destroy();
  return { framesPerSecond, usage, faults: tally.faults };
}
