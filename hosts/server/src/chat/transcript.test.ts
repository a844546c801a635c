import { StackBoxError } from '@stackbox/client';
import { expect, test } from 'vitest';
import { ana, ben, noon, WrittenRoom } from '../../test/shown-room.ts';
import { Names } from './names.ts';
import { type Line, plainText } from './text/span.ts';
import { Transcript } from './transcript.ts';
import type { Look } from './view/look.ts';

const dayMs = 24 * 60 * 60_000;
const me = { by: 'usr_ana' };

function look(now = noon): Look {
  const names = new Names();
  names.isMe('usr_ana');
  names.learn([ana, ben]);
  return { width: 79, names, column: 3, coloured: true, now };
}

const texts = (rows: readonly Line[]) => rows.map((row) => plainText(row).replaceAll('\u00a0', ' '));

function opened(room: WrittenRoom) {
  const transcript = new Transcript(room);
  const printed = texts(transcript.open(look()));
  return {
    transcript,
    printed,
    update: () => texts(transcript.update(look())),
    live: () => texts(transcript.live(look())),
  };
}

test('opening prints the last twenty messages under their days', () => {
  const room = new WrittenRoom();
  for (let i = 1; i <= 30; i++) room.message(`message ${i}`, { at: noon - (i <= 15 ? dayMs : 0) });
  room.read = 30;
  const { printed } = opened(room);
  expect(printed).toHaveLength(22);
  expect(printed[0]).toBe('──── Yesterday ────');
  expect(printed[1]).toBe('12:00 Ben  message 11 #11');
  expect(printed[6]).toBe('──── Today ────');
});

test('a rule stands before the first message that is unread, all of which are printed', () => {
  const room = new WrittenRoom();
  for (let i = 1; i <= 40; i++) room.message(`message ${i}`);
  room.read = 8;
  room.unread = 32;
  const { printed } = opened(room);
  expect(printed.indexOf('──── new ────')).toBe(printed.indexOf('12:00 Ben  message 9 #9') - 1);
  expect(printed.at(-1)).toBe('12:00 Ben  message 40 #40');
});

test('[LOG2] each message is printed once, in the order of the log', () => {
  const room = new WrittenRoom();
  const { update } = opened(room);
  room.message('one', { at: noon + 5_000 });
  room.message('two', { at: noon });
  expect(update()).toEqual(['──── Today ────', '12:00 Ben  one #1', '12:00 Ben  two #2']);
  expect(update()).toEqual([]);
});

test('own messages stay live, with marks that change, until something follows them', () => {
  const room = new WrittenRoom();
  const { update, live } = opened(room);
  room.message('mine', me);
  expect(update()).toEqual(['──── Today ────']);
  expect(live()).toEqual(['12:00 you  mine #1 ✓']);
  room.reached = 'delivered';
  expect(live()).toEqual(['12:00 you  mine #1 ✓✓']);
  room.message('an answer');
  expect(update()).toEqual(['12:00 you  mine #1 ✓✓', '12:00 Ben  an answer #2']);
  expect(live()).toEqual([]);
});

test('of many own messages only the last three stay live', () => {
  const room = new WrittenRoom();
  const { update, live } = opened(room);
  for (let i = 1; i <= 5; i++) room.message(`mine ${i}`, me);
  expect(update()).toEqual(['──── Today ────', '12:00 you  mine 1 #1 ✓', '12:00 you  mine 2 #2 ✓']);
  expect(live()).toHaveLength(3);
});

test('what was read after it was printed is known', () => {
  const room = new WrittenRoom();
  const { transcript, update } = opened(room);
  room.message('mine', me);
  room.message('an answer');
  update();
  expect(transcript.readSince).toBeUndefined();
  room.reached = 'read';
  expect(transcript.readSince).toBe(1);
});

test('what befalls a printed message is printed as an event', () => {
  const room = new WrittenRoom();
  const first = room.message('first');
  const second = room.message('second');
  const { update } = opened(room);
  room.edit(first, 'the first');
  expect(update()).toEqual(['      · Ben changed #1: the first']);
  room.react(second, '👍');
  expect(update()).toEqual(['      · Ben 👍 on #2 Ben: second']);
  room.react(second, '👍', 'usr_ben', false);
  expect(update()).toEqual(['      · Ben took back 👍 on #2 Ben: second']);
  room.pin(second);
  expect(update()).toEqual(['      · 📌 pinned #2 Ben: second']);
  room.withdraw(first);
  expect(update()).toEqual(['      · #1 was withdrawn']);
});

test('who comes and goes is told', () => {
  const room = new WrittenRoom();
  const { update } = opened(room);
  const names = look().names;
  const cleo = { ...ben, userId: 'usr_cleo', name: 'Cleo' };
  names.learn([cleo]);
  room.people = [ana, ben, cleo];
  expect(update()).toHaveLength(1);
  room.people = [ana, cleo];
  expect(update()).toEqual(['      · Ben left']);
});

test('what waits to be sent is live, in order, with why it was refused', () => {
  const room = new WrittenRoom();
  const { live } = opened(room);
  const queued = { roomId: 'room_1', at: noon } as const;
  room.queued = [
    { ...queued, clientId: 'a', deed: { action: 'sendMessage', text: 'one' }, status: 'sending' },
    {
      ...queued,
      clientId: 'b',
      deed: { action: 'sendMessage', text: 'two' },
      status: 'failed',
      error: new StackBoxError('forbidden', 'never', 'You may not write here.'),
    },
  ];
  expect(live()).toEqual([
    '12:00 you  one …',
    '12:00 you  two ✗ not sent: You may not write here. /retry or /discard',
  ]);
});

test('earlier messages are printed on demand, each once', () => {
  const room = new WrittenRoom();
  for (let i = 1; i <= 50; i++) room.message(`message ${i}`);
  room.read = 50;
  const { transcript } = opened(room);
  const earlier = () => texts(transcript.earlier(20, look()));
  expect(earlier().slice(0, 3)).toEqual([
    '──── earlier ────',
    '──── Today ────',
    '12:00 Ben  message 11 #11',
  ]);
  const rest = earlier();
  expect(rest).toHaveLength(13);
  expect(rest.at(-2)).toBe('12:00 Ben  message 10 #10');
  expect(earlier()).toEqual([]);
});

test('[DEL3] nothing is printed past a gap until what lies between was read', () => {
  const room = new WrittenRoom();
  room.message('one');
  const { transcript, update } = opened(room);
  room.begin('e1', 5);
  room.message('six');
  expect(transcript.gap).toBe(true);
  expect(update()).toEqual([]);
  room.begin('e1', 0);
  for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) room.message(text);
  expect(transcript.gap).toBe(false);
  expect(update().map((row) => row.split(' ')[3])).toEqual(['two', 'three', 'four', 'five', 'six']);
});

test('[LOG6] another history is told, and printed anew', () => {
  const room = new WrittenRoom();
  room.message('one');
  room.message('two');
  const { update } = opened(room);
  room.read = 2;
  room.begin('e2');
  room.message('one');
  expect(update()).toEqual(['──── restored from a backup ────', '12:00 Ben  one #1']);
});
