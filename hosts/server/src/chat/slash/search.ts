import { titleOf } from '../find-room.ts';
import { oneLine } from '../text/safe.ts';
import { dim } from '../text/span.ts';
import { hitRows } from '../view/hits.ts';
import { rule } from '../view/times.ts';
import { type Command, type Desk, Misuse } from './desk.ts';

const mostHits = 10;
/** A page may hold nothing and still have a next one: so many are asked for. */
const mostPages = 10;

const search: Command = {
  name: 'search',
  takes: 'WORDS',
  about: 'Find messages in all your rooms; the last word may be a beginning',
  async run(desk, rest) {
    const words = rest.trim();
    if (words === '') throw new Misuse('Say what to look for: /search renewal');
    const { hits, isMore } = await find(desk, words);
    if (hits.length === 0) return desk.hint(`Nothing has “${oneLine(words)}” in it.`);
    await nameAuthors(desk, hits);
    const rooms = new Map(desk.client.rooms.getSnapshot().map((room) => [room.id, titleOf(room)]));
    const rows = hits
      .toReversed()
      .flatMap((hit) =>
        hitRows(hit, hit.roomId === desk.openId ? undefined : rooms.get(hit.roomId), desk.look),
      );
    const more = isMore ? [[dim('  There are earlier ones: another word narrows it down.')]] : [];
    desk.say([rule(`“${oneLine(words)}”`), ...rows, ...more, rule('back to now')]);
  },
};

export const aboutSearch: readonly Command[] = [search];

async function find({ client }: Desk, words: string) {
  const hits: Awaited<ReturnType<typeof client.search>>['hits'][number][] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages && hits.length < mostHits; page++) {
    const found = await client.search(words, {
      limit: mostHits,
      ...(cursor === undefined ? {} : { cursor }),
    });
    hits.push(...found.hits);
    cursor = found.next;
    if (cursor === undefined) break;
  }
  return { hits: hits.slice(0, mostHits), isMore: cursor !== undefined || hits.length > mostHits };
}

/** Who is who in a room is known once it was opened. */
async function nameAuthors({ client, names }: Desk, hits: readonly { roomId: string; by: string }[]) {
  const strange = new Set(
    hits.filter(({ by }) => by !== names.me && !names.knows(by)).map(({ roomId }) => roomId),
  );
  for (const roomId of strange) {
    const room = client.room(roomId);
    await room.open().catch(() => {});
    names.learn(room.people);
  }
}
