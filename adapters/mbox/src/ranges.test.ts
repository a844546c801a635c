import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inMbox } from '../test/write.ts';
import { unquoted } from './quoting.ts';
import { rangesOf } from './ranges.ts';
import { Window } from './window.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mbox-ranges-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The messages of an mbox with this content, with the `From ` line of each. */
async function split(content: string | Buffer) {
  const path = join(folder, 'box');
  await writeFile(path, content);
  const handle = await open(path);
  const window = new Window(handle, (await handle.stat()).size);
  const messages: { from: string; text: string }[] = [];
  let preamble = 0;
  for await (const { from, start, end } of rangesOf(window, (bytes) => {
    preamble = bytes;
  })) {
    messages.push({ from, text: unquoted(await window.read(start, end)).toString('utf8') });
  }
  await handle.close();
  return { messages, preamble, texts: messages.map(({ text }) => text) };
}

const dated = 'ann@example.org Thu Jan  1 10:00:00 2004';

describe('splitting an mbox', () => {
  it('gives back the messages it was written from, whatever they are', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '',
        'From ',
        `From ${dated}`,
        `>From ${dated}`,
        '>>From x',
        'Subject: x',
        '\r',
        'From: a@b.example',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed().replaceAll('\n', '')),
    );
    const message = fc
      .tuple(fc.array(line, { maxLength: 8 }), fc.nat(2))
      .map(([lines, blanks]) => ['Message-ID: <1@b.example>', ...lines].join('\n') + '\n'.repeat(1 + blanks));
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 6 }), async (written) => {
        const { texts } = await split(written.map((text) => inMbox(dated, text)).join(''));
        expect(texts).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });

  it('gives back messages of every size round the edges of what is read at once', async () => {
    const edge = 1024 * 1024;
    for (const size of [
      edge - 1600,
      edge - 80,
      edge - 10,
      edge - 3,
      edge - 2,
      edge - 1,
      edge,
      edge + 1,
      edge + 7,
    ]) {
      const first = `Subject: x\n\n${'y'.repeat(size - 12 - `From ${dated}\n`.length - 1)}\n`;
      const second = 'Subject: second\n\nz\n';
      const { texts } = await split(inMbox(dated, first) + inMbox(dated, second));
      expect(texts.map((text) => text.length)).toEqual([first.length, second.length]);
      expect(texts[1]).toBe(second);
      // The same line with no blank one before it begins nothing, at an edge or not.
      const prose = `${inMbox(dated, first).slice(0, -2)}y\n${inMbox(dated, second)}`;
      expect((await split(prose)).texts).toHaveLength(1);
    }
  });

  it('is the same with \\r\\n', async () => {
    const { messages } = await split(
      `From ${dated}\r\nSubject: a\r\n\r\none\r\n\r\nFrom ${dated}\r\nSubject: b\r\n\r\n>From two\r\n`,
    );
    expect(messages).toEqual([
      { from: dated, text: 'Subject: a\r\n\r\none\r\n' },
      { from: dated, text: 'Subject: b\r\n\r\nFrom two\r\n' },
    ]);
  });

  it.each([
    'From here on it is easy.\nNote: really.',
    'From Monday to Friday\n\nX',
    `From ${dated}\nand then some prose`,
  ])('does not end a message where somebody writes %j', async (prose) => {
    const { texts } = await split(`From ${dated}\nSubject: a\n\nHello.\n\n${prose}\n\nBye.\n`);
    expect(texts).toEqual([`Subject: a\n\nHello.\n\n${prose}\n\nBye.\n`]);
  });

  it.each([
    'joe at example.org  Mon Jan  5 10:00:00 2004',
    'mboxrd@z Thu Jan  1 00:00:00 1970',
    '1234567890@xxx Mon Jan 05 10:00:00 +0000 2004',
    '- Mon Jan 05 10:00:00 2004',
    'joe@example.org Mon Jan  5 10:00 MET 2004',
    'nobody',
  ])('knows the line "From %s"', async (line) => {
    const { messages } = await split(
      `From ${line}\nFrom: a@b.example\n\none\n\nFrom ${line}\nDate: today\n\ntwo\n`,
    );
    expect(messages.map(({ from }) => from)).toEqual([line, line]);
  });

  it('takes messages without headers, empty ones, and a last one that was cut off', async () => {
    const { texts } = await split(
      `From ${dated}\n\nonly a body\n\nFrom ${dated}\n\nFrom ${dated}\nSubject: cut`,
    );
    expect(texts).toEqual(['\nonly a body\n', '', 'Subject: cut']);
  });

  it('says how much stands before the first message, be it all there is', async () => {
    expect((await split(`junk\n\nFrom ${dated}\nSubject: a\n\n`)).preamble).toBe(6);
    expect(await split('no mail at all\n')).toMatchObject({ messages: [], preamble: 15 });
    expect(await split('')).toMatchObject({ messages: [], preamble: 0 });
  });
});
