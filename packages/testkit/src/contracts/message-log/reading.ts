import { describe, expect, it } from 'vitest';
import { turn } from '../../schedule.ts';
import { change, message, post, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function reading(stage: Stage): void {
  describe('reading', () => {
    it('[LOG1] gives any stretch from either side, with the head, without a gap', async () => {
      const { store, room, ana } = await stage.town();
      // Longer than any end of the log that a store might keep at hand.
      await Promise.all(
        Array.from({ length: 895 }, (_, i) => store.log.append(room, message(ana, `text ${i}`))),
      );
      const all = await readAll(store, room, 500);
      expect(all).toHaveLength(900);
      for (const limit of [1, 2, 50, 499, 500]) {
        for (const at of [
          0, 1, 2, 399, 400, 499, 500, 501, 698, 699, 700, 701, 702, 850, 899, 900, 901, 5_000,
        ]) {
          const after = await store.log.read(room, { after: at, limit });
          expect(after?.head).toBe(900);
          expect(after?.entries, `${limit} after ${at}`).toEqual(all.slice(at, at + limit));
          const before = await store.log.read(room, { before: at, limit });
          const end = Math.max(0, at - 1);
          expect(before?.entries, `${limit} before ${at}`).toEqual(all.slice(0, end).slice(-limit));
        }
      }
      const last = await store.log.read(room, { before: Number.MAX_SAFE_INTEGER, limit: 3 });
      expect(last?.entries.map(({ seq }) => seq)).toEqual([898, 899, 900]);
    });

    it('[LOG1] a page ends at the head that it names, and never before what was answered, while entries commit', async () => {
      const { store, room, ana } = await stage.town();
      await Promise.all(
        Array.from({ length: 600 }, (_, i) => store.log.append(room, message(ana, `text ${i}`))),
      );
      let answered = 605;
      const appending: Promise<void>[] = [];
      const append = async (text: string) => {
        const { seq } = await store.log.append(room, message(ana, text));
        answered = Math.max(answered, seq);
      };
      const look = async (range: { after: number } | { before: number }) => {
        const least = answered;
        const page = await store.log.read(room, { ...range, limit: 500 });
        const head = page?.head as number;
        expect(head).toBeGreaterThanOrEqual(least);
        const from = 'after' in range ? range.after + 1 : head - 499;
        const expected = Array.from({ length: Math.min(500, head - from + 1) }, (_, i) => from + i);
        expect(page?.entries.map(({ seq }) => seq)).toEqual(expected);
      };
      for (let round = 0; round < 12; round++) {
        for (let i = 0; i < 20; i++) appending.push(append(`round ${round} ${i}`));
        await turn();
        // Without a turn in between: what commits meanwhile elsewhere has not been told here yet.
        for (let i = 0; i < 15; i++) {
          await look({ after: answered - 300 });
          await look({ after: answered - 5 });
          await look({ before: Number.MAX_SAFE_INTEGER });
        }
      }
      await Promise.all(appending);
    });

    it('[LOG8] a stretch read twice reads the same, however it is cut, while messages come and change', async () => {
      const { store, room, ana } = await stage.town();
      for (let round = 0; round < 30; round++) {
        const { seq } = await store.log.append(room, message(ana, `text ${round}`));
        if (round % 3 === 1)
          await store.log.append(room, change(ana, { kind: 'edit', target: seq, text: 'changed' }));
        if (round % 5 === 4) await store.log.append(room, change(ana, { kind: 'delete', target: seq }));
        expect(await readAll(store, room, 7)).toEqual(await readAll(store, room, 500));
        expect(await store.log.entry(room, seq)).toEqual((await readAll(store, room))[seq - 1]);
      }
    });

    it('knows no room, no entry and no revision that is not there', async () => {
      const { store, room, ana, workspaceId } = await stage.town();
      const nowhere = { workspaceId, roomId: 'room_nowhere' };
      await post(store, room, ana, 'hello');
      expect(await store.log.read(nowhere, { after: 0, limit: 1 })).toBeUndefined();
      expect(await store.log.entry(nowhere, 1)).toBeUndefined();
      expect(await store.log.entry(room, 0)).toBeUndefined();
      expect(await store.log.entry(room, 7)).toBeUndefined();
      expect(await store.log.entry(room, -1)).toBeUndefined();
      expect(await store.log.revisions(nowhere, 1)).toEqual([]);
      expect(await store.log.revisions(room, 6)).toEqual([]);
    });
  });
}
