import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Make } from '../store.ts';
import { change, joining, leaving, makeRoom, message, outcome, post } from '../town.ts';
import { stageFor } from './stage.ts';

/** What every `Cursors` owes, and the unread counts that come of them. */
export function cursorsContract(name: string, make: Make): void {
  describe(`cursors, ${name}`, () => {
    const stage = stageFor(make);

    it('[DEL5] move forward only, never past the head, and reading carries delivery along', async () => {
      const { store, room, ana, cleo } = await stage.town();
      await post(store, room, ana, 'six', 'seven', 'eight');
      const move = (to: { delivered?: number; read?: number }) =>
        store.cursors.advance(room, cleo.userId, to);
      const { userId } = cleo;
      expect(await move({ delivered: 6 })).toEqual({ userId, delivered: 6, read: 0, moved: true });
      expect(await move({ read: 7 })).toEqual({ userId, delivered: 7, read: 7, moved: true });
      expect(await move({ read: 6 })).toEqual({ userId, delivered: 7, read: 7, moved: false });
      expect(await move({ delivered: 3 })).toEqual({ userId, delivered: 7, read: 7, moved: false });
      expect(await move({ delivered: 9_999 })).toEqual({ userId, delivered: 8, read: 7, moved: true });
      expect(await move({ read: Number.MAX_SAFE_INTEGER })).toEqual({
        userId,
        delivered: 8,
        read: 8,
        moved: true,
      });
      expect(await move({ read: 8 })).toEqual({ userId, delivered: 8, read: 8, moved: false });
      expect(await store.cursors.of(room)).toEqual([{ userId, delivered: 8, read: 8 }]);
    });

    it('[DEL5] whatever order reports come in, a cursor never goes back and read never passes delivered', async () => {
      const town = await stage.town();
      const { store, ana, cleo } = town;
      const report = fc.record({
        what: fc.constantFrom('delivered', 'read'),
        seq: fc.integer({ min: 0, max: 14 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(report, { maxLength: 12 }), fc.boolean(), async (reports, atOnce) => {
          const room = await makeRoom(town, { kind: 'direct', name: 'Two', people: [ana, cleo] });
          await post(store, room, ana, ...'abcdefg');
          const seen = { delivered: 0, read: 0 };
          const advance = async ({ what, seq }: (typeof reports)[0]) => {
            const now = await store.cursors.advance(room, cleo.userId, { [what]: seq });
            expect(now.read).toBeLessThanOrEqual(now.delivered);
            expect(now.delivered).toBeLessThanOrEqual(10);
            expect(now.delivered).toBeGreaterThanOrEqual(seen.delivered);
            expect(now.read).toBeGreaterThanOrEqual(seen.read);
            Object.assign(seen, now);
          };
          if (atOnce) await Promise.all(reports.map(advance));
          else for (const one of reports) await advance(one);
          const read = Math.min(
            10,
            Math.max(0, ...reports.map(({ what, seq }) => (what === 'read' ? seq : 0))),
          );
          const delivered = Math.min(10, Math.max(0, ...reports.map(({ seq }) => seq)));
          const summary = await store.rooms.summary(room, cleo.userId);
          expect(summary).toMatchObject({ delivered, read });
        }),
        { numRuns: make().lasting ? 10 : 60 },
      );
    });

    it('[SEC2] belong to members: nobody else has one, and it goes with the membership', async () => {
      const { store, room, ana, sam, cleo, otto } = await stage.town();
      await post(store, room, ana, 'six', 'seven');
      expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
      expect(await outcome(store.cursors.advance(room, otto.userId, { read: 6 }))).toBe('not_found');
      await store.cursors.advance(room, sam.userId, { read: 7 });
      await store.cursors.advance(room, cleo.userId, { read: 6 });
      await store.log.append(room, leaving(ana, sam));
      expect(await outcome(store.cursors.advance(room, sam.userId, { read: 7 }))).toBe('not_found');
      expect(await store.cursors.of(room)).toEqual([{ userId: cleo.userId, delivered: 6, read: 6 }]);
      await store.log.append(room, joining(ana, sam));
      expect(await store.rooms.summary(room, sam.userId)).toMatchObject({ delivered: 0, read: 0, unread: 2 });
    });

    it('[SEC1] are those of one room in one workspace', async () => {
      const { store, room, team, ana, elsewhere } = await stage.town();
      await post(store, room, ana, 'six');
      await store.cursors.advance(room, ana.userId, { read: 6 });
      expect(await store.cursors.of(team)).toEqual([]);
      const askew = { ...room, workspaceId: elsewhere.workspaceId };
      expect(await store.cursors.of(askew)).toEqual([]);
      expect(await outcome(store.cursors.advance(askew, ana.userId, { read: 6 }))).toBe('not_found');
      expect(
        await outcome(store.cursors.advance({ ...room, roomId: 'room_nowhere' }, ana.userId, { read: 1 })),
      ).toBe('not_found');
    });

    it('[DEL5] unread is the message entries by others after the read cursor, whatever else is in the log', async () => {
      const town = await stage.town();
      const { store, ana, sam, cleo } = town;
      const people = [ana, sam, cleo];
      const step = fc.record({
        who: fc.nat(2),
        what: fc.constantFrom(
          'message',
          'message',
          'message',
          'reaction',
          'pin',
          'edit',
          'delete',
          'room',
          'read',
        ),
        at: fc.nat(60),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
          const room = await makeRoom(town, { kind: 'direct', name: 'Three', people });
          for (const { who, what, at } of steps) {
            const by = people[who] as typeof ana;
            if (what === 'message') await store.log.append(room, message(by, 'text'));
            else if (what === 'read') await store.cursors.advance(room, by.userId, { read: at });
            else if (what === 'room')
              await store.log.append(room, { kind: 'room', by: by.userId, name: 'N', topic: '' });
            else {
              const done = {
                reaction: { emoji: '👍', on: true },
                pin: { on: true },
                edit: { text: 'x' },
                delete: {},
              }[what];
              await outcome(store.log.append(room, change(by, { kind: what, target: at, ...done } as never)));
            }
          }
          const { entries, head } = (await store.log.read(room, { after: 0, limit: 500 })) as never as {
            entries: { seq: number; kind: string; by: string }[];
            head: number;
          };
          for (const { userId } of people) {
            const summary = await store.rooms.summary(room, userId);
            const read = summary?.read as number;
            const naive = entries.filter(
              (e) => e.kind === 'message' && e.by !== userId && e.seq > read,
            ).length;
            expect(summary).toMatchObject({ head, unread: naive });
          }
        }),
        { numRuns: make().lasting ? 10 : 60 },
      );
    });

    it('[DEL5] unread stays exact in a long log, wherever the cursor stands', async () => {
      const town = await stage.town();
      const { room, ana, sam, cleo } = town;
      let { store } = town;
      // A pattern without a period that a chunk could hide in: no author at regular places, other entries between.
      const authors: string[] = (await store.log.read(room, { after: 0, limit: 5 }))?.entries.map(
        () => '',
      ) as string[];
      const drafts = Array.from({ length: 3_400 }, (_, i) => {
        const by = [ana, sam, sam, cleo, ana, ana, cleo][(i * i + (i >> 5)) % 7] as typeof ana;
        const isMessage = i % 11 !== 3;
        authors.push(isMessage ? by.userId : '');
        return isMessage ? message(by, 'text') : change(by, { kind: 'pin', target: 6, on: i % 2 === 0 });
      });
      await Promise.all(drafts.map((draft) => store.log.append(room, draft)));
      const look = async () => {
        const places = [
          0, 1, 6, 1_023, 1_024, 1_025, 1_500, 2_047, 2_048, 2_049, 3_071, 3_072, 3_100, 3_204, 3_205, 3_404,
          3_405,
        ];
        for (const read of places) {
          await store.cursors.advance(room, cleo.userId, { read });
          const summary = await store.rooms.summary(room, cleo.userId);
          const naive = authors.filter(
            (author, i) => i + 1 > read && author !== '' && author !== cleo.userId,
          ).length;
          expect(summary, `read up to ${read}`).toMatchObject({ read, unread: naive });
        }
      };
      await look();
      for (const { userId } of [ana, sam]) {
        const naive = authors.filter((author) => author !== '' && author !== userId).length;
        expect(await store.rooms.summary(room, userId)).toMatchObject({ read: 0, unread: naive });
      }
      if (!make().lasting) return;
      ({ store } = await stage.reopened(town));
      for (const { userId } of [ana, sam, cleo]) {
        const summary = await store.rooms.summary(room, userId);
        const read = summary?.read as number;
        const naive = authors.filter(
          (author, i) => i + 1 > read && author !== '' && author !== userId,
        ).length;
        expect(summary).toMatchObject({ unread: naive });
      }
    });

    if (make().lasting) {
      it('[DEL5] a restart moves no cursor', async () => {
        const before = await stage.town();
        const { room, ana, cleo } = before;
        await post(before.store, room, ana, 'six', 'seven');
        await before.store.cursors.advance(room, cleo.userId, { delivered: 7, read: 6 });
        const { store } = await stage.reopened(before);
        expect(await store.cursors.of(room)).toEqual([{ userId: cleo.userId, delivered: 7, read: 6 }]);
        expect(await store.cursors.advance(room, cleo.userId, { read: 5 })).toMatchObject({
          read: 6,
          moved: false,
        });
      });
    }
  });
}
