import type { Committed } from '@stackbox/core';
import type { MessageEntry } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import { change, message, outcome, post, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function places(stage: Stage): void {
  describe('places', () => {
    it('[LOG1] seq starts at 1 with the making of the room', async () => {
      const { store, room, ana, adam, sam, cleo } = await stage.town();
      const entries = await readAll(store, room);
      expect(entries.map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
        '1 room',
        '2 member',
        '3 member',
        '4 member',
        '5 member',
      ]);
      const joined = entries.flatMap((entry) => (entry.kind === 'member' ? [entry.userId] : []));
      expect(joined).toEqual([ana, adam, sam, cleo].map(({ userId }) => userId));
    });

    it('[LOG1] many who append at once leave no gap, and each gets a place of its own', async () => {
      const { store, room, team, ana, adam, sam } = await stage.town();
      const drafts = Array.from({ length: 300 }, (_, i) => ({
        ref: i % 3 === 0 ? team : room,
        draft: message([ana, adam, sam][i % 3] as typeof ana, `text ${i}`),
      }));
      const places = await Promise.all(drafts.map(({ ref, draft }) => store.log.append(ref, draft)));
      for (const ref of [room, team]) {
        const entries = await readAll(store, ref);
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1));
        const mine = drafts.flatMap(({ ref: to, draft }, i) =>
          to === ref ? [{ draft, place: places[i] }] : [],
        );
        for (const { draft, place } of mine) {
          const there = entries[(place?.seq ?? 0) - 1] as MessageEntry;
          expect([there.clientId, there.text, there.by]).toEqual([draft.clientId, draft.text, draft.by]);
        }
      }
    });

    it('[LOG1] what is refused leaves no gap', async () => {
      const { store, room, ana, otto } = await stage.town();
      const answers = await Promise.all([
        outcome(store.log.append(room, message(ana, 'one'))),
        outcome(store.log.append(room, message(otto, 'not mine to say'))),
        outcome(store.log.append(room, change(ana, { kind: 'delete', target: 999 }))),
        outcome(store.log.append(room, message(ana, 'two'))),
      ]);
      expect(answers).toEqual(['answered', 'not_found', 'not_found', 'answered']);
      const texts = (await readAll(store, room))
        .slice(5)
        .map((entry) => [entry.seq, (entry as MessageEntry).text]);
      expect(texts).toEqual([
        [6, 'one'],
        [7, 'two'],
      ]);
    });

    it('[LOG2] order is seq, though the clock is set back', async () => {
      const { store, room, ana, clock } = await stage.town();
      await post(store, room, ana, 'first');
      clock.advance(-3_600_000);
      await post(store, room, ana, 'second');
      const [first, second] = (await readAll(store, room)).slice(-2) as MessageEntry[];
      expect([first?.text, second?.text]).toEqual(['first', 'second']);
      expect(second?.at).toBe(clock.now());
      expect(second?.at).toBeLessThan(first?.at as number);
    });

    it('[LOG6] one epoch names the history of a room, wherever it is asked for', async () => {
      const { store, room, team, ana } = await stage.town();
      const heard: Committed[] = [];
      store.log.onCommitted((batch) => heard.push(...batch));
      const [place] = await post(store, room, ana, 'hello');
      const { epoch } = place as { epoch: string };
      expect(epoch).not.toBe('');
      expect((await store.log.read(room, { after: 0, limit: 1 }))?.epoch).toBe(epoch);
      expect((await store.rooms.standing(room, ana.userId))?.room.epoch).toBe(epoch);
      expect(heard.map((committed) => committed.epoch)).toEqual([epoch]);
      expect((await store.log.read(team, { after: 0, limit: 1 }))?.epoch).not.toBe(epoch);
    });
  });
}
