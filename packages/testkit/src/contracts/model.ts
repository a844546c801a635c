import { apply, emptyRoom, type RoomRef } from '@stackbox/core';
import type { Entry } from '@stackbox/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { countingIds, TestClock } from '../ambient.ts';
import { act, anyDeed, listenTo } from '../history.ts';
import { memoryStore } from '../memory/store.ts';
import type { Make, Premises, TestStore } from '../store.ts';
import { foundTown, readAll, type Town } from '../town.ts';

/** Everything that can be asked about a room. */
async function look({ store, ana, adam, sam, cleo, otto, dora }: Town, ref: RoomRef) {
  const entries = await readAll(store, ref, 7);
  const each = <T>(ask: (userId: string) => Promise<T>) =>
    Promise.all([ana, adam, sam, cleo, otto, dora].map(({ userId }) => ask(userId)));
  return {
    entries,
    last: await store.log.read(ref, { before: Number.MAX_SAFE_INTEGER, limit: 5 }),
    single: await Promise.all(entries.map(({ seq }) => store.log.entry(ref, seq))),
    revisions: await Promise.all(entries.map(({ seq }) => store.log.revisions(ref, seq))),
    standing: await each((userId) => store.rooms.standing(ref, userId)),
    summaries: await each((userId) => store.rooms.summary(ref, userId)),
    rooms: await each((userId) => store.rooms.ofMember(ref.workspaceId, userId, { limit: 99 })),
    people: await store.rooms.people(ref, { limit: 99 }),
    cursors: await store.cursors.of(ref),
  };
}

/** Whatever people do, a store answers, tells and keeps what the model does. */
export function modelContract(name: string, make: Make): void {
  describe(`against the model, ${name}`, () => {
    const clock = new TestClock();
    // One town after the other in each of the two; ids are counted alike, so that what they say can be compared.
    const model = { ids: countingIds(), clock };
    const modelStore = memoryStore(model);
    const real = { ids: countingIds(), clock };
    const { lasting } = make();
    let premises: Premises | undefined;
    let realStore: TestStore | undefined;
    afterAll(async () => {
      await realStore?.close();
      premises?.dispose();
    });

    it('[LOG1] [LOG4] [LOG8] [LOG9] [DEL5] answers, entries, standings and cursors are those of the model', async () => {
      premises ??= make();
      const opened = premises;
      const together = fc.array(anyDeed, { minLength: 1, maxLength: 4 });
      const step = lasting
        ? fc.oneof(
            { weight: 12, arbitrary: together },
            { weight: 1, arbitrary: fc.constant('reopen' as const) },
          )
        : together;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
          realStore ??= await opened.open(real);
          const wanted = await foundTown(modelStore, model);
          let town = await foundTown(realStore, real);
          const { room } = town;
          const expected = listenTo(wanted, room);
          const heard: Entry[] = [];
          let listening = listenTo(town, room);
          const held = apply(emptyRoom('epoch'), await readAll(town.store, room));
          let nth = 0;
          for (const deeds of steps) {
            if (deeds === 'reopen') {
              await realStore.close();
              realStore = await opened.open(real);
              town = { ...town, store: realStore };
              listening = listenTo(town, room);
            } else {
              clock.advance(1);
              const answers = await act(wanted, room, deeds, nth);
              expect(await act(town, room, deeds, nth)).toEqual(answers);
              nth += deeds.length;
              heard.push(...listening.splice(0));
              expect(heard).toEqual(expected);
              apply(held, heard.slice(-deeds.length));
            }
            const now = await look(town, room);
            expect(now).toEqual(await look(wanted, room));
            expect(held).toEqual(apply(emptyRoom('epoch'), now.entries));
          }
        }),
        { numRuns: lasting ? 6 : 60 },
      );
    });
  });
}
