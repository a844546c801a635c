import type { RoomRef } from '../log/log.ts';

/** One thing that a message must hold, or must not. */
export interface SearchTerm {
  readonly text: string;
  /**
   * `word`: it or another form of it (contracts finds contract). `beginning`: a word that may go on. `phrase`: the words
   * as they stand, one behind the other. In scripts without spaces all three mean: it occurs.
   */
  readonly as: 'word' | 'beginning' | 'phrase';
}

/** What is asked of the index. All given parts must hold. */
export interface SearchQuery {
  /** All of these occur in the text or in the names of the files. May be empty: then the other parts alone decide. */
  readonly terms: readonly SearchTerm[];
  /** None of these occurs. */
  readonly without: readonly SearchTerm[];
  /** User ids: one of them wrote it. Empty: nobody did. */
  readonly from?: readonly string[];
  /** Room ids: it is in one of them. Empty: in none. */
  readonly in?: readonly string[];
  readonly hasFile?: true;
  readonly hasLink?: true;
  /** Milliseconds since 1970: written at or after `since`, and before `until`. */
  readonly since?: number;
  readonly until?: number;
}

export interface SearchHit extends RoomRef {
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  /** When it was first written, for what came from another system. */
  readonly sentAt?: number;
  /** About 160 characters around the first match, plain text; the matches between U+E000 and U+E001. */
  readonly snippet: string;
}

export interface SearchPage {
  readonly hits: SearchHit[];
  /** There may be more: ask again with this cursor. */
  readonly next?: string;
}

/**
 * Port: full text over the messages, newest first.
 *
 * An implementation owes:
 * - SEC2, SEC7: only messages in rooms that the user is in now and whose kind admits their role (`admits`). LOG9: a
 *   withdrawn or replaced text is not found from the moment that was acknowledged.
 * - What was committed before `search` was called is found by it, unless the index is more than about a second behind.
 * - Each call does a bounded amount of work, whatever is asked and whoever asks: it may answer fewer hits than `limit`,
 *   even none, with `next` to go on. Going on ends, and gives each hit once.
 * - A cursor that was never given is a `bad_request`. Every text may be asked for; none is syntax.
 */
export interface SearchIndex {
  search(
    workspaceId: string,
    userId: string,
    query: SearchQuery,
    page: { limit: number; cursor?: string },
  ): Promise<SearchPage>;
  /**
   * Ids of the members whom a name, a part of a name or an address may mean, however it is capitalized or accented; at
   * most 20. `acquaintances`: only among those who share a room with the user now (SEC4).
   */
  peopleCalled(
    workspaceId: string,
    userId: string,
    name: string,
    among: 'workspace' | 'acquaintances',
  ): Promise<string[]>;
  /** Ids of the rooms, among those that the user may search, which a name or a part of one may mean; at most 20. */
  roomsCalled(workspaceId: string, userId: string, name: string): Promise<string[]>;
}
