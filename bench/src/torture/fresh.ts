import type { Entry, Replies } from '@stackbox/protocol';
import type { FreshLog, Standing } from './history.ts';
import { Line } from './raw/line.ts';
import { readPage } from './raw/pages.ts';
import type { Person, World } from './world.ts';

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
    const page = await readPage(port, token, roomId, { after });
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
  for (const { token, userId } of people) {
    const line = await Line.open(port, token);
    for (let from: string | undefined; ; ) {
      const reply = await line.ask('sync', { rooms: {}, ...(from === undefined ? {} : { from }) });
      if (!reply.ok) throw new Error(`sync: ${reply.error.code}`);
      const page = reply as unknown as Replies['sync'];
      for (const { roomId, read, unread } of page.rooms) standings.push({ userId, roomId, read, unread });
      if (page.next === undefined) break;
      from = page.next;
    }
    line.cut();
  }
  return standings;
}
