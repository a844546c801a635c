import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pool } from './crowd.ts';
import type { ClosedJob, OpenJob, RoundResult, Target } from './jobs.ts';
import { LiveRoom, Tally } from './live-room.ts';
import { metric } from './metrics.ts';
import { socketioWire } from './socketio-wire.ts';
import { stackboxWire } from './stackbox-wire.ts';
import { texts } from './text.ts';
import { usageOf } from './usage.ts';
import { Vigil } from './vigil.ts';

/** How long, after the last send, deliveries may still come in before they count as missing. */
const graceMs = 5_000;

/** Keeps a fixed number of messages of each room under way: how much can the server do? */
export async function closedLoop(job: ClosedJob): Promise<RoundResult> {
  const memory = (room: { seats: unknown[] }) => room.seats.length * job.inFlight * 2;
  const { rooms, tally } = await takeSeats(job.target, memory);
  const vigil = new Vigil(job.awake);
  let running = true;
  for (const room of rooms) {
    room.onSettled = () => {
      if (running) room.send(performance.now());
    };
    for (let i = 0; i < job.inFlight; i++) room.send(performance.now());
  }
  await sleep(job.warmMs);
  const finish = measure(job.target, rooms, tally, vigil);
  await sleep(job.measureMs);
  const figures = finish();
  running = false;
  vigil.end();
  return settle(job.target, rooms, tally, figures);
}

/**
 * Sends on a timetable, whatever the server does. Latency counts from when a message was due, not from when it was sent,
 * so that a server which holds the sender up pays for it.
 */
export async function openLoop(job: OpenJob): Promise<RoundResult> {
  const total = Math.floor((job.messagesPerSecond * (job.warmMs + job.measureMs)) / 1000);
  const { rooms, tally } = await takeSeats(job.target, () => Math.ceil(total / job.target.rooms.length) + 1);
  const start = performance.now();
  const between = 1000 / job.messagesPerSecond;
  let sent = 0;
  const vigil = new Vigil(job.awake, (now) => {
    const due = Math.min(total, Math.floor((now - start) / between) + 1);
    for (; sent < due; sent++) rooms[sent % rooms.length]?.send(start + sent * between);
  });
  await sleep(job.warmMs);
  const finish = measure(job.target, rooms, tally, vigil);
  await sleep(job.measureMs);
  const figures = finish();
  vigil.end();
  return settle(job.target, rooms, tally, figures);
}

/** Everybody connected and joined, nothing sent yet. */
async function takeSeats(target: Target, memory: (room: { seats: unknown[] }) => number) {
  const wire = target.side === 'ours' ? stackboxWire : socketioWire;
  const tally = new Tally();
  const run = randomBytes(4).toString('hex');
  const messages = texts(4096, 1);
  const rooms = target.rooms.map((room) => new LiveRoom(room.id, wire, tally, messages, run, memory(room)));
  const seats = target.rooms.flatMap((room, i) =>
    room.seats.map((seat) => ({ seat, id: room.id, room: rooms[i] })),
  );
  await pool(seats, 32, async ({ seat, id, room }) => {
    const { client, head } = await wire.join({ port: target.port }, id, seat);
    room?.seat(client, head);
  });
  return { rooms, tally };
}

type Figures = Pick<RoundResult, 'deliveriesPerSecond' | 'messagesPerSecond' | 'bytesPerDelivery' | 'usage'>;

function measure(target: Target, rooms: LiveRoom[], tally: Tally, vigil: Vigil): () => Figures {
  const sent = () => rooms.reduce((sum, room) => sum + room.sent, 0);
  const before = { deliveries: tally.deliveries, bytes: tally.bytes, sent: sent() };
  const used = usageOf(target.pid, vigil);
  tally.latency.clear();
  tally.since = performance.now();
  return () => {
    const usage = used();
    const deliveries = tally.deliveries - before.deliveries;
    return {
      deliveriesPerSecond: deliveries / usage.seconds,
      messagesPerSecond: (sent() - before.sent) / usage.seconds,
      bytesPerDelivery: (tally.bytes - before.bytes) / deliveries,
      usage,
    };
  };
}

/** Waits for what is under way, counts what never comes, and sees the search index catch up. */
async function settle(
  target: Target,
  rooms: LiveRoom[],
  tally: Tally,
  figures: Figures,
): Promise<RoundResult> {
  const ended = performance.now();
  const deliveries = async () => {
    while (!rooms.every((room) => room.quiet) && performance.now() < ended + graceMs) await sleep(20);
  };
  const [search] = await Promise.all([
    target.side === 'ours' ? searchDrain(target.port, ended) : {},
    deliveries(),
  ]);
  for (const room of rooms) room.close(performance.now());
  for (const { client } of rooms.flatMap(({ members }) => members)) client.destroy();
  return { ...figures, latency: tally.latency.spread(), faults: tally.faults, ...search };
}

async function searchDrain(port: number, since: number) {
  const lag = () => metric(port, 'stackbox_search_lag_entries');
  const searchLagAtEnd = await lag();
  if (searchLagAtEnd === undefined) return {};
  while (await lag()) {
    if (performance.now() > since + 120_000)
      return { searchLagAtEnd, searchDrainMs: Number.POSITIVE_INFINITY };
    await sleep(50);
  }
  return { searchLagAtEnd, searchDrainMs: performance.now() - since };
}
