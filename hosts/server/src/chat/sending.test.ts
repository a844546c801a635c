import { type Room, type Sent, type StackBox, StackBoxError } from '@stackbox/client';
import { expect, test } from 'vitest';
import { ana, ben } from '../../test/shown-room.ts';
import { newDraft } from './input/draft.ts';
import { Names } from './names.ts';
import { Sending } from './sending.ts';
import { plainText } from './text/span.ts';

class Stage {
  readonly asked: string[] = [];
  readonly said: string[] = [];
  readonly hints: string[] = [];
  readonly givenBack: string[] = [];
  readonly discarded: string[] = [];
  /** What becomes of what is sent. */
  outcome: () => Promise<Sent> = async () => ({
    clientId: 'c1',
    stored: async () => ({ epoch: 'e', seq: 1 }),
  });
  readonly sending: Sending;

  constructor() {
    const names = new Names();
    names.learn([ana, ben]);
    const ask = (word: string) => {
      this.asked.push(word);
      return this.outcome();
    };
    const room = {
      people: [ana, ben],
      send: (text: string, { replyTo }: { replyTo?: number } = {}) =>
        ask(replyTo === undefined ? text : `${text} to ${replyTo}`),
      edit: (seq: number, text: string) => ask(`${text} in ${seq}`),
    } as unknown as Room;
    const client = {
      rewrite: (clientId: string, text: string) => ask(`${text} for ${clientId}`),
      discard: async (clientId: string) => this.discarded.push(clientId),
    } as unknown as StackBox;
    this.sending = new Sending({
      client,
      names,
      room: () => room,
      say: (rows) => this.said.push(...rows.map(plainText)),
      hint: (text) => this.hints.push(text),
      giveBack: (_, typed) => this.givenBack.push(typed),
    });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a line becomes a message, a reply, a change, or another try, with people in place of names', () => {
  const { sending, asked } = new Stage();
  sending.send('hi @ben', newDraft);
  sending.send('yes', { kind: 'reply', seq: 3 });
  sending.send('no', { kind: 'edit', seq: 4, was: 'yes' });
  sending.send('same', { kind: 'edit', seq: 4, was: 'same' });
  sending.send('shorter', { kind: 'rewrite', clientId: 'c7' });
  expect(asked).toEqual(['hi <@usr_ben>', 'yes to 3', 'no in 4', 'shorter for c7']);
});

test('what is too long is not taken', () => {
  const { sending, asked, hints } = new Stage();
  expect(sending.send('x'.repeat(13_000), newDraft)).toBe(false);
  expect(asked).toEqual([]);
  expect(hints[0]).toContain('at most 12288 are taken');
});

test('what the disk can not keep comes back', async () => {
  const stage = new Stage();
  stage.outcome = async () => {
    throw new StackBoxError('storage', 'later', 'The disk is full.');
  };
  stage.sending.send('hi @ben', newDraft);
  await settled();
  expect(stage.givenBack).toEqual(['hi @ben']);
  expect(stage.hints).toEqual(['The disk is full.']);
});

test('a small deed that is refused is told and given up', async () => {
  const stage = new Stage();
  const stored = async () => {
    throw new StackBoxError('forbidden', 'never', 'As client you may not do this here.');
  };
  await stage.sending.deed(Promise.resolve({ clientId: 'c1', stored }));
  expect(stage.said).toEqual(['      · As client you may not do this here.']);
  expect(stage.discarded).toEqual(['c1']);
});
