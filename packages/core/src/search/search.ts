import type { RoomRef } from '../log/log.ts';

/** What is asked of the index. All given parts must match. */
export interface SearchQuery {
  /** Words, each of which must occur; the last may be a beginning. */
  readonly words: readonly string[];
  /** Word sequences that must occur as they stand. */
  readonly phrases: readonly string[];
  readonly from?: string;
  readonly in?: string;
  readonly hasFile?: boolean;
  readonly hasLink?: boolean;
  /** Milliseconds since 1970, exclusive. */
  readonly before?: number;
  readonly after?: number;
}

export interface SearchHit extends RoomRef {
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  /** About 160 characters around the first match, plain text; the matches between U+E000 and U+E001. */
  readonly snippet: string;
}

/**
 * Port: full text over the messages. Newest first. Each call does a bounded amount of work, whatever the member may
 * see: it may answer fewer hits than asked, with `next` to go on.
 */
export interface SearchIndex {
  /** Only messages in rooms the user is in now (SEC2); withdrawn ones never (LOG9). */
  search(
    workspaceId: string,
    userId: string,
    query: SearchQuery,
    page: { limit: number; cursor?: string },
  ): Promise<{ hits: SearchHit[]; next?: string }>;
}
