import { once } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { completionOf } from './complete.ts';
import type { Draft } from './draft.ts';
import { Prompt, type Recalled } from './prompt.ts';

/** A prompt under a stream of keys as a terminal sends them. */
class Stage {
  readonly submitted: [text: string, kind: Draft['kind']][] = [];
  own: Recalled[] = [];
  takes = true;
  left = 0;
  readonly prompt = new Prompt({
    submit: (text, draft) => {
      this.submitted.push([text, draft.kind]);
      return this.takes;
    },
    typing: () => {},
    own: () => this.own,
    complete: (before) =>
      completionOf(before, {
        commands: ['reply', 'react', 'rooms'],
        people: ['Ana', 'Ana Maria', 'Ben'],
        rooms: ['Kitchen', 'Garden'],
      }),
    leave: () => this.left++,
    suspend: () => {},
    wipe: () => {},
    changed: () => {},
  });
  readonly #keys = new PassThrough();

  constructor() {
    emitKeypressEvents(this.#keys);
    this.#keys.on('keypress', (text, key) => this.prompt.press(text, key));
  }

  async type(keys: string): Promise<string> {
    const heard = once(this.#keys, 'data');
    this.#keys.write(keys);
    await heard;
    return this.prompt.editor.text;
  }

  get at(): number {
    return this.prompt.editor.at;
  }
}

const [up, down, right, left] = ['\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D'];
const paste = (text: string) => `\x1b[200~${text}\x1b[201~`;
const edit = (seq: number, text: string): Recalled => ({ draft: { kind: 'edit', seq, was: text }, text });

test('Enter submits, and the line is empty', async () => {
  const stage = new Stage();
  expect(await stage.type('hello \r')).toBe('');
  expect(stage.submitted).toEqual([['hello', 'new']]);
});

test('a line that is not taken stays', async () => {
  const stage = new Stage();
  stage.takes = false;
  expect(await stage.type('/nonsense\r')).toBe('/nonsense');
});

test('empty lines are not submitted', async () => {
  const stage = new Stage();
  await stage.type('\r   \r');
  expect(stage.submitted).toEqual([]);
});

test('pasted lines are one message, however the terminal ends them', async () => {
  const stage = new Stage();
  await stage.type(`${paste('one\r\ntwo\rthree\n\tfour')}\r`);
  expect(stage.submitted).toEqual([['one\ntwo\nthree\n\tfour', 'new']]);
});

test('a paste that comes in parts is one paste, without what a message may not have', async () => {
  const stage = new Stage();
  await stage.type('\x1b[200~one\r');
  await stage.type('two\x07');
  expect(await stage.type('\x1b[201~')).toBe('one\ntwo');
  expect(stage.submitted).toEqual([]);
});

test('Alt-Enter and Ctrl-J begin a new line', async () => {
  const stage = new Stage();
  expect(await stage.type('a\x1b\rb\nc')).toBe('a\nb\nc');
});

test('moves by what people take for one character', async () => {
  const stage = new Stage();
  await stage.type('👩‍👩‍👧é日');
  await stage.type(left + left);
  expect(await stage.type('x')).toBe('👩‍👩‍👧xé日');
  expect(await stage.type('\x7f\x7f')).toBe('é日');
  expect(await stage.type(`${right}\x1b[3~`)).toBe('é');
});

test('moves and cuts by words and lines', async () => {
  const stage = new Stage();
  expect(await stage.type('one two three\x17')).toBe('one two ');
  expect(await stage.type('\x01zero \x05')).toBe('zero one two ');
  expect(await stage.type('\x1bb\x1bb\x0b')).toBe('zero ');
  expect(await stage.type('\x15')).toBe('');
  expect(await stage.type('\x19')).toBe('zero ');
});

test('up and down move between the lines of a message', async () => {
  const stage = new Stage();
  await stage.type(paste('first line\nno\nthird line'));
  await stage.type(up + up);
  expect(await stage.type('!')).toBe('fi!rst line\nno\nthird line');
  await stage.type(down + down);
  expect(stage.at).toBe('fi!rst line\nno\nth'.length);
});

test('up on an empty line goes through one’s own messages, and down comes back', async () => {
  const stage = new Stage();
  stage.own = [edit(9, 'newest'), edit(5, 'older')];
  expect(await stage.type(up)).toBe('newest');
  expect(stage.prompt.draft).toMatchObject({ kind: 'edit', seq: 9 });
  expect(await stage.type(up)).toBe('older');
  expect(await stage.type(up)).toBe('older');
  expect(await stage.type(down + down)).toBe('');
  expect(stage.prompt.draft.kind).toBe('new');
  await stage.type(up);
  await stage.type('!\r');
  expect(stage.submitted).toEqual([['newest!', 'edit']]);
  expect(stage.prompt.draft.kind).toBe('new');
});

test('up leaves a line alone that was begun', async () => {
  const stage = new Stage();
  stage.own = [edit(9, 'newest')];
  await stage.type('hello');
  expect(await stage.type(up)).toBe('hello');
});

test('an emptied message is not submitted: it would have to be withdrawn', async () => {
  const stage = new Stage();
  stage.own = [edit(9, 'x')];
  await stage.type(up);
  await stage.type('\x7f\r');
  expect(stage.submitted).toEqual([]);
  expect(stage.prompt.hint?.text).toContain('/delete 9');
});

test('Ctrl-C clears the line, and leaves when it comes twice', async () => {
  const stage = new Stage();
  expect(await stage.type('hello\x03')).toBe('');
  expect(stage.left).toBe(0);
  await stage.type('x\x03');
  expect(stage.left).toBe(0);
  await stage.type('\x03');
  expect(stage.left).toBe(1);
});

test('Ctrl-D leaves on an empty line only', async () => {
  const stage = new Stage();
  await stage.type('ab\x01\x04');
  expect(stage.prompt.editor.text).toBe('b');
  expect(stage.left).toBe(0);
  await stage.type('\x15\x05\x15\x04');
  expect(stage.left).toBe(1);
});

test('Tab completes commands, names and rooms', async () => {
  const stage = new Stage();
  expect(await stage.type('/ro\t')).toBe('/rooms ');
  await stage.type('\x15');
  expect(await stage.type('/r\t')).toBe('/r');
  expect(stage.prompt.hint?.text).toBe('/reply  /react  /rooms');
  await stage.type('\x15');
  expect(await stage.type('hi @an\t')).toBe('hi @Ana');
  expect(stage.prompt.hint?.text).toBe('@Ana  @Ana Maria');
  await stage.type('\x15');
  expect(await stage.type('(@b\t')).toBe('(@Ben ');
  await stage.type('\x15');
  expect(await stage.type('/join ki\t')).toBe('/join Kitchen');
});
