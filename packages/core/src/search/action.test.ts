import { Refusal } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../kernel/actor.ts';
import { searchMessages } from './action.ts';
import type { SearchIndex, SearchQuery } from './search.ts';

interface Asked {
  query?: SearchQuery;
  limit?: number;
  cursor?: string;
  among: string[];
}

/** An index that finds nothing, and tells what it was asked. */
function listening(people: Record<string, string[]> = {}, rooms: Record<string, string[]> = {}) {
  const asked: Asked = { among: [] };
  const search: SearchIndex = {
    async search(_workspaceId, _userId, query, { limit, cursor }) {
      Object.assign(asked, { query, limit, ...(cursor === undefined ? {} : { cursor }) });
      return { hits: [] };
    },
    async peopleCalled(_workspaceId, _userId, name, among) {
      asked.among.push(among);
      return people[name] ?? [];
    },
    roomsCalled: async (_workspaceId, _userId, name) => rooms[name] ?? [],
  };
  return { search, asked };
}

const ana: Actor = { workspaceId: 'ws_1', userId: 'usr_ana', role: 'owner' };
const cleo: Actor = { workspaceId: 'ws_1', userId: 'usr_cleo', role: 'client' };

describe('searchMessages', () => {
  it('asks with ids where names were, and keeps what may be an id', async () => {
    const { search, asked } = listening({ ben: ['usr_ben', 'usr_benno'] }, { sales: ['room_1'] });
    await searchMessages({ search }, ana, { q: 'from:me from:ben in:sales in:room_2 tea', limit: 20 });
    expect(asked.query).toEqual({
      terms: [{ text: 'tea', as: 'beginning' }],
      without: [],
      from: ['usr_ana', 'ben', 'usr_ben', 'usr_benno'],
      in: ['sales', 'room_1', 'room_2'],
    });
  });

  it('[SEC4] looks for the people of a client among its acquaintances only', async () => {
    const { search, asked } = listening();
    await searchMessages({ search }, ana, { q: 'from:ben', limit: 20 });
    await searchMessages({ search }, cleo, { q: 'from:ben', limit: 20 });
    expect(asked.among).toEqual(['workspace', 'acquaintances']);
  });

  it('[SEC3] a name that means nobody stays a query from nobody', async () => {
    const { search, asked } = listening();
    await searchMessages({ search }, cleo, { q: 'from:stranger', limit: 20 });
    expect(asked.query).toMatchObject({ from: ['stranger'] });
  });

  it('asks for 1 to 100 hits, and hands the cursor on', async () => {
    const { search, asked } = listening();
    await searchMessages({ search }, ana, { q: 'tea', limit: 5_000, cursor: 'w1' });
    expect(asked).toMatchObject({ limit: 100, cursor: 'w1' });
    await searchMessages({ search }, ana, { q: 'tea', limit: 0 });
    expect(asked.limit).toBe(1);
  });

  it('refuses a query that is not understood before anything is asked', async () => {
    const { search, asked } = listening();
    await expect(searchMessages({ search }, ana, { q: 'foo:bar', limit: 20 })).rejects.toBeInstanceOf(
      Refusal,
    );
    expect(asked.query).toBeUndefined();
  });
});
