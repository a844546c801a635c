import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textFault } from '@stackbox/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOf } from '../test/collect.ts';
import { inMbox } from '../test/write.ts';
import { mbox } from './index.ts';

interface Draft {
  id?: string;
  from?: string;
  date?: string;
  subject?: string;
  headers?: string[];
  body?: string;
  /** The `From ` line. */
  line?: string;
}

function mail({
  id,
  from = 'Ann <ann@b.example>',
  date,
  subject,
  headers = [],
  body = 'Hello',
  line,
}: Draft): string {
  const written = [
    `From: ${from}`,
    ...(id === undefined ? [] : [`Message-ID: <${id}>`]),
    ...(date === undefined ? [] : [`Date: ${date}`]),
    ...(subject === undefined ? [] : [`Subject: ${subject}`]),
    ...headers,
    '',
    body,
  ];
  return inMbox(line ?? 'ann@b.example Mon Jan  5 10:00:00 2004', written.join('\n'));
}
const at = (minute: number) => `Mon, 5 Jan 2004 10:${String(minute).padStart(2, '0')}:00 +0000`;
const imported = (...drafts: Draft[]) => importOf(drafts.map(mail).join(''));

describe('an mbox', () => {
  it('is a room with people in it and threads, in the order of time', async () => {
    const { items, users, rooms, messages } = await imported(
      {
        id: 'c',
        date: at(3),
        from: 'Ben <BEN@b.example>',
        subject: 'Re: Ovens',
        headers: ['References: <a> <b>'],
        body: 'third',
      },
      { id: 'a', date: at(1), subject: 'Ovens', body: 'first' },
      {
        id: 'b',
        date: at(2),
        from: 'ben@b.example',
        subject: 'Re: Ovens',
        headers: ['In-Reply-To: <a>'],
        body: 'second',
      },
    );
    expect(items.map(({ kind }) => kind)).toEqual(['user', 'user', 'room', 'message', 'message', 'message']);
    expect(users).toEqual([
      { kind: 'user', ref: 'ben@b.example', name: 'Ben', email: 'ben@b.example' },
      { kind: 'user', ref: 'ann@b.example', name: 'Ann', email: 'ann@b.example' },
    ]);
    expect(rooms).toEqual([
      { kind: 'room', ref: 'file archive', name: 'archive', roomKind: 'team', memberRefs: [] },
    ]);
    expect(messages.map(({ ref, text, replyToRef }) => ({ ref, text, replyToRef }))).toEqual([
      { ref: 'a', text: '**Ovens**\n\nfirst', replyToRef: undefined },
      { ref: 'b', text: 'second', replyToRef: 'a' },
      { ref: 'c', text: 'third', replyToRef: 'a' },
    ]);
    expect(messages[0]).toMatchObject({
      roomRef: 'file archive',
      byRef: 'ann@b.example',
      sentAt: Date.UTC(2004, 0, 5, 10, 1),
    });
  });

  it('is named after the list most of its mails went through', async () => {
    const headers = ['List-Id: "Bakers\' dev list" <dev.lists.example>'];
    const { rooms } = await imported({ id: 'a', headers }, { id: 'b', headers }, { id: 'c' });
    expect(rooms).toMatchObject([{ ref: 'dev.lists.example', name: "Bakers' dev list" }]);
    const { rooms: few } = await imported({ id: 'a', headers }, { id: 'b' }, { id: 'c' });
    expect(few).toMatchObject([{ ref: 'file archive' }]);
  });

  it('says a subject once a thread, and again when it changes', async () => {
    const answers = ['In-Reply-To: <a>'];
    const { texts } = await imported(
      { id: 'a', date: at(1), subject: 'Ovens *new*', body: 'first' },
      { id: 'b', date: at(2), subject: 'RE: [dev] ovens *new*', headers: answers, body: 'second' },
      { id: 'c', date: at(3), subject: 'Bread (was: Ovens)', headers: answers, body: 'third' },
      { id: 'd', date: at(4), body: 'no subject' },
    );
    expect(texts).toEqual([
      '**Ovens \\*new\\***\n\nfirst',
      'second',
      '**Bread (was: Ovens)**\n\nthird',
      'no subject',
    ]);
  });

  it('[LOG4] names each mail the same at every run, in at most 64 characters', async () => {
    const long = `${'x'.repeat(80)}@b.example`;
    const drafts = [{ id: 'a' }, { id: long, date: at(1) }, { date: at(2), body: 'nameless' }];
    const first = await imported(...drafts);
    expect((await imported(...drafts)).items).toEqual(first.items);
    const grown = await imported({ id: 'new', date: at(0) }, ...drafts);
    const refs = first.messages.map(({ ref }) => ref);
    expect(grown.messages.map(({ ref }) => ref)).toEqual(expect.arrayContaining(refs));
    expect(refs).toContain('a');
    expect(refs).toContain(createHash('sha256').update(long).digest('hex'));
    expect(refs.every((ref) => ref.length <= 64)).toBe(true);
  });

  it('takes a mail that is there twice once, and tells apart those that merely share an id', async () => {
    const { messages, reasons } = await imported(
      { id: 'a', date: at(1), body: 'to the list' },
      { id: 'a', date: at(1), body: 'to the list', headers: ['X-Copy: 2'] },
      { id: 'a', date: at(2), body: 'another' },
    );
    expect(messages.map(({ text }) => text)).toEqual(['to the list', 'another']);
    expect(messages[1]?.ref).toMatch(/^[0-9a-f]{64}$/);
    expect(reasons).toEqual(['message: the same message a second time']);
  });

  it('goes by the delivery, then by the neighbour, when a date cannot be', async () => {
    const { messages, reasons } = await imported(
      { id: 'a', date: at(1) },
      { id: 'b', date: 'Fri, 01 Jan 1904 00:00:00 +0000', line: 'x@b.example Mon Jan  5 10:02:00 2004' },
      { id: 'c', line: '- nonsense' },
      { id: 'd', date: 'Wed, 04 Oct 2028 12:05:01 -0400', line: 'x@b.example Mon Jan  5 10:04:00 2004' },
    );
    expect(messages.map(({ ref, sentAt }) => [ref, new Date(sentAt).toISOString().slice(11, 16)])).toEqual([
      ['a', '10:01'],
      ['b', '10:02'],
      ['c', '10:02'],
      ['d', '10:04'],
    ]);
    expect(reasons).toEqual([
      'date of a message: missing or impossible; the time of delivery is taken',
      'date of a message: missing or impossible; the time of the message beside it is taken',
      'date of a message: missing or impossible; the time of delivery is taken',
    ]);
  });

  it('believes the dates where every delivery has the same time, as git writes it', async () => {
    const line = '1234567890abcdef Mon Sep 17 00:00:00 2001';
    const { messages, reasons } = await imported(
      { id: 'a', date: at(1), line },
      { id: 'b', date: at(2), line },
    );
    expect(messages.map(({ sentAt }) => new Date(sentAt).getUTCFullYear())).toEqual([2004, 2004]);
    expect(reasons).toEqual([]);
  });

  it('gives an answer whose clock ran behind after its root, with its own time', async () => {
    const { messages } = await imported(
      { id: 'b', date: at(1), headers: ['In-Reply-To: <a>'], body: 'answer' },
      { id: 'x', date: at(2), body: 'between' },
      { id: 'a', date: at(3), body: 'question' },
    );
    expect(messages.map(({ text }) => text)).toEqual(['between', 'question', 'answer']);
    expect(messages[2]).toMatchObject({ replyToRef: 'a', sentAt: Date.UTC(2004, 0, 5, 10, 1) });
  });

  it('lets the first answer stand in for a root that has nothing in it', async () => {
    const { messages, reasons } = await imported(
      { id: 'a', date: at(1), body: '' },
      { id: 'b', date: at(2), headers: ['In-Reply-To: <a>'], body: 'one' },
      { id: 'c', date: at(3), headers: ['In-Reply-To: <a>'], body: 'two' },
    );
    expect(messages.map(({ ref, replyToRef }) => [ref, replyToRef])).toEqual([
      ['b', undefined],
      ['c', 'b'],
    ]);
    expect(reasons).toEqual(['message: it is empty: no text, no file']);
  });

  it('cuts a text of over 12 KiB at the end of a line, and says so', async () => {
    const { texts, reasons } = await imported({
      id: 'a',
      date: at(1),
      body: 'Grüße aus der Bäckerei\n'.repeat(800),
    });
    expect(textFault(texts[0] ?? '')).toBeUndefined();
    expect(texts[0]).toMatch(/\nGrüße aus der Bäckerei\n… \(cut: 21 KiB in the original\)$/);
    expect(reasons).toEqual(['rest of a long text: a message holds at most 12 KiB']);
  });

  it('names files and says that it left their contents', async () => {
    const { messages, reasons } = await imported({
      id: 'a',
      date: at(1),
      headers: ['Content-Type: image/png; name=oven.png', 'Content-Transfer-Encoding: base64'],
      body: 'AAAA',
    });
    expect(messages).toMatchObject([{ text: '', files: [{ name: 'oven.png', type: 'image/png', size: 3 }] }]);
    expect(reasons).toEqual(['content of a file: files are named and not brought along']);
  });

  it('takes mails without any header, from somebody unknown', async () => {
    const { users, messages, reasons } = await importOf('From - Mon Jan  5 10:00:00 2004\n\njust text\n');
    expect(users).toEqual([{ kind: 'user', ref: 'unknown sender', name: 'Unknown sender' }]);
    expect(messages).toMatchObject([{ byRef: 'unknown sender', text: 'just text' }]);
    expect(reasons).toEqual([
      'author: the message has no address of one',
      'date of a message: missing or impossible; the time of delivery is taken',
    ]);
  });

  it('loses the one mail whose parts cannot be read, and no other', async () => {
    const deep = Array.from(
      { length: 100 },
      (_, level) => `--n${level}\nContent-Type: multipart/mixed; boundary=n${level + 1}\n\n`,
    );
    const { messages, reasons } = await imported(
      { id: 'a', headers: ['Content-Type: multipart/mixed; boundary=n0'], body: deep.join('') },
      { id: 'b', date: at(2), body: 'still here' },
    );
    expect(messages.map(({ ref }) => ref)).toEqual(['b']);
    expect(reasons).toContain('message: its parts cannot be read');
  });

  it('refuses what is no mbox, and says what one is', async () => {
    await expect(importOf('Dear all\n\nFrom now on …\n')).rejects.toThrow(
      /no mbox: no line in it begins a message/,
    );
    await expect(importOf('')).rejects.toThrow(/no mbox/);
    const none = mbox('/nowhere/none.mbox').items()[Symbol.asyncIterator]();
    await expect(none.next()).rejects.toThrow(/There is no file/);
    const folder = mbox('/').items()[Symbol.asyncIterator]();
    await expect(folder.next()).rejects.toThrow(/is no file/);
  });
});

describe('an mbox with a line of 100 MB', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mbox-large-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('costs the rest of that line, and not the mails round it', async () => {
    const path = join(folder, 'large.mbox');
    const file = await open(path, 'w');
    await file.write(mail({ id: 'a', date: at(1), body: 'before' }));
    await file.write(
      'From x@b.example Mon Jan  5 10:00:00 2004\nMessage-ID: <b>\nDate: Mon, 5 Jan 2004 10:02:00 +0000\n\n',
    );
    const chunk = Buffer.alloc(1_000_000, 'x');
    for (let written = 0; written < 100; written++) await file.write(chunk);
    await file.write(`\n\n${mail({ id: 'c', date: at(3), body: 'after' })}`);
    await file.close();

    const found: string[] = [];
    for await (const item of mbox(path).items()) {
      if (item.kind === 'message') found.push(`${item.ref} ${item.text.slice(0, 6)} ${item.text.length}`);
      if (item.kind === 'skipped') found.push(`${item.what}, ${item.where}`);
    }
    expect(found).toEqual([
      'a before 6',
      'rest of a large message, message 2 <b>: 100000055 bytes',
      'rest of a long text, message 2 <b>',
      expect.stringMatching(/^b xxxxxx 12\d{3}$/),
      'c after 5',
    ]);
  });
});
