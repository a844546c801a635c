import { StackBoxError } from '@stackbox/client';
import { expect, test } from 'vitest';
import { ana, ben, noon } from '../../../test/shown-room.ts';
import { newDraft } from '../input/draft.ts';
import { Names } from '../names.ts';
import { plainText, span } from '../text/span.ts';
import { type StatusNow, statusLine } from './status.ts';

const cleo = { ...ben, userId: 'usr_cleo', name: 'Cleo' };
const error = new StackBoxError('disconnected', 'later', 'gone');

function said(over: Partial<StatusNow> = {}): string {
  const names = new Names();
  names.isMe('usr_ana');
  names.learn([ana, ben, cleo]);
  const calm: StatusNow = {
    connection: { status: 'online' },
    wasOnline: true,
    now: noon,
    waiting: 0,
    draft: newDraft,
    typing: [],
    people: [ana, ben],
    elsewhere: [],
  };
  return plainText(statusLine({ ...calm, ...over }, names));
}

test('when all is well it tells who is there', () => {
  expect(said()).toBe('● Ben is online');
  expect(said({ people: [ana, ben, cleo] })).toBe('● Ben and Cleo are online');
  expect(said({ people: [ana, { ...ben, state: 'away' }] })).toBe('○ nobody else is online');
  expect(said({ readSince: 7 })).toBe('● Ben is online · ✓✓ #7 was read');
});

test('who types is told', () => {
  expect(said({ typing: ['usr_ben'] })).toBe('Ben is typing…');
  expect(said({ typing: ['usr_ben', 'usr_cleo'] })).toBe('Ben and Cleo are typing…');
});

test('a lost connection counts down, and says what waits', () => {
  const connection = { status: 'waiting', retryAt: noon + 2_400, error } as const;
  expect(said({ connection })).toBe('reconnecting in 3 s');
  expect(said({ connection, waiting: 1 })).toBe('reconnecting in 3 s — one message waits');
  expect(said({ connection, waiting: 2, wasOnline: false })).toBe('trying again in 3 s — 2 messages wait');
});

test('what Enter will do is told, and what is new elsewhere', () => {
  const draft = { kind: 'reply', seq: 12 } as const;
  const elsewhere = [{ name: 'Kitchen', unread: 3 }];
  expect(said({ draft, elsewhere })).toBe('replying to #12, Esc leaves it · 3 new in Kitchen');
});

test('a word about the last key comes before everything else', () => {
  expect(said({ hint: span('No.'), typing: ['usr_ben'] })).toBe('No.');
});

test('a tip comes after everything but who is there', () => {
  expect(said({ tip: 'Press Enter.' })).toBe('Press Enter.');
  expect(said({ tip: 'Press Enter.', typing: ['usr_ben'] })).toBe('Ben is typing…');
});
