import type { Committed, Draft } from '@stackbox/core';
import type { MessageEntry } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import { turn } from '../schedule.ts';
import type { Make } from '../store.ts';
import { change, joining, leaving, makeRoom, message, outcome, post, readAll } from '../town.ts';
import { stageFor } from './stage.ts';

/** What every `MessageLog` owes. */
export function messageLogContract(name: string, make: Make): void {
  describe(`the message log, ${name}`, () => {
    const stage = stageFor(make);

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

      if (make().lasting) {
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

    describe('who may append', () => {
      it('[SEC2] only a member at the moment of the commit', async () => {
        const { store, room, ana, sam, otto } = await stage.town();
        expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
        expect(await outcome(store.log.append(room, message(otto, 'hello')))).toBe('not_found');
        const draft = message(sam, 'before');
        await store.log.append(room, draft);
        // Sent together, the removal first: what follows it in the same batch is refused.
        const [, during] = await Promise.all([
          store.log.append(room, leaving(ana, sam)),
          outcome(store.log.append(room, message(sam, 'during'))),
        ]);
        expect(during).toBe('not_found');
        expect(await outcome(store.log.append(room, message(sam, 'after')))).toBe('not_found');
        expect(await outcome(store.log.append(room, draft))).toBe('not_found');
        const texts = (await readAll(store, room)).flatMap((entry) =>
          entry.kind === 'message' ? [entry.text] : [],
        );
        expect(texts).toEqual(['before']);
      });

      it('[SEC3] a room of others and one that is not there are refused in the same words', async () => {
        const { store, room, otto, ana, elsewhere, workspaceId } = await stage.town();
        const refusal = (ref: typeof room, by: typeof ana) =>
          store.log.append(ref, message(by, 'hello')).then(
            () => 'answered',
            ({ code, message: words }) => `${code}: ${words}`,
          );
        const nowhere = await refusal({ workspaceId, roomId: 'room_nowhere' }, ana);
        expect(nowhere).toMatch(/^not_found/);
        expect(await refusal(room, otto)).toBe(nowhere);
        expect(await refusal({ workspaceId, roomId: elsewhere.room.roomId }, ana)).toBe(nowhere);
        expect(await refusal({ ...room, workspaceId: elsewhere.workspaceId }, ana)).toBe(nowhere);
        expect(await refusal(room, { ...ana, userId: 'usr_nobody' })).toBe(nowhere);
      });

      it('[SEC1] nothing crosses workspaces, not even for who is in both', async () => {
        const { store, room, ana, elsewhere } = await stage.town();
        await post(store, room, ana, 'ours');
        await store.log.append(room, change(ana, { kind: 'edit', target: 6, text: 'still ours' }));
        const askew = { ...room, workspaceId: elsewhere.workspaceId };
        expect(await store.log.read(room, { after: 0, limit: 1 })).toBeDefined();
        expect(await store.log.read(askew, { after: 0, limit: 9 })).toBeUndefined();
        expect(await store.log.read(askew, { before: 9, limit: 9 })).toBeUndefined();
        expect(await store.log.entry(askew, 6)).toBeUndefined();
        expect(await store.log.revisions(askew, 6)).toEqual([]);
        expect(await outcome(store.log.append(askew, message(ana, 'hello')))).toBe('not_found');
        const max = { ...elsewhere.max, workspaceId: room.workspaceId };
        expect(await store.members.member(max.workspaceId, max.userId)).toBeDefined();
        const across = { ...elsewhere.room, workspaceId: room.workspaceId };
        expect(await store.log.append(elsewhere.room, message(elsewhere.max, 'theirs'))).toMatchObject({
          seq: 4,
        });
        expect(await outcome(store.log.append(across, message(max, 'hello')))).toBe('not_found');
      });
    });

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
          expect(entries.filter((entry) => entry.kind === 'reaction' && entry.emoji === '👍')).toHaveLength(
            1,
          );
        };
        await look();
        if (!make().lasting) return;
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

    describe('members and the room', () => {
      it('[LOG7] a joining and a leaving are entries, and change the membership in the same step', async () => {
        const { store, room, ana, otto } = await stage.town();
        expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
        const joined = await store.log.append(room, joining(ana, otto));
        expect((await store.rooms.standing(room, otto.userId))?.role).toBe('staff');
        expect(await store.log.entry(room, joined.seq)).toMatchObject({
          kind: 'member',
          userId: otto.userId,
          joined: true,
        });
        const left = await store.log.append(room, leaving(otto, otto));
        expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
        expect(await store.log.entry(room, left.seq)).toMatchObject({
          kind: 'member',
          userId: otto.userId,
          joined: false,
        });
      });

      it('[LOG4] who is in already joins as a duplicate of their joining', async () => {
        const { store, room, ana, sam, otto } = await stage.town();
        const founding = await store.log.append(room, joining(ana, sam));
        expect(founding).toMatchObject({ seq: 4, duplicate: true });
        const first = await store.log.append(room, joining(ana, otto));
        expect(await store.log.append(room, joining(sam, otto))).toEqual({ ...first, duplicate: true });
        await store.log.append(room, leaving(ana, otto));
        const second = await store.log.append(room, joining(ana, otto));
        expect(second).toMatchObject({ seq: 8, duplicate: false });
        expect(await store.log.append(room, joining(ana, otto))).toEqual({ ...second, duplicate: true });
      });

      it('who is not in cannot leave, and who is not of the workspace cannot join', async () => {
        const { store, room, ana, otto, elsewhere } = await stage.town();
        const stranger = { ...elsewhere.mallory, workspaceId: room.workspaceId };
        expect(await store.members.member(room.workspaceId, stranger.userId)).toBeUndefined();
        expect(await outcome(store.log.append(room, leaving(ana, otto)))).toBe('not_found');
        expect(await outcome(store.log.append(room, joining(ana, stranger)))).toBe('not_found');
        expect(await outcome(store.log.append(room, joining(ana, { ...otto, userId: 'usr_nobody' })))).toBe(
          'not_found',
        );
        expect(await outcome(store.log.append(room, joining(otto, otto)))).toBe('not_found');
        expect(await readAll(store, room)).toHaveLength(5);
      });

      it('[LOG7] a new name is an entry, and the name of the room', async () => {
        const { store, room, ana } = await stage.town();
        const { seq } = await store.log.append(room, {
          kind: 'room',
          by: ana.userId,
          name: 'New',
          topic: 'Of old',
        });
        expect(await store.log.entry(room, seq)).toMatchObject({
          kind: 'room',
          name: 'New',
          topic: 'Of old',
        });
        expect((await store.rooms.standing(room, ana.userId))?.room).toMatchObject({
          name: 'New',
          topic: 'Of old',
        });
      });

      it('[LOG7] the end of a room is its last entry; then it and its log are gone', async () => {
        const { store, room, ana, sam } = await stage.town();
        const heard: Committed[] = [];
        await post(store, room, ana, 'hello');
        await store.cursors.advance(room, sam.userId, { read: 6 });
        store.log.onCommitted((batch) => heard.push(...batch));
        const [ended, late] = await Promise.all([
          store.rooms.end(room, ana.userId),
          outcome(store.log.append(room, message(sam, 'too late'))),
        ]);
        expect(ended).toMatchObject({ seq: 7, duplicate: false });
        expect(late).toBe('not_found');
        expect(heard.map(({ entry }) => entry)).toMatchObject([
          { seq: 7, kind: 'room', name: 'Cleo', deleted: true },
        ]);
        expect(await store.log.read(room, { after: 0, limit: 9 })).toBeUndefined();
        expect(await store.log.entry(room, 1)).toBeUndefined();
        expect(await store.cursors.of(room)).toEqual([]);
        expect(await outcome(store.log.append(room, message(ana, 'later')))).toBe('not_found');
        expect(await outcome(store.rooms.end(room, ana.userId))).toBe('not_found');
      });

      it('[LOG6] a room made after another ended is another history', async () => {
        const town = await stage.town();
        const { store, ana } = town;
        const asked = { kind: 'direct', name: 'Again', people: [ana], clientId: 'same' } as const;
        const first = await makeRoom(town, asked);
        const draft = message(ana, 'hello');
        const before = await store.log.append(first, draft);
        await store.rooms.end(first, ana.userId);
        const second = await makeRoom(town, asked);
        expect(second.roomId).not.toBe(first.roomId);
        const after = await store.log.append(second, draft);
        expect(after.duplicate).toBe(false);
        expect(after.epoch).not.toBe(before.epoch);
        expect(await readAll(store, second)).toHaveLength(3);
      });

      if (make().lasting) {
        it('[LOG7] an ended room stays ended, also when a restart comes before all of it is cleared away', async () => {
          const before = await stage.town();
          const { room, ana } = before;
          await Promise.all(
            Array.from({ length: 5_000 }, (_, i) => before.store.log.append(room, message(ana, `text ${i}`))),
          );
          await before.store.rooms.end(room, ana.userId);
          const town = await stage.reopened(before);
          const { store } = town;
          expect(await store.log.read(room, { after: 0, limit: 9 })).toBeUndefined();
          const next = await makeRoom(town, { kind: 'direct', name: 'Next', people: [ana] });
          expect(await readAll(store, next)).toHaveLength(2);
        });
      }

      it('nobody is asked to wait for a store that is closed', async () => {
        const { store, room, ana } = await stage.town();
        await store.close();
        expect(await outcome(store.log.append(room, message(ana, 'hello')))).toBe('unavailable');
      });
    });
  });
}
