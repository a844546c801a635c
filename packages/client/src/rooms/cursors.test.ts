import { Refusal } from '@stackbox/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { Stage } from '../../test/stage.ts';

const seqsOf = (frames: object[]) => frames.map((frame) => ('seq' in frame ? frame.seq : undefined));

test('[DEL5] what arrives is marked delivered, the newest only, once a second', async () => {
  const stage = new Stage();
  await stage.online();
  stage.server.requests.length = 0;
  await stage.time.advance(2_000);
  for (let i = 0; i < 20; i++) {
    stage.server.say(stage.room, 'ben', `text ${i}`);
    await stage.time.advance(100);
  }
  await stage.time.advance(1_000);
  const marks = seqsOf(stage.asked('markDelivered'));
  expect(marks.length).toBeGreaterThan(1);
  expect(marks.length).toBeLessThanOrEqual(4);
  expect(marks.at(-1)).toBe(stage.room.head);
  expect(stage.asked('markRead')).toEqual([]);
});

test('[DEL5] own messages alone are nothing to mark', async () => {
  const stage = new Stage();
  const client = await stage.online();
  await stage.time.advance(2_000);
  const before = stage.asked('markDelivered').length;
  await client.room('room_1').send('mine');
  await stage.time.advance(2_000);
  expect(stage.asked('markDelivered')).toHaveLength(before);
});

test('[DEL5] nothing is marked that was read already', async () => {
  const stage = new Stage();
  stage.server.say(stage.room, 'ben', 'old');
  stage.room.advance('ana', { read: stage.room.head });
  await stage.online();
  await stage.time.advance(5_000);
  expect(stage.asked('markDelivered')).toEqual([]);
});

test('[DEL5] reading clears the badge at once, and tells the server', async () => {
  const stage = new Stage();
  const client = await stage.online();
  const room = client.room('room_1');
  stage.server.say(stage.room, 'ben', 'one');
  stage.server.say(stage.room, 'ben', 'two');
  await settle();
  expect(room.unread).toBe(2);
  room.markRead(stage.room.head - 1);
  expect(room.unread).toBe(1);
  room.markRead();
  expect(room.unread).toBe(0);
  await settle();
  expect(stage.room.cursor('ana')).toMatchObject({ read: stage.room.head, delivered: stage.room.head });
  room.markRead(1);
  expect(room.unread).toBe(0);
});

test('[DEL5] what was read offline is told with the next link', async () => {
  const stage = new Stage();
  stage.server.say(stage.room, 'ben', 'one');
  const client = await stage.online();
  await stage.time.advance(2_000);
  stage.net.up = false;
  stage.net.cut();
  client.room('room_1').markRead();
  await stage.time.advance(3_000);
  expect(client.room('room_1').unread).toBe(0);
  stage.net.up = true;
  await stage.time.advance(20_000);
  expect(stage.room.cursor('ana').read).toBe(stage.room.head);
});

test('[DEL5] a mark that is put off is sent again; one that is refused for good is not', async () => {
  const stage = new Stage();
  const client = await stage.online();
  await stage.time.advance(2_000);
  stage.server.say(stage.room, 'ben', 'one');
  await stage.time.advance(2_000);
  let code: 'rate_limited' | 'bad_request' | undefined = 'rate_limited';
  let refusals = 0;
  stage.server.refuse = ({ action }) => {
    if (action !== 'markRead' || code === undefined) return undefined;
    refusals++;
    return new Refusal(code, 'no');
  };
  client.room('room_1').markRead();
  await stage.time.advance(5_000);
  expect(refusals).toBeGreaterThan(1);
  expect(refusals).toBeLessThan(8);
  code = 'bad_request';
  await stage.time.advance(60_000);
  const asked = refusals;
  await stage.time.advance(60_000);
  expect(refusals).toBe(asked);
});

test("[DEL5] reading on another device counts here, and a late word doesn't move it back", async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.server.say(stage.room, 'ben', 'one');
  await settle();
  const { head } = stage.room;
  const tell = (read: number) =>
    stage.server.tell(stage.room, { type: 'cursor', roomId: 'room_1', userId: 'ana', delivered: read, read });
  tell(head);
  tell(head - 1);
  await settle();
  expect(client.room('room_1').unread).toBe(0);
});

test("[DEL5] unread before the held stretch is the server's count; what comes on top is counted here", async () => {
  const stage = new Stage();
  for (let i = 0; i < 80; i++) stage.server.say(stage.room, i % 4 === 0 ? 'ana' : 'ben', `text ${i}`);
  const client = await stage.online();
  const room = client.room('room_1');
  expect(room.getSnapshot().messages).toHaveLength(50);
  expect(room.unread).toBe(60);
  stage.server.say(stage.room, 'ben', 'one more');
  stage.server.say(stage.room, 'ana', 'mine, from elsewhere');
  await settle();
  expect(room.unread).toBe(61);
  // Another device reads a little further, still before what is held: only the server can count that.
  stage.server.tell(stage.room, {
    type: 'cursor',
    roomId: 'room_1',
    ...stage.room.advance('ana', { read: 10 }),
  });
  await stage.time.advance(100);
  expect(room.unread).toBe(stage.room.unread('ana'));
  await room.loadEarlier(100);
  expect(room.unread).toBe(stage.room.unread('ana'));
});

test('[DEL5] unread is what the server would count, whatever was held, said, read and loaded', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('say' as const), by: fc.constantFrom('ana', 'ben') }),
    fc.record({ do: fc.constantFrom('read' as const, 'elsewhere' as const), back: fc.nat(12) }),
    fc.record({ do: fc.constantFrom('cut' as const, 'earlier' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, freshEntries) => {
        const stage = new Stage();
        stage.server.freshEntries = freshEntries;
        for (let i = 0; i < 12; i++) stage.server.say(stage.room, 'ben', `text ${i}`);
        const client = await stage.online();
        const room = client.room('room_1');
        for (const move of steps) {
          const seq = Math.max(1, stage.room.head - ('back' in move ? move.back : 0));
          if (move.do === 'say') stage.server.say(stage.room, move.by, 'text');
          if (move.do === 'read') room.markRead(seq);
          if (move.do === 'elsewhere') {
            stage.server.tell(stage.room, {
              type: 'cursor',
              roomId: 'room_1',
              ...stage.room.advance('ana', { read: seq }),
            });
          }
          if (move.do === 'cut') stage.net.cut();
          if (move.do === 'earlier') await Promise.all([room.loadEarlier(3).catch(() => {}), settle()]);
          await stage.time.advance(1_000);
          expect(room.unread).toBe(stage.room.unread('ana'));
        }
        client.close();
      },
    ),
    { numRuns: 100 },
  );
});
