import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, textFault } from '@stackbox/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../test/collect.ts';
import { writeZip } from '../test/zip.ts';
import { slackExport } from './index.ts';

const fixture = new URL('../test/export', import.meta.url).pathname;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slack-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** An export of one channel with these messages, in one day. */
async function exportOf(messages: unknown, day = '2023-11-14.json'): Promise<string> {
  await mkdir(join(folder, 'general'), { recursive: true });
  await writeFile(join(folder, 'channels.json'), JSON.stringify([{ id: 'C1', name: 'general' }]));
  await writeFile(join(folder, 'users.json'), JSON.stringify([{ id: 'U1', name: 'ann' }]));
  await writeFile(
    join(folder, 'general', day),
    typeof messages === 'string' ? messages : JSON.stringify(messages),
  );
  return folder;
}

const says = (ts: string, text: string, more: object = {}) => ({
  type: 'message',
  ts,
  user: 'U1',
  text,
  ...more,
});

describe('a Slack export', () => {
  it('gives users, then rooms, then messages, and every ref before it is used', async () => {
    const { items } = await collect(slackExport(fixture));
    const order = { user: 0, room: 1, message: 2, skipped: 3 };
    const kinds = items.map((item) => order[item.kind]).filter((kind) => kind < 3);
    expect(kinds).toEqual([...kinds].sort());

    const users = new Set<string>();
    const messages = new Set<string>();
    const last = new Map<string, number>();
    for (const item of items) {
      if (item.kind === 'user') users.add(item.ref);
      if (item.kind === 'room') expect(item.memberRefs.every((ref) => users.has(ref))).toBe(true);
      if (item.kind !== 'message') continue;
      expect(users.has(item.byRef)).toBe(true);
      expect(item.reactions.flatMap(({ byRefs }) => byRefs).every((ref) => users.has(ref))).toBe(true);
      if (item.replyToRef !== undefined) expect(messages.has(item.replyToRef)).toBe(true);
      expect(item.sentAt).toBeGreaterThanOrEqual(last.get(item.roomRef) ?? 0);
      expect(messages.has(item.ref)).toBe(false);
      expect(textFault(item.text)).toBeUndefined();
      messages.add(item.ref);
      last.set(item.roomRef, item.sentAt);
    }
  });

  it('[LOG4] gives the same items at every run, zipped or unpacked, in a folder of its own or not', async () => {
    const paths = (await readdir(fixture, { recursive: true })).filter((path) => path.endsWith('.json'));
    const entries = await Promise.all(
      paths.map(async (name) => ({ name, data: await readFile(join(fixture, name)) })),
    );
    const plain = join(folder, 'plain.zip');
    const wrapped = join(folder, 'wrapped.zip');
    await writeZip(plain, entries);
    await writeZip(
      wrapped,
      entries.map(({ name, data }) => ({ name: `Bakery export/${name}`, data })),
    );

    const unpacked = await collect(slackExport(fixture));
    const source = slackExport(plain);
    expect((await collect(source)).items).toEqual(unpacked.items);
    expect((await collect(source)).items).toEqual(unpacked.items);
    expect((await collect(slackExport(wrapped))).messages.map(({ ref }) => ref)).toEqual(
      unpacked.messages.map(({ ref }) => ref),
    );
  });

  it('takes names and addresses of people, and gives nobody rights', async () => {
    const { users, reasons } = await collect(slackExport(fixture));
    expect(users).toEqual([
      { kind: 'user', ref: 'U0ANN', name: 'Ann', email: 'ann@bakery.example' },
      { kind: 'user', ref: 'U0BEN', name: 'Ben Miller', email: 'ben@bakery.example', deactivated: true },
      { kind: 'user', ref: 'U0CLEO', name: 'Cleo Customer', email: 'cleo@customer.example', guest: true },
      { kind: 'user', ref: 'U0OVEN', name: 'Oven Watch', bot: true },
      { kind: 'user', ref: 'B0HOOK/Grafana', name: 'Grafana', bot: true },
      { kind: 'user', ref: 'B0HOOK', name: 'Webhook', bot: true },
      { kind: 'user', ref: 'U0STRANGER', name: 'Dora', guest: true },
      { kind: 'user', ref: 'USLACKBOT', name: 'Slackbot', bot: true },
    ]);
    expect(reasons).toContain('role of an admin or owner: an import gives nobody rights');
  });

  it('takes channels, private channels and direct messages with the members of today', async () => {
    const { rooms } = await collect(slackExport(fixture));
    expect(rooms.map(({ name, roomKind, memberRefs }) => ({ name, roomKind, memberRefs }))).toEqual([
      { name: 'general', roomKind: 'team', memberRefs: ['U0ANN', 'U0CLEO'] },
      { name: 'random', roomKind: 'team', memberRefs: ['U0ANN'] },
      { name: 'silent', roomKind: 'team', memberRefs: ['U0ANN'] },
      { name: 'board', roomKind: 'team', memberRefs: ['U0ANN', 'U0BEN'] },
      {
        name: 'Ann, Ben Miller, Cleo Customer',
        roomKind: 'direct',
        memberRefs: ['U0ANN', 'U0BEN', 'U0CLEO'],
      },
      { name: 'Ann, Ben Miller', roomKind: 'direct', memberRefs: ['U0ANN', 'U0BEN'] },
    ]);
    expect(rooms.map(({ topic, archived }) => [topic, archived]).slice(0, 2)).toEqual([
      ['Bread & more', undefined],
      ['Flour talk', true],
    ]);
  });

  it('does not make a former member one again because they once wrote', async () => {
    const { rooms, said } = await collect(slackExport(fixture));
    const random = rooms.find(({ name }) => name === 'random');
    expect(said('first, though').byRef).toBe('U0BEN');
    expect(random?.memberRefs).not.toContain('U0BEN');
  });

  it('turns text, reactions, edits and pins into ours', async () => {
    const { said } = await collect(slackExport(fixture));
    expect(said('Hello')).toEqual({
      kind: 'message',
      roomRef: 'C0GENERAL',
      ref: 'C0GENERAL:1700000060.000200',
      byRef: 'U0ANN',
      text: 'Hello <@U0CLEO>, **opening** is _tomorrow_ at ~~8~~ 9 & a half. See [our page](https://bakery.example/a_%28b%29) and #random <@all> 🍞',
      sentAt: 1_700_000_060_000,
      files: [],
      reactions: [
        { emoji: '👍', byRefs: ['U0CLEO', 'U0BEN'] },
        { emoji: '👍🏻', byRefs: ['U0ANN'] },
      ],
      edited: true,
      pinned: true,
    });
    expect(said('pinned here').pinned).toBe(true);
    expect(said('waves').text).toBe('_waves_');
  });

  it('names custom emoji and uncounted people instead of losing them silently', async () => {
    const { skipped } = await collect(slackExport(fixture));
    const reactions = skipped.filter(({ what }) => what === 'reaction').map(({ where }) => where);
    expect(reactions).toEqual([
      'general/2023-11-14.json 1700000060.000200: :partyparrot:',
      'general/2023-11-14.json 1700000060.000200: 2 people',
    ]);
  });

  it('names files, and never the links that open them', async () => {
    const { items, said, reasons } = await collect(slackExport(fixture));
    expect(said('The plan').files).toEqual([{ name: 'plan_2023.pdf', type: 'application/pdf', size: 4711 }]);
    expect(reasons).toContain('content of a file: an export has the name and not the bytes');
    expect(reasons).toContain('file: it was deleted in Slack, or its plan hides it');
    expect(JSON.stringify(items)).not.toContain('xoxe-secret');
  });

  it('reads apps that speak in attachments and blocks, each thing once', async () => {
    const { texts, reasons } = await collect(slackExport(fixture));
    expect(texts).toContain('[Oven too hot](https://grafana.example/1)\n240 degrees\n**Oven** 2');
    expect(texts).toContain('New alert\n\nOven **2** is cold');
    expect(texts).toContain('look: https://example.com/x');
    expect(reasons).toContain('button or form: it worked only in Slack');
    expect(reasons).toContain('preview of a link: the link itself is in the text');
  });

  it('[LOG10] keeps threads, and lets the first reply stand in for a root that is gone', async () => {
    const { said } = await collect(slackExport(fixture));
    expect(said('I come').replyToRef).toBe(said('Hello').ref);
    expect(said('Me too').replyToRef).toBe(said('Hello').ref);
    expect(said('first reply').replyToRef).toBeUndefined();
    expect(said('second reply').replyToRef).toBe(said('first reply').ref);
  });

  it('takes the newest text where edits are logged, and nothing that was deleted', async () => {
    const { said, texts } = await collect(slackExport(fixture));
    expect(said('without a typo')).toMatchObject({ sentAt: 1_700_086_680_000, edited: true });
    expect(said('only its edit').sentAt).toBe(1_700_086_780_000);
    expect(texts.join('\n')).not.toMatch(/with a typo|regretted|This message was deleted/);
  });

  it('reads the comments on files of old exports', async () => {
    const { said } = await collect(slackExport(fixture));
    expect(said('nice')).toMatchObject({ byRef: 'U0CLEO', text: 'nice', files: [{ name: 'plan.pdf' }] });
    expect(said('fresh').text).toBe('fresh');
  });

  it('says of all it left out what it was and why', async () => {
    const { reasons } = await collect(slackExport(fixture));
    expect(new Set(reasons)).toEqual(
      new Set([
        'file of the export: it holds no messages of a conversation',
        'role of an admin or owner: an import gives nobody rights',
        'profile of a user: the export lists no such user; the name is what the messages say',
        'notice of joining or leaving: the room keeps who is in it now',
        "reaction: an emoji of the workspace's own: its picture is not in an export",
        'reaction: Slack counts it without saying whose it is',
        'showing of a reply in the room itself: a reply stands in its thread',
        'content of a file: an export has the name and not the bytes',
        'file: it was deleted in Slack, or its plan hides it',
        'button or form: it worked only in Slack',
        'notice of a topic, purpose or name: the room keeps the latest',
        'preview of a link: the link itself is in the text',
        'message: it was deleted in Slack',
        'log of an edit: the message has its newest text',
        'log of a deletion: the message is left out',
        'message: it is empty: no text, no file',
        'message: it names no author',
        'message: it has no time',
        'message: the same message a second time',
      ]),
    );
  });
});

describe('an export that is incomplete or damaged', () => {
  it('costs a broken day that day, and says so', async () => {
    await exportOf('[{"type":"message", "ts":', '2023-11-13.json');
    await exportOf([says('1700000000.000100', 'still here')]);
    const { texts, skipped } = await collect(slackExport(folder));
    expect(texts).toEqual(['still here']);
    expect(skipped).toMatchObject([
      { what: 'day of messages', where: expect.stringContaining('general/2023-11-13.json') },
    ]);
  });

  it('is not shaken by a day that is no list, by items that are no messages, or by JSON 100,000 deep', async () => {
    await exportOf('{"a":1}', '2023-11-11.json');
    await exportOf('[null,1,"x",[],{}]', '2023-11-12.json');
    await exportOf(`${'['.repeat(100_000)}${']'.repeat(100_000)}`, '2023-11-13.json');
    const deep = `{"ts":"1700000000.000100","user":"U1","text":"deep","blocks":${'[{"elements":'.repeat(5_000)}1${'}]'.repeat(5_000)}}`;
    await exportOf(`[${deep}]`);
    const { texts, reasons } = await collect(slackExport(folder));
    expect(texts).toEqual(['deep']);
    expect(reasons.filter((reason) => reason === 'message: it has no time')).toHaveLength(6);
  });

  it('takes rooms from their folders when the lists are missing, with nobody in them', async () => {
    await exportOf([says('1700000000.000100', 'hello')]);
    await cp(join(folder, 'general'), join(folder, 'D0ABCDEFG'), { recursive: true });
    await rm(join(folder, 'channels.json'));
    const { rooms, texts, reasons } = await collect(slackExport(folder));
    expect(rooms).toMatchObject([
      { ref: 'D0ABCDEFG', roomKind: 'direct', memberRefs: [] },
      { ref: 'general', roomKind: 'team', memberRefs: [] },
    ]);
    expect(texts).toEqual(['hello', 'hello']);
    expect(reasons).toContain(
      'members of a room: the export has a folder of this name, but no list says who is in it',
    );
  });

  it('never reads one folder into two rooms: the private one would be heard in the public one', async () => {
    await exportOf([says('1700000000.000100', 'secret')]);
    await writeFile(
      join(folder, 'groups.json'),
      JSON.stringify([{ id: 'G1', name: 'general', members: ['U1'] }]),
    );
    const { messages } = await collect(slackExport(folder));
    expect(messages.map(({ roomRef }) => roomRef)).toEqual(['C1']);
  });

  it('goes by time where days overlap, ties as they lie', async () => {
    await exportOf(
      [says('1700000300.000000', 'c'), says('1700000100.000000', 'a'), says('1700000300.000001', 'd')],
      '2023-11-13.json',
    );
    await exportOf([says('1700000400.000000', 'e'), says('1700000200.000000', 'b')]);
    expect((await collect(slackExport(folder))).texts).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('cuts a text of over 12 KiB at the end of a line, and says how long it was', async () => {
    await exportOf([says('1700000000.000100', `${'0123456789 abcdef\n'.repeat(2_000)}`)]);
    const { texts, reasons } = await collect(slackExport(folder));
    expect(textFault(texts[0] ?? '')).toBeUndefined();
    expect(texts[0]).toMatch(/^(0123456789 abcdef\n){600,}… \(cut: 36 KiB in the original\)$/);
    expect(reasons).toEqual(['rest of a long text: a message holds at most 12 KiB']);
  });

  it('names at most as many files as a message may', async () => {
    const files = Array.from({ length: 22 }, (_, index) => ({ id: `F${index}`, name: `${index}.txt` }));
    await exportOf([says('1700000000.000100', '', { files })]);
    const { messages, reasons } = await collect(slackExport(folder));
    expect(messages[0]?.files).toHaveLength(limits.filesPerMessage);
    expect(reasons.filter((reason) => reason === 'file: a message names at most 20')).toHaveLength(2);
  });

  it('follows no link out of the folder', async () => {
    await exportOf([says('1700000000.000100', 'mine')]);
    const outside = join(await mkdtemp(join(tmpdir(), 'outside-')), 'secret.json');
    await writeFile(outside, JSON.stringify([says('1700000001.000100', 'secret')]));
    await symlink(outside, join(folder, 'general', '2023-11-15.json'));
    const { texts, reasons } = await collect(slackExport(folder));
    expect(texts).toEqual(['mine']);
    expect(reasons).toEqual(['file of the export: a link or a device, which an export has no use for']);
  });

  it('refuses what is no Slack export, and says what is missing', async () => {
    await writeFile(join(folder, 'holiday.json'), '[]');
    await expect(collect(slackExport(folder))).rejects.toThrow(/no Slack export: it has no users.json/);
    await expect(collect(slackExport(join(folder, 'none')))).rejects.toThrow(/There is no file or folder/);
    await expect(collect(slackExport(join(folder, 'holiday.json')))).rejects.toThrow(/not a zip file/);
  });
});
