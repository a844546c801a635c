import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, emptyRoom } from '@stackbox/core/apply';
import type { Entry } from '@stackbox/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectOptions, connect, type StackBox } from '../src/index.ts';
import { fileOutbox } from '../src/node/file-outbox.ts';
import { shown } from './fold.ts';
import { RealServer, until } from './real-server.ts';

let server: RealServer;
const clients: StackBox[] = [];
const folder = mkdtempSync(join(tmpdir(), 'stackbox-client-outbox-'));

beforeAll(async () => {
  server = await RealServer.start();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function as(name: string, options: Partial<ConnectOptions> = {}): Promise<StackBox> {
  // Little chance: the waits between tries stay short.
  const client = connect({
    url: server.url,
    token: server.token(`${name}@demo.example`),
    random: () => 0.02,
    ...options,
  });
  clients.push(client);
  await client.ready();
  return client;
}

/** The room that Ana and Ben share. */
async function shared(ana: StackBox, ben: StackBox) {
  const id = ben.rooms.getSnapshot()[0]?.id ?? '';
  const rooms = [ana.room(id), ben.room(id)] as const;
  await Promise.all(rooms.map((room) => room.open()));
  return rooms;
}

interface LogPage {
  epoch: string;
  head: number;
  entries: Entry[];
}

test('two people talk: messages, edits, reactions, typing, cursors', async () => {
  const [ana, ben] = await Promise.all([as('ana'), as('ben')]);
  const [hers, his] = await shared(ana, ben);
  expect(hers.people.map(({ name }) => name).sort()).toEqual(['Ana', 'Ben']);
  const { seq } = await (await hers.send('Hello Ben')).stored();
  await until(his, ({ messages }) => messages.some((message) => message.seq === seq));
  expect(his.unread).toBeGreaterThan(0);
  his.setTyping(true);
  await until(hers, ({ typing }) => typing.length === 1);
  his.markRead();
  expect(his.unread).toBe(0);
  await until(hers, () => hers.reach(seq) === 'read');
  await (await his.react(seq, '🎉')).stored();
  await (await hers.edit(seq, 'Hello, Ben')).stored();
  await until(his, ({ messages }) => messages.at(-1)?.edited !== undefined);
  expect(his.getSnapshot().messages.at(-1)).toMatchObject({
    text: 'Hello, Ben',
    reactions: { '🎉': [ben.me?.userId] },
  });
  await until(hers, ({ version, queued }) => version > 0 && queued.length === 0);
  expect(ana.rooms.getSnapshot().find(({ id }) => id === hers.id)?.kind).toBe('client');
  expect(await ana.search('Hello')).toHaveProperty('hits');
});

test('[LOG4] [LOG5] the server is killed in the middle, twice: each send is in the log once, in order', async () => {
  const ana = await as('ana', { outbox: fileOutbox(join(folder, 'ana.jsonl')) });
  const ben = await as('ben');
  const [hers, his] = await shared(ana, ben);
  const texts: string[] = [];
  for (const round of [1, 2, 3]) {
    const sending = Array.from({ length: 60 }, (_, i) => {
      const text = `round ${round}, ${i}`;
      texts.push(text);
      return hers.send(text);
    });
    const sent = await Promise.all(sending);
    if (round === 3) break;
    // In full flight: the first ones are through, the last ones are not.
    await sent[20]?.stored();
    await server.kill();
    await server.start();
  }
  await until(hers, ({ queued }) => queued.length === 0);
  await until(his, ({ messages }) => messages.at(-1)?.text === texts.at(-1));
  while (his.getSnapshot().hasEarlier) await his.loadEarlier(500);
  const said = his.getSnapshot().messages.map(({ text }) => text);
  expect(said.filter((text) => text.startsWith('round'))).toEqual(texts);
});

test('[LOG8] what both hold is what a fresh read gives', async () => {
  const [ana, ben] = await Promise.all([as('ana'), as('ben')]);
  for (const room of await shared(ana, ben)) {
    const { state } = room;
    if (state === undefined) throw new Error('no state');
    const page = await ana.call<LogPage>('GET', `rooms/${room.id}/entries`, {
      query: { after: state.first - 1, limit: 500 },
    });
    expect(shown(state)).toEqual(shown(apply(emptyRoom(page.epoch, state.first - 1), page.entries)));
  }
});

test('[SEC5] a session that was ended signs the client out', async () => {
  const ana = await as('ana');
  await ana.call('DELETE', 'session');
  await until(ana.connection, ({ status }) => status === 'signed_out');
  await expect(ana.call('GET', 'rooms')).rejects.toMatchObject({ code: 'unauthenticated' });
});
