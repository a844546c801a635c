import { Refusal } from '@stackbox/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeDisk } from '../../test/fake-disk.ts';
import { settle } from '../../test/fake-time.ts';
import { Stage } from '../../test/stage.ts';

type Move =
  | { do: 'send'; room: number }
  | { do: 'arrive'; which: number; times: number }
  | { do: 'write' | 'lose' | 'repeat' | 'cut' | 'crash' }
  | { do: 'refuse'; code: 'rate_limited' | 'unavailable' | 'internal' }
  | { do: 'wait'; ms: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), room: fc.nat(1) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      which: fc.nat(20),
      times: fc.constantFrom(1, 1, 2, 9),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'repeat' as const, 'cut' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      code: fc.constantFrom('rate_limited', 'unavailable', 'internal'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 700, 16_000) }),
  },
);

const rooms = ['room_1', 'room_2'] as const;

async function play(moves: readonly Move[]): Promise<void> {
  const stage = new Stage();
  const disk = new FakeDisk();
  const { net, server } = stage;
  server.room('room_2', 'ana', 'ben');
  const done: { roomId: string; text: string; kept: boolean }[] = [];
  let refusal: Refusal | undefined;
  server.refuse = ({ action }) => {
    const now = action === 'sendMessage' ? refusal : undefined;
    if (now !== undefined) refusal = undefined;
    return now;
  };
  let client = await stage.online({ outbox: disk.outbox() });
  net.auto = false;
  disk.auto = false;
  for (const [i, move] of moves.entries()) {
    switch (move.do) {
      case 'send': {
        const deed = { roomId: rooms[move.room] ?? rooms[0], text: `text ${i}`, kept: false };
        done.push(deed);
        client
          .room(deed.roomId)
          .send(deed.text)
          .then(
            () => {
              deed.kept = true;
            },
            () => {},
          );
        break;
      }
      case 'arrive':
        for (let n = 0; n < move.times; n++) {
          net.steps[move.which % Math.max(1, net.steps.length)]?.run();
          await settle();
        }
        break;
      case 'write':
        disk.write();
        break;
      case 'lose':
        for (const wire of net.wires) wire.lose((frame) => frame.startsWith('{"type":"reply"'));
        break;
      case 'repeat':
        for (const wire of net.wires) wire.repeat();
        break;
      case 'cut':
        net.cut();
        break;
      case 'crash':
        disk.crash();
        client.close();
        net.cut();
        client = stage.connect({ outbox: disk.outbox() });
        break;
      case 'refuse':
        refusal = new Refusal(move.code, 'not now', move.code === 'rate_limited' ? 2_000 : undefined);
        break;
      case 'wait':
        await stage.time.advance(move.ms);
        break;
    }
    await settle();
  }
  disk.auto = true;
  disk.flush();
  net.auto = true;
  net.wake();
  await stage.time.advance(2 * 60_000);
  for (const roomId of rooms) {
    const inLog = server.rooms
      .get(roomId)
      ?.log.flatMap((entry) => (entry.kind === 'message' ? [entry.text] : []));
    const sent = done.filter((deed) => deed.roomId === roomId);
    // What was not known to be kept when the process died may be there or not, but never twice, and never out of turn.
    expect(inLog).toEqual(
      sent.filter(({ text, kept }) => kept || inLog?.includes(text)).map(({ text }) => text),
    );
  }
  expect(client.queued.getSnapshot()).toEqual([]);
  expect(disk.items.size).toBe(0);
  client.close();
}

test('[LOG4] whatever is cut, lost, put off or killed: each send ends in the log once, in order of sending', async () => {
  await fc.assert(fc.asyncProperty(fc.array(move, { minLength: 10, maxLength: 100 }), play), {
    numRuns: 400,
  });
});
