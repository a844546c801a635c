import { beforeEach, expect, test } from 'vitest';
import { LiveRoom, type Speaker, Tally } from './live-room.ts';
import { lastRead } from './raw-client.ts';
import { stackboxWire } from './stackbox-wire.ts';

let tally: Tally;
let room: LiveRoom;
let sockets: { sent: string[]; speaker: Speaker }[];

beforeEach(() => {
  tally = new Tally();
  tally.since = 0;
  room = new LiveRoom('room', stackboxWire, tally, ['hello'], 'run', 64);
  sockets = [0, 1].map(() => {
    const sent: string[] = [];
    const speaker = {
      ear: undefined,
      onLost: undefined,
      send: (text: string) => sent.push(text),
      destroy() {},
    };
    room.seat(speaker, 0);
    return { sent, speaker };
  });
});

function hear(socket: number, frame: object, at = 0): void {
  const bytes = Buffer.from(JSON.stringify(frame));
  lastRead.at = at;
  sockets[socket]?.speaker.ear?.hear(bytes, 0, bytes.length);
}
const entry = (seq: number, clientId = `run-${seq - 1}`) => ({
  type: 'entry',
  roomId: 'room',
  epoch: 'e',
  seq,
  at: 0,
  kind: 'message',
  clientId,
});
const reply = (id: number) => ({ type: 'reply', id: String(id), ok: true, seq: id + 1 });

test('senders rotate, and a message is under way until its reply and its own delivery are both back', () => {
  room.send(0);
  room.send(0);
  expect(sockets.map(({ sent }) => sent.length)).toEqual([1, 1]);
  hear(0, reply(0));
  hear(1, entry(1));
  expect(room.inFlight).toBe(2);
  hear(0, entry(1));
  expect(room.inFlight).toBe(1);
  hear(1, entry(2));
  hear(0, entry(2));
  hear(1, reply(1));
  expect(room.inFlight).toBe(0);
  expect(room.quiet).toBe(true);
  expect(tally.faults).toEqual({ gaps: 0, doubles: 0, missing: 0 });
});

test('an entry left out, sent twice or out of order is a fault', () => {
  hear(0, entry(1));
  hear(0, entry(3));
  expect(tally.faults).toEqual({ gaps: 1, doubles: 0, missing: 0 });
  hear(0, entry(3));
  hear(0, entry(2));
  expect(tally.faults).toEqual({ gaps: 1, doubles: 2, missing: 0 });
});

test('what has not come at the end is missing, and counts with its age', () => {
  room.send(10);
  room.send(20);
  hear(0, entry(1), 15);
  room.close(1020);
  expect(tally.faults.missing).toBe(3);
  expect(tally.latency.spread().count).toBe(4);
  expect(tally.latency.percentile(0.25)).toBeCloseTo(5, 1);
  expect(tally.latency.percentile(0.75)).toBeGreaterThanOrEqual(1000);
});

test("other people's entries, and those of earlier rounds, are checked for order but not for latency", () => {
  hear(0, entry(1, 'other-0'));
  hear(0, { ...entry(2), kind: 'member', clientId: undefined });
  expect(tally.latency.spread().count).toBe(0);
  expect(tally.deliveries).toBe(2);
  expect(tally.faults.gaps).toBe(0);
});

test('a refused message and a closing server end the round', () => {
  expect(() => hear(0, { type: 'reply', id: '0', ok: false, error: { code: 'rate_limited' } })).toThrow(
    'rate_limited',
  );
  expect(() => hear(0, { type: 'closing', code: 'slow_consumer' })).toThrow('slow_consumer');
});
