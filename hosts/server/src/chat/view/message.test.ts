import type { MessageState } from '@stackbox/client';
import { expect, test } from 'vitest';
import { ana, ben, noon } from '../../../test/shown-room.ts';
import { Names } from '../names.ts';
import { painter } from '../text/paint.ts';
import { type Line, plainText } from '../text/span.ts';
import { widthOf } from '../text/width.ts';
import type { Look } from './look.ts';
import { messageRows } from './message.ts';

const cleo = { ...ben, userId: 'usr_cleo', name: '\x1b[31mCleo\u202e\n12:00 Ana' };

function look(over: Partial<Look> = {}): Look {
  const names = new Names();
  names.isMe('usr_ana');
  names.learn([ana, ben, cleo]);
  return { width: 40, names, column: 4, coloured: true, now: noon, ...over };
}

const said = (text: string, over: Partial<MessageState> = {}): MessageState => ({
  seq: 12,
  at: noon,
  by: 'usr_ben',
  clientId: 'c',
  text,
  files: [],
  mentions: [],
  reactions: {},
  ...over,
});

const texts = (rows: readonly Line[]) => rows.map((row) => plainText(row).replaceAll('\u00a0', ' '));

test('time, name, text, number; further rows stand below the text', () => {
  expect(texts(messageRows(said('The quick brown fox jumps over the lazy dog'), look()))).toEqual([
    '12:00 Ben   The quick brown fox jumps',
    '            over the lazy dog #12',
  ]);
});

test('a message in many lines can not pass for those of others', () => {
  expect(texts(messageRows(said('hm\n12:01 Ana  I agree'), look()))).toEqual([
    '12:00 Ben   hm',
    '            12:01 Ana  I agree #12',
  ]);
});

test('a name that would steer the terminal is shown as what it is', () => {
  const [row = ''] = texts(messageRows(said('hi', { by: 'usr_cleo' }), look({ width: 79, column: 12 })));
  expect(row).toBe('12:00 ␛[31mCleo<U…  hi #12');
});

test('on a terminal too narrow for columns the text stands below the name', () => {
  expect(texts(messageRows(said('The quick brown fox'), look({ width: 24 })))).toEqual([
    '12:00 Ben ',
    '  The quick brown fox',
    '  #12',
  ]);
});

test('a reply quotes what it replies to, on one row', () => {
  const root = said('Shall we\nmeet at noon, or is that too early for you?', { seq: 3, by: 'usr_ana' });
  const [quote = '', text] = texts(messageRows(said('Noon', { replyTo: 3 }), look({ width: 60 }), { root }));
  expect(quote).toBe('12:00 Ben   ╭ #3 you: Shall we meet at noon, or is…');
  expect(text).toBe('            Noon #12');
});

test('a reply to a message that is not held names its number', () => {
  expect(texts(messageRows(said('Noon', { replyTo: 3 }), look()))[0]).toBe('12:00 Ben   ╭ #3');
});

test('who is mentioned is named', () => {
  const rows = messageRows(said('<@usr_ben> and <@usr_ana>, see <@all> <@usr_gone>'), look({ width: 79 }));
  expect(texts(rows)).toEqual(['12:00 Ben   @Ben and @you, see @all @someone who left #12']);
});

test('edits, pins, files and reactions show', () => {
  const message = said('plan', {
    edited: { seq: 13, at: noon },
    pinned: true,
    files: [{ name: 'plan.pdf', size: 1_234_567 }],
    reactions: { '👍': ['usr_ana', 'usr_cleo', 'usr_ben', 'usr_dora'], '🎉': ['usr_ana'], '❌': [] },
  });
  expect(texts(messageRows(message, look()))).toEqual([
    '12:00 Ben   plan',
    '            📎 plan.pdf (1.2 MB)',
    '            (edited) 📌 #12',
    '            👍 4  🎉 you',
  ]);
});

test('a withdrawn message leaves its place', () => {
  expect(texts(messageRows(said('', { deleted: true }), look()))).toEqual([
    '12:00 Ben   message withdrawn #12',
  ]);
});

test('without colours read is said in words', () => {
  const mine = said('hi', { by: 'usr_ana' });
  expect(texts(messageRows(mine, look(), { reach: 'read' }))).toEqual(['12:00 you   hi #12 ✓✓']);
  expect(texts(messageRows(mine, look({ coloured: false }), { reach: 'read' }))).toEqual([
    '12:00 you   hi #12 ✓✓ read',
  ]);
  expect(texts(messageRows(mine, look(), { reach: 'stored' }))).toEqual(['12:00 you   hi #12 ✓']);
});

test('no row is wider than the terminal, whatever is in it', () => {
  for (const width of [20, 31, 60, 100]) {
    const text =
      '日本語のテキスト 👩‍👩‍👧👍🏽 https://example.com/a/very/long/path?with=query <@usr_cleo> \t x';
    const rows = messageRows(said(text, { replyTo: 1 }), look({ width, column: 12 }), { root: said(text) });
    for (const row of rows) expect(widthOf(plainText(row))).toBeLessThanOrEqual(width);
  }
});

test('what a view forgot to make safe, the painter does', () => {
  const hostile = [{ text: 'a\x1b[2Jb\u009b', style: 'dim' }] as const;
  expect(painter(1)(hostile)).toBe('a␛[2Jb<U+009B>');
  expect(painter(8)(hostile)).toBe('\x1b[2ma␛[2Jb<U+009B>\x1b[0m');
});

test('without colours nothing but the text is written', () => {
  const rows = messageRows(said('hi'), look());
  expect(rows.map(painter(1))).toEqual(rows.map(plainText));
  expect(rows.map(painter(8))[0]).toContain('\x1b[');
});
