import type { Draft } from '@stackbox/core';
import type { MessageEntry } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import { change, message, outcome, post, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function resending(stage: Stage, lasting: boolean): void {
  describe('resending', () => {
    it('[LOG4] a resent message keeps its place, whatever it says now', async () => {
      const { store, room, ana, clock } = await stage.town();
      const draft = message(ana, 'hello');
      const first = await store.log.append(room, draft);
      await post(store, room, ana, 'another');
      clock.advance(60_000);
      const again = await store.log.append(room, { ...draft, text: 'changed' });
      expect(again).toEqual({ ...first, duplicate: true });
      const entries = await readAll(store, room);
      expect(entries).toHaveLength(7);
      expect((entries[5] as MessageEntry).text).toBe('hello');
    });

    it('[LOG4] of many sends at once with one clientId a single one is appended', async () => {
      const { store, room, ana } = await stage.town();
      const draft = message(ana, 'hello');
      const places = await Promise.all(Array.from({ length: 50 }, () => store.log.append(room, draft)));
      expect(places.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(new Set(places.map(({ seq }) => seq))).toEqual(new Set([6]));
      expect(await readAll(store, room)).toHaveLength(6);
    });

    it('[LOG4] a clientId is taken for its author in its room alone, and exactly as it is written', async () => {
      const { store, room, team, ana, adam } = await stage.town();
      const draft = message(ana, 'hello', { clientId: 'caf\u00e9' });
      const places = [
        await store.log.append(room, draft),
        await store.log.append(room, { ...draft, by: adam.userId }),
        await store.log.append(team, draft),
        await store.log.append(room, { ...draft, clientId: 'CAF\u00c9' }),
        await store.log.append(room, { ...draft, clientId: 'cafe\u0301' }),
      ];
      expect(places.map(({ duplicate }) => duplicate)).toEqual([false, false, false, false, false]);
    });

    it('[LOG4] the same clientId on another kind of entry is a conflict', async () => {
      const { store, room, ana } = await stage.town();
      const [target] = await post(store, room, ana, 'target');
      const seq = target?.seq as number;
      const drafts: Draft[] = [
        message(ana, 'hello'),
        change(ana, { kind: 'edit', target: seq, text: 'edited' }),
        change(ana, { kind: 'reaction', target: seq, emoji: '👍', on: true }),
        change(ana, { kind: 'pin', target: seq, on: true }),
      ];
      for (const draft of drafts) await store.log.append(room, draft);
      const head = (await readAll(store, room)).length;
      for (const taken of drafts) {
        for (const other of drafts) {
          if (other.kind === taken.kind || !('clientId' in taken)) continue;
          const mixed = { ...other, clientId: taken.clientId } as Draft;
          expect(await outcome(store.log.append(room, mixed)), `${other.kind} as ${taken.kind}`).toBe(
            'conflict',
          );
        }
      }
      expect(await readAll(store, room)).toHaveLength(head);
    });

    it('[LOG4] edits, deletes, reactions and pins are resent like messages, also once their message is withdrawn', async () => {
      const { store, room, ana } = await stage.town();
      const [target] = await post(store, room, ana, 'target');
      const seq = target?.seq as number;
      const drafts = [
        change(ana, { kind: 'edit', target: seq, text: 'edited' }),
        change(ana, { kind: 'reaction', target: seq, emoji: '👍', on: true }),
        change(ana, { kind: 'pin', target: seq, on: true }),
        change(ana, { kind: 'delete', target: seq }),
      ];
      const places = [];
      for (const draft of drafts) places.push(await store.log.append(room, draft));
      const head = (await readAll(store, room)).length;
      for (const [i, draft] of drafts.entries()) {
        expect(await store.log.append(room, draft)).toEqual({ ...places[i], duplicate: true });
      }
      expect(await readAll(store, room)).toHaveLength(head);
    });

    if (lasting) {
      it('[LOG4] a clientId stays taken after a restart, for the life of the room', async () => {
        const before = await stage.town();
        const { room, ana } = before;
        const drafts = Array.from({ length: 600 }, (_, i) => message(ana, `text ${i}`));
        const places = await Promise.all(drafts.map((draft) => before.store.log.append(room, draft)));
        const { store } = await stage.reopened(before);
        for (const i of [0, 1, 299, 599]) {
          const again = await store.log.append(room, drafts[i] as Draft);
          expect(again).toEqual({ ...places[i], duplicate: true });
        }
        expect(await readAll(store, room)).toHaveLength(605);
      });

      it('[LOG5] a restart finds every acknowledged entry, in its place, and goes on behind the last', async () => {
        const before = await stage.town();
        const { room, team, ana, sam } = before;
        const [target] = await post(before.store, room, ana, 'target', 'two');
        const seq = target?.seq as number;
        await before.store.log.append(room, change(ana, { kind: 'edit', target: seq, text: 'edited' }));
        await before.store.log.append(
          room,
          change(sam, { kind: 'reaction', target: seq, emoji: '👍', on: true }),
        );
        await before.store.log.append(room, {
          kind: 'room',
          by: ana.userId,
          name: 'Renamed',
          topic: 'New',
        });
        const kept = {
          room: await readAll(before.store, room),
          team: await readAll(before.store, team),
          epoch: (await before.store.log.read(room, { after: 0, limit: 1 }))?.epoch,
          revisions: await before.store.log.revisions(room, seq),
        };
        const { store } = await stage.reopened(before);
        expect(await readAll(store, room)).toEqual(kept.room);
        expect(await readAll(store, team)).toEqual(kept.team);
        expect(await store.log.revisions(room, seq)).toEqual(kept.revisions);
        const next = await store.log.append(room, message(ana, 'next'));
        expect(next).toMatchObject({ epoch: kept.epoch, seq: kept.room.length + 1, duplicate: false });
      });
    }
  });
}
