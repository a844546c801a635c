import type { Committed } from '@stackbox/core';
import { describe, expect, it } from 'vitest';
import { change, joining, leaving, message, outcome, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function telling(stage: Stage): void {
  describe('telling', () => {
    it('[LOG3] listeners hear each entry once, in order, before its append answers', async () => {
      const { store, room, team, ana, sam } = await stage.town();
      const heard = new Map<string, number[]>([
        [room.roomId, []],
        [team.roomId, []],
      ]);
      store.log.onCommitted((batch) => {
        for (const { roomId, entry } of batch) heard.get(roomId)?.push(entry.seq);
      });
      const late: string[] = [];
      await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const ref = i % 2 === 0 ? room : team;
          const { seq } = await store.log.append(ref, message(i % 3 === 0 ? ana : sam, `text ${i}`));
          if (!heard.get(ref.roomId)?.includes(seq)) late.push(`${ref.roomId} ${seq}`);
        }),
      );
      expect(late).toEqual([]);
      expect(heard.get(room.roomId)).toEqual(Array.from({ length: 100 }, (_, i) => i + 6));
      expect(heard.get(team.roomId)).toEqual(Array.from({ length: 100 }, (_, i) => i + 5));
    });

    it('[LOG3] what listeners hear is what a read gives', async () => {
      const { store, room, ana, sam, otto } = await stage.town();
      const heard: Committed[] = [];
      store.log.onCommitted((batch) => heard.push(...batch));
      const files = [{ name: 'a.pdf', type: 'application/pdf', size: 3 }];
      const { seq } = await store.log.append(
        room,
        message(ana, 'one', { files, mentions: [sam.userId], sentAt: 5 }),
      );
      await store.log.append(room, message(sam, 'two', { replyTo: seq }));
      await store.log.append(room, change(sam, { kind: 'reaction', target: seq, emoji: '👍', on: true }));
      await store.log.append(room, change(ana, { kind: 'pin', target: seq, on: true }));
      await store.log.append(
        room,
        change(ana, { kind: 'edit', target: seq, text: 'uno', mentions: [ana.userId] }),
      );
      await store.log.append(room, joining(ana, otto));
      await store.log.append(room, { kind: 'room', by: ana.userId, name: 'Renamed', topic: 'New' });
      await store.log.append(room, leaving(ana, otto));
      const read = (await readAll(store, room)).slice(5);
      // The first was heard before it was edited; everything else reads as it was heard.
      expect(heard.map(({ entry }) => entry).slice(1)).toEqual(read.slice(1));
      expect(heard[0]?.entry).toEqual({ ...read[0], text: 'one', mentions: [sam.userId] });
    });

    it('[LOG4] a resent message notifies nobody, and neither does what is refused', async () => {
      const { store, room, ana, otto } = await stage.town();
      const draft = message(ana, 'hello');
      await store.log.append(room, draft);
      const heard: Committed[] = [];
      store.log.onCommitted((batch) => heard.push(...batch));
      await store.log.append(room, draft);
      await outcome(store.log.append(room, message(otto, 'not mine to say')));
      await outcome(
        store.log.append(room, { ...change(ana, { kind: 'pin', target: 6, on: true }, draft.clientId) }),
      );
      await store.log.append(room, joining(ana, ana));
      expect(heard).toEqual([]);
    });
  });
}
