import type { Actor } from '../kernel/actor.ts';
import { demand } from '../policy/policy.ts';
import { parseQuery } from './parse.ts';
import type { SearchIndex, SearchPage, SearchQuery } from './search.ts';

/** What one search may ask for at once. */
const mostHits = 100;

/**
 * Messages in the actor's rooms that hold what `q` asks for, newest first.
 * @throws Refusal `bad_request` for a query or cursor that is not understood
 */
export async function searchMessages(
  { search }: { search: SearchIndex },
  actor: Actor,
  { q, limit, cursor }: { q: string; limit: number; cursor?: string | undefined },
): Promise<SearchPage> {
  demand(actor, 'search');
  const query = await resolved(search, actor, parseQuery(q));
  const page = { limit: Math.max(1, Math.min(limit, mostHits)) };
  return search.search(
    actor.workspaceId,
    actor.userId,
    query,
    cursor === undefined ? page : { ...page, cursor },
  );
}

/**
 * The query with ids where names were. A name that means nobody whom the actor may know of stays a query from nobody:
 * it finds nothing, as for a stranger (SEC3, SEC4).
 */
async function resolved(search: SearchIndex, actor: Actor, query: SearchQuery): Promise<SearchQuery> {
  const { workspaceId, userId, role } = actor;
  const among = role === 'client' ? 'acquaintances' : 'workspace';
  const people = async (name: string) =>
    name.toLowerCase() === 'me'
      ? [userId]
      : [name, ...(await search.peopleCalled(workspaceId, userId, name, among))];
  // Every name may also be an id: an id opens nothing, hits come from the actor's own rooms.
  const rooms = async (name: string) => [name, ...(await search.roomsCalled(workspaceId, userId, name))];
  return {
    ...query,
    ...(query.from === undefined ? {} : { from: await each(query.from, people) }),
    ...(query.in === undefined ? {} : { in: await each(query.in, rooms) }),
  };
}

async function each(names: readonly string[], find: (name: string) => Promise<string[]>): Promise<string[]> {
  return [...new Set((await Promise.all(names.map(find))).flat())];
}
