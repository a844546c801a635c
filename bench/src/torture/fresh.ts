import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry, Replies } from '@stackbox/protocol';
import type { Chance } from './chance.ts';
import type { DeedRecord, FreshLog, SearchRecord, Standing } from './history.ts';
import { codeOf, http, patiently } from './raw/http.ts';
import { Line } from './raw/line.ts';
import { readPage } from './raw/pages.ts';
import { type Person, personIn, type World } from './world.ts';

/** Each room's whole log, page by page from its beginning over REST, by somebody who is in it. */
export async function readLogs(port: number, { rooms, people }: World): Promise<FreshLog[]> {
  const logs: FreshLog[] = [];
  for (const roomId of rooms) {
    const reader = people.find((person) => person.rooms.includes(roomId));
    if (reader === undefined) throw new Error(`nobody is in ${roomId}`);
    logs.push(await readLog(port, reader, roomId));
  }
  return logs;
}

async function readLog(port: number, { token }: Person, roomId: string): Promise<FreshLog> {
  const entries: Entry[] = [];
  for (let after = 0; ; ) {
    const page = await patiently(() => readPage(port, token, roomId, { after }));
    entries.push(...page.entries);
    const last = page.entries.at(-1)?.seq ?? after;
    if (!page.more) return { roomId, epoch: page.epoch, head: page.head, entries };
    if (last <= after)
      throw new Error(`the page of ${roomId} after ${after} says that there is more, and does not go on`);
    after = last;
  }
}

/** Everyone's cursors and counts of unread, as `sync` tells them. */
export async function readStandings(port: number, people: readonly Person[]): Promise<Standing[]> {
  const standings: Standing[] = [];
  for (const person of people) standings.push(...(await patiently(() => standingsOf(port, person))));
  return standings;
}

async function standingsOf(port: number, { token, userId }: Person): Promise<Standing[]> {
  const standings: Standing[] = [];
  const line = await Line.open(port, token);
  try {
    for (let from: string | undefined; ; ) {
      const reply = await line.ask('sync', { rooms: {}, ...(from === undefined ? {} : { from }) });
      if (!reply.ok) throw new Error(`sync: ${reply.error.code}`);
      const page = reply as unknown as Replies['sync'];
      for (const { roomId, read, unread } of page.rooms) standings.push({ userId, roomId, read, unread });
      if (page.next === undefined) return standings;
      from = page.next;
    }
  } finally {
    line.cut();
  }
}

const probes = 40;
/** An index may be this far behind the log after a start. */
const indexedWithinMs = 15_000;

/** Looks for words of messages that stand, and of texts that are gone. */
export async function readSearches(
  port: number,
  world: World,
  logs: readonly FreshLog[],
  deeds: readonly DeedRecord[],
  chance: Chance,
): Promise<SearchRecord[]> {
  const standing = new Map<string, { roomId: string; seq: number }>();
  for (const { roomId, entries } of logs) {
    for (const entry of entries) {
      if (entry.kind === 'message') standing.set(wordOf(entry.text), { roomId, seq: entry.seq });
    }
  }
  const texts = deeds.flatMap(({ deed, roomId, answers }) =>
    'text' in deed && answers.length > 0 && isWord.test(wordOf(deed.text))
      ? [{ text: deed.text, roomId }]
      : [],
  );
  const gone = texts.filter(({ text }) => !standing.has(wordOf(text)));
  const there = texts.filter(({ text }) => standing.has(wordOf(text)));
  const end = performance.now() + indexedWithinMs;
  const searches: SearchRecord[] = [];
  for (const from of [gone, there]) {
    for (let i = 0; i < Math.min(probes, from.length); i++) {
      const { text, roomId } = chance.pick(from);
      const word = wordOf(text);
      const at = standing.get(word);
      const { token } = personIn(world, roomId);
      let found = await search(port, token, word);
      while (found.length !== (at === undefined ? 0 : 1) && performance.now() < end) {
        await sleep(50);
        found = await search(port, token, word);
      }
      searches.push({ word, at, found });
    }
  }
  return searches;
}

/** As `Imagination` makes them. */
const isWord = /^w\w*x\d+$/;
const wordOf = (text: string) => text.split(' ', 1)[0] as string;

async function search(port: number, token: string, word: string): Promise<{ roomId: string; seq: number }[]> {
  const found: { roomId: string; seq: number }[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = new URLSearchParams({ q: `"${word}"`, ...(cursor === undefined ? {} : { cursor }) });
    const answer = await patiently(() => http(port, token, 'GET', `search?${query}`));
    const code = codeOf(answer);
    if (code !== undefined) throw new Error(`search for ${word}: ${code}`);
    const { hits, next } = answer.body as { hits: { roomId: string; seq: number }[]; next?: string };
    found.push(...hits.map(({ roomId, seq }) => ({ roomId, seq })));
    if (next === undefined) return found;
    cursor = next;
  }
}
