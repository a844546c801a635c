import { describe, expect, it } from 'vitest';
import { change, message, outcome, post, readAll } from '../../town.ts';
import type { Stage } from '../stage.ts';

export function changes(stage: Stage, lasting: boolean): void {
  describe('changes of a message', () => {
    it('[LOG7] their target is a message that stands, else there is no such thing', async () => {
      const { store, room, ana } = await stage.town();
      await post(store, room, ana, 'stands', 'goes');
      await store.log.append(room, change(ana, { kind: 'delete', target: 7 }));
      const attempts = async (target: number): Promise<string[]> => [
        await outcome(store.log.append(room, change(ana, { kind: 'edit', target, text: 'x' }))),
        await outcome(
          store.log.append(room, change(ana, { kind: 'reaction', target, emoji: '👍', on: true })),
        ),
        await outcome(store.log.append(room, change(ana, { kind: 'pin', target, on: true }))),
        await outcome(store.log.append(room, change(ana, { kind: 'delete', target }))),
      ];
      const refused = Array(4).fill('not_found');
      expect(await attempts(1), 'the room entry').toEqual(refused);
      expect(await attempts(2), 'a member entry').toEqual(refused);
      expect(await attempts(7), 'a withdrawn message').toEqual(refused);
      expect(await attempts(8), 'a delete entry').toEqual(refused);
      expect(await attempts(9), 'past the head').toEqual(refused);
      expect(await attempts(2 ** 52), 'far past the head').toEqual(refused);
      expect(await readAll(store, room)).toHaveLength(8);
      expect(await attempts(6)).toEqual(Array(4).fill('answered'));
    });

    it('[LOG9] an edit hides the earlier texts from readers and keeps them as revisions', async () => {
      const { store, room, ana, sam, clock } = await stage.town();
      const files = [{ name: 'plan.pdf' }];
      const { seq } = await store.log.append(room, message(ana, 'one', { files, mentions: [sam.userId] }));
      clock.advance(1_000);
      const second = await store.log.append(
        room,
        change(ana, { kind: 'edit', target: seq, text: 'two', mentions: [ana.userId] }),
      );
      clock.advance(1_000);
      const third = await store.log.append(room, change(ana, { kind: 'edit', target: seq, text: 'three' }));
      expect(await store.log.revisions(room, seq)).toEqual([
        { text: 'one', replacedBy: second.seq, at: second.at },
        { text: 'two', replacedBy: third.seq, at: third.at },
      ]);
      expect(await store.log.entry(room, seq)).toMatchObject({ text: 'three', mentions: [], files });
      const entries = await readAll(store, room);
      expect(entries.slice(5).map((entry) => 'text' in entry && entry.text)).toEqual([
        'three',
        'three',
        'three',
      ]);
      expect(JSON.stringify(entries)).not.toMatch(/"one"|"two"/);
      expect(JSON.stringify(await store.log.entry(room, second.seq))).not.toMatch(/"one"|"two"/);
    });

    it('[LOG9] a delete withdraws text, files, mentions, revisions and reactions, and leaves a tombstone', async () => {
      const town = await stage.town();
      const { room, ana, sam } = town;
      let { store } = town;
      const [root] = await post(store, room, sam, 'root');
      const draft = message(ana, 'secret one', {
        files: [{ name: 'secret.pdf' }],
        mentions: [sam.userId],
        replyTo: root?.seq as number,
        sentAt: 7,
      });
      const { seq, at } = await store.log.append(room, draft);
      await store.log.append(
        room,
        change(ana, { kind: 'edit', target: seq, text: 'secret two', mentions: [sam.userId] }),
      );
      await store.log.append(room, change(sam, { kind: 'reaction', target: seq, emoji: '🤫', on: true }));
      await store.log.append(room, change(sam, { kind: 'pin', target: seq, on: true }));
      await store.log.append(
        room,
        change(sam, { kind: 'reaction', target: root?.seq as number, emoji: '👍', on: true }),
      );
      await store.log.append(room, change(ana, { kind: 'delete', target: seq }));
      const look = async () => {
        const { clientId } = draft;
        const tombstone = {
          seq,
          at,
          by: ana.userId,
          kind: 'message',
          clientId,
          text: '',
          files: [],
          mentions: [],
        };
        expect(await store.log.entry(room, seq)).toEqual({
          ...tombstone,
          replyTo: 6,
          sentAt: 7,
          deleted: true,
        });
        expect(await store.log.revisions(room, seq)).toEqual([]);
        const entries = await readAll(store, room);
        expect(entries[seq]).toMatchObject({ kind: 'edit', target: seq, text: '', mentions: [] });
        expect(entries[seq + 1]).toMatchObject({ kind: 'reaction', target: seq, emoji: '', on: false });
        expect(JSON.stringify(entries)).not.toMatch(/secret|🤫/);
        expect(entries.filter((entry) => entry.kind === 'reaction' && entry.emoji === '👍')).toHaveLength(1);
      };
      await look();
      if (!lasting) return;
      ({ store } = await stage.reopened(town));
      await look();
    });

    it('[LOG10] a reply names its root, and goes on naming it when either is withdrawn', async () => {
      const { store, room, ana } = await stage.town();
      const { seq: root } = await store.log.append(room, message(ana, 'root'));
      const { seq: reply } = await store.log.append(room, message(ana, 'reply', { replyTo: root }));
      await store.log.append(room, change(ana, { kind: 'delete', target: root }));
      expect(await store.log.entry(room, reply)).toMatchObject({ replyTo: root, text: 'reply' });
      await store.log.append(room, change(ana, { kind: 'delete', target: reply }));
      expect(await store.log.entry(room, reply)).toMatchObject({ replyTo: root, deleted: true });
    });

    it('gives back what it was given, character for character', async () => {
      const { store, room, ana } = await stage.town();
      const texts = [
        '"\\\n\t',
        '\u2028\u2029',
        '👩‍👩‍👧‍👦 é e\u0301',
        '<script>',
        '\ufeff\uffff',
        "'; DROP TABLE entries; --",
        '{"deleted":true}',
      ];
      for (const text of texts) {
        const { seq } = await store.log.append(room, message(ana, text, { files: [{ name: text }] }));
        expect(await store.log.entry(room, seq)).toMatchObject({ text, files: [{ name: text }] });
      }
    });
  });
}
