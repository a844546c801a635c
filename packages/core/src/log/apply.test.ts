import type { Entry } from '@stackbox/protocol';
import {
  act,
  anyDeeds,
  countingIds,
  type Deed,
  foundTown,
  listenTo,
  memoryStore,
  readAll,
  TestClock,
} from '@stackbox/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, emptyRoom, GapInLog, type RoomState } from './apply.ts';

/** A state as plain data, whatever order its sets and maps grew in. */
function plain({ members, messages, threads, pinned, pending, decided, ...rest }: RoomState) {
  const sorted = <K, V>(map: Map<K, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...rest,
    members: [...members].sort(),
    messages: sorted(messages),
    threads: sorted(threads),
    pinned: [...pinned].sort((a, b) => a - b),
    pending: sorted(pending),
    decided: sorted(decided),
  };
}

/** The state that a fresh read of `first`..`head` gives. */
const fresh = (log: readonly Entry[], first: number) =>
  apply(emptyRoom('epoch', first - 1), log.slice(first - 1));

/** The log as everyone heard it live, nothing withdrawn yet, and as it reads at the end. */
async function history(
  deeds: readonly Deed[],
  step: (heard: readonly Entry[], log: readonly Entry[]) => void = () => {},
) {
  const ambient = { clock: new TestClock(), ids: countingIds() };
  const town = await foundTown(memoryStore(ambient), ambient);
  const heard = await readAll(town.store, town.room);
  const later = listenTo(town, town.room);
  for (const [nth, deed] of deeds.entries()) {
    ambient.clock.advance(1);
    await act(town, town.room, [deed], nth);
    heard.push(...later.splice(0));
    step(heard, await readAll(town.store, town.room));
  }
  return { heard, read: await readAll(town.store, town.room) };
}

const base = { at: 0, by: 'ana' } as const;
const said = (seq: number, text: string): Entry => {
  return { ...base, seq, kind: 'message', clientId: `c${seq}`, text, files: [], mentions: [] };
};

describe('apply', () => {
  it('[LOG8] after every action the old state and its entries are the state read fresh', async () => {
    await fc.assert(
      fc.asyncProperty(anyDeeds(50), fc.nat(20), async (deeds, from) => {
        const whole = emptyRoom('epoch');
        // Another reader, who came in the middle and holds the end of the log alone.
        let end: RoomState | undefined;
        await history(deeds, (heard, log) => {
          apply(whole, heard.slice(whole.head));
          expect(plain(whole)).toEqual(plain(fresh(log, 1)));
          if (end === undefined && log.length > from) end = apply(emptyRoom('epoch', from), log.slice(from));
          else if (end !== undefined) apply(end, heard.slice(end.head));
          if (end !== undefined) expect(plain(end)).toEqual(plain(fresh(log, end.first)));
        });
      }),
      { numRuns: 150 },
    );
  });

  it('[LOG8] however the log is cut into pages, and whenever each was read, the state is the same', async () => {
    // Each cut: how many entries a page has, whether it is an earlier one, and whether it was read live or at the end.
    const cut = fc.record({
      length: fc.integer({ min: 1, max: 12 }),
      earlier: fc.boolean(),
      live: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        anyDeeds(50),
        fc.nat(60),
        fc.array(cut, { maxLength: 30 }),
        async (deeds, start, cuts) => {
          const { heard, read } = await history(deeds);
          const middle = start % (read.length + 1);
          const state = emptyRoom('epoch', middle);
          for (const { length, earlier, live } of [...cuts, ...everythingElse]) {
            const log = live ? heard : read;
            const from = earlier ? Math.max(0, state.first - 1 - length) : state.head;
            const to = earlier ? state.first - 1 : Math.min(log.length, state.head + length);
            apply(state, log.slice(from, to));
            expect(plain(state).first).toBe(earlier ? from + 1 : state.first);
          }
          expect([state.first, state.head]).toEqual([1, read.length]);
          expect(plain(state)).toEqual(plain(fresh(read, 1)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('[LOG9] nothing of a withdrawn message is left in a state, wherever in the log the state begins', async () => {
    await fc.assert(
      fc.asyncProperty(anyDeeds(40), fc.nat(60), async (deeds, start) => {
        const { heard, read } = await history(deeds);
        const withdrawn = read
          .filter((entry) => entry.kind === 'message' && entry.deleted)
          .map(({ seq }) => seq);
        const texts = heard.flatMap((entry) => {
          const seq = 'target' in entry ? entry.target : entry.seq;
          return 'text' in entry && withdrawn.includes(seq) ? [entry.text] : [];
        });
        const after = start % (heard.length + 1);
        const state = JSON.stringify(plain(apply(emptyRoom('epoch', after), heard.slice(after))));
        for (const text of texts) expect(state).not.toContain(`"${text}"`);
      }),
      { numRuns: 150 },
    );
  });

  it('[LOG8] entries that are held already change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyDeeds(30), fc.nat(40), fc.nat(40), async (deeds, from, length) => {
        const { heard, read } = await history(deeds);
        const state = fresh(read, 1);
        apply(state, heard.slice(from, from + length));
        expect(plain(state)).toEqual(plain(fresh(read, 1)));
      }),
      { numRuns: 50 },
    );
  });

  it('[DEL3] a gap is an error that says what is missing, and changes nothing', () => {
    const state = apply(emptyRoom('epoch', 2), [said(3, 'three'), said(4, 'four')]);
    const before = plain(state);
    const gap = (entries: Entry[]) => {
      try {
        apply(state, entries);
      } catch (error) {
        expect(error).toBeInstanceOf(GapInLog);
        const { head, next } = error as GapInLog;
        return { head, next };
      }
      throw new Error('no gap was seen');
    };
    expect(gap([said(6, 'six')])).toEqual({ head: 4, next: 6 });
    expect(gap([said(5, 'five'), said(7, 'seven')])).toEqual({ head: 5, next: 7 });
    expect(gap([said(1, 'one')])).toMatchObject({ next: 1 });
    expect(gap([said(1, 'one'), said(5, 'five')])).toMatchObject({ next: 1 });
    expect(plain(state)).toEqual(before);
  });

  it('a message that did not change stays the same object, and one that did is another', () => {
    const state = apply(emptyRoom('epoch'), [said(1, 'one'), said(2, 'two')]);
    const [one, two] = [state.messages.get(1), state.messages.get(2)];
    apply(state, [{ ...base, seq: 3, kind: 'reaction', target: 1, emoji: '👍', on: true }]);
    expect(state.messages.get(1)).not.toBe(one);
    expect(state.messages.get(2)).toBe(two);
  });

  it('[LOG10] a thread lists its replies in order, wherever reading began', () => {
    const reply = (seq: number): Entry => ({ ...said(seq, 'reply'), replyTo: 1 }) as Entry;
    const log = [said(1, 'root'), reply(2), said(3, 'other'), reply(4), reply(5)];
    const state = apply(emptyRoom('epoch', 3), log.slice(3));
    apply(state, log.slice(1, 3));
    apply(state, log.slice(0, 1));
    expect([...state.threads]).toEqual([[1, [2, 4, 5]]]);
  });

  it('who reacted stands in the order in which they did', () => {
    const react = (seq: number, by: string, on: boolean): Entry => {
      return { seq, at: 0, by, kind: 'reaction', target: 1, emoji: '👍', on };
    };
    const log = [said(1, 'one'), react(2, 'ben', true), react(3, 'ana', true), react(4, 'ben', true)];
    const state = apply(emptyRoom('epoch'), log);
    expect(state.messages.get(1)?.reactions).toEqual({ '👍': ['ben', 'ana'] });
    apply(state, [react(5, 'ben', false), react(6, 'ben', true), react(7, 'ana', false)]);
    expect(state.messages.get(1)?.reactions).toEqual({ '👍': ['ben'] });
    apply(state, [react(8, 'ben', false)]);
    expect(state.messages.get(1)?.reactions).toEqual({});
  });
});

/** Pages that bring in whatever is still missing at either end. */
const everythingElse = Array.from({ length: 20 }, (_, i) => ({
  length: 12,
  earlier: i % 2 === 0,
  live: false,
}));
