import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact, FakeRoom } from '../../test/fake-log.ts';
import { settle } from '../../test/fake-time.ts';
import { freshFrom, shown } from '../../test/fold.ts';
import { Stage } from '../../test/stage.ts';

type Move =
  | { do: 'append'; fact: number; target: number }
  | { do: 'arrive'; which: number }
  | { do: 'lose' | 'repeat' | 'cut' }
  | { do: 'wait'; ms: number }
  | { do: 'earlier'; limit: number }
  | { do: 'restore'; back: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('append' as const), fact: fc.nat(8), target: fc.nat(12) }),
  },
  { weight: 14, arbitrary: fc.record({ do: fc.constant('arrive' as const), which: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'repeat' as const, 'cut' as const) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(60, 600, 5_000, 40_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('earlier' as const), limit: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), back: fc.nat(6) }) },
);

/** Something that others did, of every kind. */
function fact(room: FakeRoom, kind: number, target: number): Fact {
  const messages = room.log.filter((entry) => entry.kind === 'message');
  const seq = messages[target % Math.max(1, messages.length)]?.seq;
  const by = 'ben';
  const text = `text ${room.head}`;
  if (kind === 1) return { kind: 'room', by, name: text, topic: '' };
  if (kind === 2) return { kind: 'member', by, userId: 'cleo', joined: !room.members.has('cleo') };
  if (seq !== undefined) {
    if (kind === 3) return { kind: 'edit', by, target: seq, text, mentions: [] };
    if (kind === 4) return { kind: 'delete', by, target: seq };
    if (kind === 5) return { kind: 'reaction', by, target: seq, emoji: '🎉', on: target % 3 > 0 };
    if (kind === 6) return { kind: 'pin', by, target: seq, on: target % 3 > 0 };
  }
  const reply = kind === 7 && seq !== undefined ? { replyTo: seq } : {};
  return { kind: 'message', by, clientId: text, text, files: [], mentions: [], ...reply };
}

async function play(stage: Stage, moves: readonly Move[]): Promise<void> {
  const { net, server, room } = stage;
  const client = await stage.online();
  const held = client.room(room.id);
  net.auto = false;
  for (const move of moves) {
    switch (move.do) {
      case 'append':
        server.append(room, fact(room, move.fact, move.target));
        break;
      case 'arrive':
        net.steps[move.which % Math.max(1, net.steps.length)]?.run();
        break;
      case 'lose':
        for (const wire of net.wires) wire.lose((frame) => frame.startsWith('{"type":"entry"'));
        break;
      case 'repeat':
        for (const wire of net.wires) wire.repeat();
        break;
      case 'cut':
        net.cut();
        break;
      case 'wait':
        await stage.time.advance(move.ms);
        break;
      case 'earlier':
        held.loadEarlier(move.limit).catch(() => {});
        break;
      case 'restore':
        room.restore(Math.max(3, room.head - move.back));
        break;
    }
    await settle();
  }
  net.auto = true;
  net.reorders = false;
  net.wake();
  await stage.time.advance(31_000);
  // One entry that gets through shows whatever is missing before it; nothing here waits for the next sync.
  server.say(room, 'ben', 'the last word');
  await stage.time.advance(31_000);
  const { state } = held;
  if (state === undefined) throw new Error('the room is not held');
  expect(state.head).toBe(room.head);
  expect(shown(state)).toEqual(shown(freshFrom(room, state.first)));
}

test('[LOG8] [DEL2] whatever comes in whatever order, the copy ends as a fresh read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { minLength: 10, maxLength: 80 }),
      fc.record({
        freshEntries: fc.integer({ min: 1, max: 6 }),
        replyEntries: fc.integer({ min: 1, max: 4 }),
      }),
      fc.boolean(),
      async (moves, sizes, reorders) => {
        const stage = new Stage();
        stage.server.member('cleo');
        Object.assign(stage.server, sizes, { pageEntries: 3 });
        stage.net.reorders = reorders;
        await play(stage, moves);
      },
    ),
    { numRuns: 300 },
  );
});
