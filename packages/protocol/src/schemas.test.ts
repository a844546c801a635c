import { describe, expect, it } from 'vitest';
import type { Action } from './frames.ts';
import { limits } from './limits.ts';
import { actionSchemas } from './schemas.ts';

const position = { epoch: 'e', seq: 0 };
const onMessage = { roomId: 'r', seq: 1, clientId: 'c' };

/** For each action a request that is well formed, and fields that make it not so. */
const requests: { [A in Action]: { good: object[]; bad: object[] } } = {
  hello: { good: [{}], bad: [] },
  ping: { good: [{}], bad: [] },
  sendMessage: {
    good: [
      { roomId: 'r', clientId: 'c', text: 'hello' },
      { roomId: 'r', clientId: 'c' },
      {
        roomId: 'r',
        clientId: 'é'.repeat(64),
        files: [{ name: 'a.pdf', type: 'application/pdf', size: 0 }],
        replyTo: 1,
      },
      { roomId: 'r', clientId: 'c', files: Array(limits.filesPerMessage).fill({ name: 'a' }) },
    ],
    bad: [
      { roomId: '' },
      { roomId: 'r'.repeat(65) },
      { roomId: 7 },
      { clientId: '' },
      { clientId: 'c'.repeat(65) },
      { clientId: '\ud800' },
      { clientId: null },
      { text: null },
      { text: 7 },
      { text: 'a\u0000' },
      { text: '\udc00' },
      { text: 'a'.repeat(limits.textBytes + 1) },
      { files: {} },
      { files: [{}] },
      { files: [{ name: '' }] },
      { files: [{ name: 'a\nb' }] },
      { files: [{ name: 'a\u0000' }] },
      { files: [{ name: 'a'.repeat(256) }] },
      { files: [{ name: 'a', size: -1 }] },
      { files: [{ name: 'a', size: 1.5 }] },
      { files: [{ name: 'a', size: 1e300 }] },
      { files: [{ name: 'a', type: '' }] },
      { files: Array(limits.filesPerMessage + 1).fill({ name: 'a' }) },
      { replyTo: 0 },
      { replyTo: 1.5 },
      { replyTo: '1' },
      { replyTo: 2 ** 53 },
    ],
  },
  joinRoom: {
    good: [{ roomId: 'r' }, { roomId: 'r', after: position }],
    bad: [
      { roomId: undefined },
      { after: 5 },
      { after: {} },
      { after: { epoch: '', seq: 1 } },
      { after: { epoch: 'e', seq: -1 } },
    ],
  },
  leaveRoom: { good: [{ roomId: 'r' }], bad: [{ roomId: null }, { roomId: ['r'] }] },
  typing: { good: [{ roomId: 'r', on: true }], bad: [{ on: undefined }, { on: 'true' }, { on: 1 }] },
  sync: {
    good: [{ rooms: {} }, { rooms: { r: position } }, { rooms: {}, from: 'r' }],
    bad: [
      { rooms: undefined },
      { rooms: [] },
      { rooms: { r: 5 } },
      { rooms: { ['r'.repeat(65)]: position } },
      { from: '' },
    ],
  },
  editMessage: {
    good: [{ ...onMessage, text: 'new' }],
    bad: [{ text: undefined }, { seq: 0 }, { seq: Number.NaN }, { clientId: undefined }],
  },
  deleteMessage: {
    good: [onMessage],
    bad: [{ seq: -1 }, { seq: 1e21 }, { roomId: undefined }, { clientId: 1 }],
  },
  react: {
    good: [{ ...onMessage, emoji: '👍', on: true }],
    bad: [{ emoji: 'ok' }, { emoji: '👍👍' }, { emoji: undefined }, { on: undefined }],
  },
  pin: { good: [{ ...onMessage, on: false }], bad: [{ on: 0 }, { seq: undefined }] },
  markDelivered: { good: [{ roomId: 'r', seq: 1 }], bad: [{ seq: 0 }, { seq: Number.POSITIVE_INFINITY }] },
  markRead: { good: [{ roomId: 'r', seq: 1 }], bad: [{ seq: 0 }, { seq: null }] },
  authenticate: {
    good: [{ token: 't' }],
    bad: [{ token: '' }, { token: undefined }, { token: 't'.repeat(8_193) }],
  },
};

describe.each(Object.entries(requests))('%s', (action, { good, bad }) => {
  const schema = actionSchemas[action as Action];

  it('takes what is well formed', () => {
    for (const request of good)
      expect(schema.safeParse(request).error, JSON.stringify(request)).toBeUndefined();
  });

  it('refuses what is not', () => {
    for (const wrong of bad) {
      expect(schema.safeParse({ ...good[0], ...wrong }).success, JSON.stringify(wrong)).toBe(false);
    }
    for (const wrong of [null, 7, 'text', []]) expect(schema.safeParse(wrong).success).toBe(false);
  });

  it('[SEC1] drops what it does not know, a workspace and an author too', () => {
    const [request] = good as [object];
    const more = { ...request, workspaceId: 'ws', by: 'usr', userId: 'usr', role: 'owner', at: 5 };
    const parsed = schema.parse(more) as object;
    expect(Object.keys(parsed).sort()).toEqual(Object.keys(request).sort());
  });
});

describe('sendMessage', () => {
  it('text and file names are taken in NFC', () => {
    const { sendMessage } = actionSchemas;
    const parsed = sendMessage.parse({
      roomId: 'r',
      clientId: 'e\u0301',
      text: 'e\u0301',
      files: [{ name: ' e\u0301 ' }],
    });
    expect(parsed).toMatchObject({ text: '\u00e9', files: [{ name: '\u00e9' }] });
    // A key is compared as it was given: two clients that differ here mean two messages.
    expect(parsed.clientId).toBe('e\u0301');
  });
});
