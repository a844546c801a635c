import { type Actor, type RoomRef, type SearchHit, type SearchIndex, searchMessages } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Make, TestStore } from '../store.ts';
import { addPerson, change, joining, leaving, makeRoom, message, outcome, post, type Town } from '../town.ts';
import { stageFor } from './stage.ts';

type Searchable = TestStore & { readonly search: SearchIndex };

const dayMs = 24 * 60 * 60_000;
const opening = '\uE000';
const closing = '\uE001';

/** What every `SearchIndex` owes, through the action that asks it. `make` opens stores that have one. */
export function searchIndexContract(name: string, make: Make): void {
  describe(`search, ${name}`, () => {
    const stage = stageFor(make);
    const ask = ({ store }: Town, actor: Actor, q: string, page: { limit?: number; cursor?: string } = {}) =>
      searchMessages(store as Searchable, actor, { q, limit: 20, ...page });
    const find = async (town: Town, actor: Actor, q: string): Promise<SearchHit[]> =>
      (await ask(town, actor, q)).hits;
    const seqs = async (town: Town, actor: Actor, q: string): Promise<number[]> =>
      (await find(town, actor, q)).map(({ seq }) => seq);
    /** The texts found, without marks, newest first. */
    const texts = async (town: Town, actor: Actor, q: string): Promise<string[]> =>
      (await find(town, actor, q)).map(({ snippet }) => snippet.replaceAll(/[\uE000\uE001]/g, ''));

    it('[SEC2] finds what stands in one’s rooms, and an outsider finds nothing', async () => {
      const town = await stage.town();
      const { store, room, ana, cleo, otto, dora } = town;
      const [sent] = await post(store, room, cleo, 'The invoice is missing.');
      const { workspaceId, roomId } = room;
      const by = cleo.userId;
      expect(await find(town, ana, 'invoice')).toEqual([
        {
          workspaceId,
          roomId,
          seq: sent?.seq,
          at: sent?.at,
          by,
          snippet: 'The \uE000invoice\uE001 is missing.',
        },
      ]);
      for (const outsider of [otto, dora]) {
        expect(await store.rooms.standing(room, outsider.userId)).toBeUndefined();
        expect(await ask(town, outsider, 'invoice')).toEqual({ hits: [] });
        expect(await ask(town, outsider, `in:${roomId}`)).toEqual({ hits: [] });
        expect(await ask(town, outsider, `from:${by}`)).toEqual({ hits: [] });
      }
    });

    it('[SEC2] who is removed finds nothing from then on, who joins finds what was said before', async () => {
      const town = await stage.town();
      const { store, room, ana, cleo, otto } = town;
      await post(store, room, ana, 'Opening hours');
      expect(await find(town, cleo, 'hours')).toHaveLength(1);
      expect(await find(town, otto, 'hours')).toHaveLength(0);
      await store.log.append(room, leaving(ana, cleo));
      await store.log.append(room, joining(ana, otto));
      expect(await find(town, cleo, 'hours')).toHaveLength(0);
      expect(await find(town, otto, 'hours')).toHaveLength(1);
      await store.members.remove(town.workspaceId, otto.userId, ana.userId);
      expect(await find(town, otto, 'hours')).toHaveLength(0);
    });

    it('[SEC1] of two workspaces that share a user each finds its own', async () => {
      const town = await stage.town();
      const { store, ana, elsewhere } = town;
      const maxHere = await addPerson(town, 'Max', 'client');
      const here = await makeRoom(town, { kind: 'client', name: 'Max', people: [ana, maxHere] });
      await post(store, here, ana, 'Haircut at nine');
      await post(store, elsewhere.room, elsewhere.mallory, 'Brakes at nine');
      expect(maxHere.userId).toBe(elsewhere.max.userId);
      expect(await texts(town, maxHere, 'nine')).toEqual(['Haircut at nine']);
      expect(await texts(town, elsewhere.max, 'nine')).toEqual(['Brakes at nine']);
      expect(await texts(town, { ...elsewhere.mallory, workspaceId: town.workspaceId }, 'nine')).toEqual([]);
      expect(await texts(town, { ...ana, workspaceId: elsewhere.workspaceId }, 'nine')).toEqual([]);
    });

    it('[SEC4] a client never finds what is said among staff, not even with a row that makes it a member', async () => {
      const town = await stage.town();
      const { store, room, team, ana, sam, cleo, workspaceId } = town;
      await post(store, team, ana, 'Cleo pays late, the canary sings');
      await post(store, room, ana, 'Hello Cleo, the canary is fine');
      expect(await texts(town, sam, 'canary')).toHaveLength(2);
      expect(await texts(town, cleo, 'canary')).toEqual(['Hello Cleo, the canary is fine']);
      await store.members.changeRole(workspaceId, sam.userId, 'client');
      expect(await store.rooms.standing(team, sam.userId)).toBeDefined();
      const asClient = { ...sam, role: 'client' } as const;
      // The role that an open connection knows may be older than the change.
      for (const actor of [sam, asClient]) {
        expect(await texts(town, actor, 'canary')).toEqual(['Hello Cleo, the canary is fine']);
        expect(await texts(town, actor, 'in:Team canary')).toEqual([]);
        expect(await texts(town, actor, `in:${team.roomId} canary`)).toEqual([]);
      }
    });

    it('[SEC3] [SEC4] people and rooms one may not know of are as if they were not there', async () => {
      const town = await stage.town();
      const { store, room, team, ana, sam, cleo, otto, emailDomain } = town;
      await store.log.append(room, joining(ana, otto));
      await post(store, room, otto, 'Otto was here');
      await post(store, room, sam, 'Sam was here');
      expect(await texts(town, cleo, 'from:otto')).toEqual(['Otto was here']);
      await store.log.append(room, leaving(ana, otto));
      // Cleo shares no room with Otto now: neither his name nor his address may be tried out. His id stands in the log.
      for (const name of ['otto', `otto@${emailDomain}`, 'nobody', `nobody@${emailDomain}`]) {
        expect(await ask(town, cleo, `from:${name}`)).toEqual({ hits: [] });
      }
      expect(await texts(town, ana, `from:otto@${emailDomain}`)).toEqual(['Otto was here']);
      expect(await texts(town, cleo, `from:sam@${emailDomain}`)).toEqual(['Sam was here']);
      for (const where of [team.roomId, 'Team', 'room_nowhere', 'Foreign', town.elsewhere.room.roomId]) {
        expect(await ask(town, cleo, `in:"${where}" was`)).toEqual({ hits: [] });
      }
    });

    it('[LOG9] a withdrawn message is not found from the moment that is acknowledged', async () => {
      const town = await stage.town();
      const { store, room, ana, cleo } = town;
      const [kept, gone] = await post(store, room, cleo, 'A secret kept', 'A secret told 合同');
      expect(await seqs(town, ana, 'secret')).toEqual([gone?.seq, kept?.seq]);
      await store.log.append(room, change(cleo, { kind: 'delete', target: gone?.seq as number }));
      expect(await seqs(town, ana, 'secret')).toEqual([kept?.seq]);
      expect(await seqs(town, ana, 'told')).toEqual([]);
      expect(await seqs(town, ana, '合同')).toEqual([]);
      expect(await seqs(town, ana, 'from:cleo')).toEqual([kept?.seq]);
    });

    it('[LOG9] an edited message is found by its newest text only', async () => {
      const town = await stage.town();
      const { store, room, ana, cleo } = town;
      const [first, second] = await post(store, room, cleo, 'We meet on Monday', 'See you on Monday');
      const target = first?.seq as number;
      expect(await seqs(town, ana, 'monday')).toEqual([second?.seq, target]);
      await store.log.append(room, change(cleo, { kind: 'edit', target, text: 'We meet on Friday 我们' }));
      expect(await seqs(town, ana, 'monday')).toEqual([second?.seq]);
      expect(await seqs(town, ana, 'friday')).toEqual([target]);
      await store.log.append(room, change(cleo, { kind: 'edit', target, text: 'We meet on Tuesday 他们' }));
      expect(await seqs(town, ana, 'friday')).toEqual([]);
      expect(await seqs(town, ana, '我们')).toEqual([]);
      expect(await seqs(town, ana, '他们')).toEqual([target]);
      expect(await seqs(town, ana, 'meet')).toEqual([target]);
    });

    it('a room that has ended is searched by nobody, its neighbour still is', async () => {
      const town = await stage.town();
      const { store, room, team, ana } = town;
      await post(store, room, ana, 'Forget this');
      await post(store, team, ana, 'Keep this');
      expect(await texts(town, ana, 'this')).toEqual(['Keep this', 'Forget this']);
      await store.rooms.end(room, ana.userId);
      expect(await texts(town, ana, 'this')).toEqual(['Keep this']);
      expect(await texts(town, ana, `in:${room.roomId}`)).toEqual([]);
    });

    it('finds words in their other forms, without regard to case and accents', async () => {
      const town = await stage.town();
      const { store, room, ana } = town;
      const said = ['The CONTRACTS were signed', 'Crème brûlée at the café', 'Straße nach Čáslav'];
      await post(store, room, ana, ...said);
      const expected: [string, number][] = [
        ['contract', 0],
        ['signing', 0],
        ['creme', 1],
        ['CAFÉ', 1],
        ['cafe\u0301', 1],
        ['caslav', 2],
        ['straße', 2],
      ];
      for (const [q, at] of expected) expect([q, await texts(town, ana, q)]).toEqual([q, [said[at]]]);
    });

    it('finds words of every script: Chinese, Japanese, Korean, Thai, Hindi, Arabic, Cyrillic', async () => {
      const town = await stage.town();
      const { store, room, ana } = town;
      const said = [
        '我们的合同，已经签了',
        '請確認契約書をお願いします。ネコも',
        '견적서를 보내 주세요',
        'สวัสดีครับ ไปไหนมา',
        'हिन्दी में बात करें',
        'وصلت الفاتورة اليوم',
        'Договор подписан вчера',
      ];
      await post(store, room, ana, ...said);
      const expected: [string, number][] = [
        ['合', 0],
        ['合同', 0],
        ['签了', 0],
        ['已经签了', 0],
        ['"已经签了"', 0],
        ['契約', 1],
        ['お願い', 1],
        ['ネコ', 1],
        ['ﾈｺ', 1],
        ['견적', 2],
        ['견적서를', 2],
        ['สวัสดี', 3],
        ['ไป', 3],
        ['ไปไหน', 3],
        ['हिन्दी', 4],
        ['الفاتورة', 5],
        ['договор', 6],
      ];
      for (const [q, at] of expected) expect([q, await texts(town, ana, q)]).toEqual([q, [said[at]]]);
      // Neighbours on both sides of a comma are not a word.
      for (const q of ['同已', '合约', 'ネ猫', 'ดีไป'])
        expect([q, await texts(town, ana, q)]).toEqual([q, []]);
    });

    it('finds mixed scripts together', async () => {
      const town = await stage.town();
      const { store, room, ana } = town;
      await post(
        store,
        room,
        ana,
        '新的iPhone15合同到了',
        'iPhone without a contract',
        '合同 without a phone',
      );
      expect(await texts(town, ana, 'iphone 合同')).toEqual(['新的iPhone15合同到了']);
      expect(await texts(town, ana, 'iphone15合同')).toEqual(['新的iPhone15合同到了']);
      expect(await texts(town, ana, 'iphone')).toEqual(['iPhone without a contract', '新的iPhone15合同到了']);
      expect(await texts(town, ana, '合同 -iphone15')).toEqual(['合同 without a phone']);
      expect(await texts(town, ana, 'without -合同')).toEqual(['iPhone without a contract']);
      // Inside a word is not its beginning.
      expect(await texts(town, ana, 'phone 合同')).toEqual(['合同 without a phone']);
    });

    it('all words must occur, phrases as they stand, and what is left out not at all', async () => {
      const town = await stage.town();
      const { store, room, ana } = town;
      const said = ['green tea with milk', 'milk for the green room, and tea', 'black tea'];
      const [first, second, third] = said;
      await post(store, room, ana, ...said);
      expect(await texts(town, ana, 'tea green')).toEqual([second, first]);
      expect(await texts(town, ana, '"green tea"')).toEqual([first]);
      expect(await texts(town, ana, '"tea green"')).toEqual([]);
      expect(await texts(town, ana, 'tea -milk')).toEqual([third]);
      expect(await texts(town, ana, 'tea -"green tea"')).toEqual([third, second]);
      expect(await texts(town, ana, '-green')).toEqual([third]);
      expect(await texts(town, ana, 'tea coffee')).toEqual([]);
    });

    it('the last word may be a beginning, and so may one with a star', async () => {
      const town = await stage.town();
      const { store, room, ana } = town;
      await post(store, room, ana, 'quarterly figures', 'a quart of milk', 'figures of milk');
      expect(await texts(town, ana, 'quar')).toEqual(['a quart of milk', 'quarterly figures']);
      expect(await texts(town, ana, 'figures quar')).toEqual(['quarterly figures']);
      expect(await texts(town, ana, 'quar figures')).toEqual([]);
      expect(await texts(town, ana, 'quar* figures')).toEqual(['quarterly figures']);
      expect(await texts(town, ana, '"quar"')).toEqual([]);
    });

    it('narrows down by author, room, file, link and day', async () => {
      const town = await stage.town();
      const { store, room, team, ana, sam, cleo, clock } = town;
      const start = clock.now();
      const day = (offset: number) => new Date(start + offset * dayMs).toISOString().slice(0, 10);
      await post(store, room, ana, 'plan one');
      const file = { name: 'Price-List 合同.pdf' };
      await store.log.append(room, message(cleo, 'plan two', { files: [file] }));
      (clock as typeof clock & { advance(ms: number): void }).advance(dayMs);
      await post(store, team, sam, 'plan three https://plan.example/3');
      const dayOld = { sentAt: start - 400 * dayMs };
      await store.log.append(team, message(ana, 'plan four, of old', dayOld));
      const expected: [string, string[]][] = [
        ['plan from:ana', ['plan four, of old', 'plan one']],
        ['plan from:me', ['plan four, of old', 'plan one']],
        [`plan from:${cleo.userId}`, ['plan two Price-List 合同.pdf']],
        ['from:cleo from:sam plan', ['plan three https://plan.example/3', 'plan two Price-List 合同.pdf']],
        ['plan in:team', ['plan four, of old', 'plan three https://plan.example/3']],
        [`plan in:${room.roomId} from:ana`, ['plan one']],
        ['has:file', ['plan two Price-List 合同.pdf']],
        ['price', ['plan two Price-List 合同.pdf']],
        ['合同', ['plan two Price-List 合同.pdf']],
        ['has:link plan', ['plan three https://plan.example/3']],
        ['has:file has:link', []],
        [`plan on:${day(1)}`, ['plan three https://plan.example/3']],
        [`plan after:${day(0)}`, ['plan three https://plan.example/3']],
        [`plan before:${day(1)}`, ['plan four, of old', 'plan two Price-List 合同.pdf', 'plan one']],
        [`plan before:${day(0)}`, ['plan four, of old']],
        [`on:${day(-400)}`, ['plan four, of old']],
        [`plan on:${day(300)}`, []],
      ];
      for (const [q, found] of expected) expect([q, await texts(town, ana, q)]).toEqual([q, found]);
      expect((await find(town, ana, 'old'))[0]?.sentAt).toBe(dayOld.sentAt);
    });

    it('a snippet is one line around the match, with the matches marked and nothing else', async () => {
      const town = await stage.town();
      const { store, room, ana } = town;
      const many = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');
      await post(store, room, ana, `${many} the needle\nlies here ${many}`);
      const [hit] = await find(town, ana, 'needle lies');
      expect(hit?.snippet).toContain(`the ${opening}needle${closing} ${opening}lies${closing} here`);
      expect(hit?.snippet.startsWith('…word')).toBe(true);
      expect(hit?.snippet.endsWith('…')).toBe(true);
      expect(hit?.snippet.length).toBeLessThan(200);
      await post(store, room, ana, `no \uE000marks\uE001 of mine 🙂`);
      expect((await find(town, ana, 'mine'))[0]?.snippet).toBe(`no marks of ${opening}mine${closing} 🙂`);
      const long = '天地玄黄宇宙洪荒'.repeat(40);
      await post(store, room, ana, `${long}合同${long}`);
      expect((await find(town, ana, '合同'))[0]?.snippet).toContain(`${opening}合同${closing}天地`);
    });

    it('pages give every hit once, newest first, whatever is sent and withdrawn meanwhile', async () => {
      const town = await stage.town();
      const { store, room, team, ana, cleo } = town;
      const sent: { room: RoomRef; seq: number }[] = [];
      for (let i = 0; i < 45; i++) {
        const at = i % 3 === 0 ? team : room;
        const { seq } = await store.log.append(at, message(ana, `lighthouse ${i} 灯台`));
        sent.push({ room: at, seq });
      }
      for (const q of ['lighthouse', 'light', '灯台', 'from:ana', '"lighthouse"']) {
        for (const limit of [1, 7, 45]) {
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await ask(town, ana, q, { limit, ...(cursor === undefined ? {} : { cursor }) });
            expect(page.hits.length).toBeLessThanOrEqual(limit);
            found.push(...page.hits.map(({ roomId, seq }) => `${roomId} ${seq}`));
            cursor = page.next;
            if (limit > 1) await post(store, room, cleo, `lighthouse again 灯台 ${found.length}`);
          } while (cursor !== undefined);
          const ours = new Set(sent.map(({ room: { roomId }, seq }) => `${roomId} ${seq}`));
          expect(new Set(found).size).toBe(found.length);
          expect(found.filter((place) => ours.has(place))).toEqual([...ours].reverse());
        }
      }
      const first = await ask(town, ana, 'lighthouse from:ana', { limit: 10 });
      const next = sent.at(-15) as (typeof sent)[0];
      await store.log.append(next.room, change(ana, { kind: 'delete', target: next.seq }));
      const rest = await ask(town, ana, 'lighthouse from:ana', { limit: 45, cursor: first.next as string });
      expect(rest.hits).toHaveLength(34);
      expect(rest.next).toBeUndefined();
    });

    it('a cursor that was never given is refused, and an altered one shows nothing of others', async () => {
      const town = await stage.town();
      const { store, room, ana, otto } = town;
      await post(store, room, ana, 'lantern');
      for (const cursor of [
        '',
        'x',
        'w',
        '12',
        'w-1',
        'w1.5',
        'wZZZ',
        `w${'z'.repeat(30)}`,
        'w1 OR 1',
        '{"id":1}',
      ]) {
        expect([cursor, await outcome(ask(town, ana, 'lantern', { cursor }))]).toEqual([
          cursor,
          'bad_request',
        ]);
      }
      for (const cursor of ['w0', 'b0', 'wzzzzzzzz', 'bzzzzzzzz']) {
        expect(await outcome(ask(town, ana, 'lantern', { cursor }))).toBe('answered');
        expect((await ask(town, otto, 'lantern', { cursor })).hits).toEqual([]);
      }
    });

    it('nothing that can be typed is syntax to the index, or shows it to an outsider', async () => {
      const town = await stage.town();
      const { store, room, ana, otto } = town;
      await post(store, room, ana, 'plain text', 'w1 r1 u1 普通 text OR NOT AND');
      const hostile = fc.oneof(
        fc.constantFrom(
          '"',
          '""',
          "'",
          '*',
          '^',
          '+',
          '-',
          ':',
          '(',
          ')',
          '{',
          '}',
          'NEAR(a b, 2)',
          'AND',
          'OR',
          'NOT',
        ),
        fc.constantFrom(
          '\0',
          '\uE010',
          '\uE011一丁',
          '\ud800',
          '\u200d',
          '合',
          '\u0e48',
          '🙂',
          'body:',
          'room : 1',
          ';--',
        ),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('text', ' ', 'plain'),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 8 }), async (parts) => {
          const q = parts.join('');
          for (const actor of [ana, otto]) {
            const answer = await ask(town, actor, q).catch((error: unknown) => error);
            if (answer instanceof Refusal) expect(answer.code).toBe('bad_request');
            else if (actor === otto) expect(answer).toEqual({ hits: [] });
            else expect(answer).toMatchObject({ hits: expect.any(Array) });
            // And past the parser, which takes some of it away.
            const query = {
              terms: [{ text: q, as: 'beginning' as const }],
              without: [{ text: q, as: 'phrase' as const }],
            };
            const { search } = store as Searchable;
            const found = await search.search(actor.workspaceId, actor.userId, query, { limit: 5 });
            if (actor === otto) expect(found.hits).toEqual([]);
          }
        }),
        { numRuns: 150 },
      );
    });

    it('finds exactly what reading everything finds', async () => {
      const town = await stage.town();
      const { store, ana, otto } = town;
      // None is a form or the beginning of another.
      const words = ['alpha', 'bravo', 'china', 'delta', '合', '同', '书', '合同'];
      const anyText = fc
        .array(fc.constantFrom(...words, ', '), { minLength: 1, maxLength: 7 })
        .map((parts) => {
          const spaced = parts.map((part) => (/[a-z]/.test(part) ? ` ${part} ` : part));
          return spaced.join('').replaceAll(/ +/g, ' ').trim() || 'alpha';
        });
      const anyQuery = fc.array(fc.record({ word: fc.constantFrom(...words), not: fc.boolean() }), {
        minLength: 1,
        maxLength: 3,
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyText, { maxLength: 8 }),
          fc.array(anyQuery, { maxLength: 6 }),
          async (said, asked) => {
            const people = [ana, otto];
            const room = await makeRoom(town, { kind: 'direct', name: 'Model', people });
            await Promise.all(
              said.map((text, i) => store.log.append(room, message(people[i % 2] as Actor, text))),
            );
            const { entries } = (await store.log.read(room, { after: 0, limit: 500 })) ?? { entries: [] };
            const messages = entries.flatMap((entry) => (entry.kind === 'message' ? [entry] : [])).reverse();
            for (const parts of asked) {
              const q = parts.map(({ word, not }) => (not ? `-${word}` : word)).join(' ');
              const holds = (text: string) =>
                parts.every(({ word, not }) => {
                  const occurs = /[a-z]/.test(word)
                    ? text.split(/[^a-z]+/).includes(word)
                    : text.includes(word);
                  return occurs !== not;
                });
              const expected = messages.filter(({ text }) => holds(text)).map(({ seq }) => seq);
              expect([q, await seqs(town, ana, `${q} in:${room.roomId}`)]).toEqual([q, expected]);
            }
          },
        ),
        { numRuns: 40 },
      );
    });

    if (make().lasting) {
      it('a restart finds what was said before it', async () => {
        const before = await stage.town();
        await post(before.store, before.room, before.ana, 'Said before the restart', '重新启动之前');
        expect(await texts(before, before.cleo, 'restart')).toHaveLength(1);
        const after = await stage.reopened(before);
        expect(await texts(after, after.cleo, 'restart')).toEqual(['Said before the restart']);
        expect(await texts(after, after.cleo, '启动')).toEqual(['重新启动之前']);
        expect(await texts(after, after.otto, 'restart')).toEqual([]);
      });
    }
  });
}
