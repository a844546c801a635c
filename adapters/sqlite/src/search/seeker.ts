import type { SearchHit, SearchPage, SearchQuery } from '@stackbox/core';
import type { Statement } from 'better-sqlite3';
import { kindNumbers, type MessageBody } from '../rows.ts';
import type { Db } from '../schema.ts';
import { type Cursor, cursorIn, cursorText } from './cursor.ts';
import { findable, linksIn, writtenAt } from './findable.ts';
import type { Finder } from './finder.ts';
import type { LogView, MessageRow } from './log-view.ts';
import { hasBeginning, type Match, matchFor } from './match.ts';
import type { PageTable } from './page-table.ts';
import { fold, spacedOnly } from './scripts.ts';
import type { Shards } from './shards.ts';
import { type Mark, marksBy, snippetOf } from './snippet.ts';

export interface Search {
  readonly workspaceId: string;
  readonly userId: string;
  readonly query: SearchQuery;
  readonly limit: number;
  readonly cursor?: string;
}

const dayMs = 24 * 60 * 60_000;
export interface Pace {
  /** A search that takes longer answers what it has, and where to go on. */
  readonly searchMs: number;
  /** About how long it keeps others waiting. */
  readonly stretchMs: number;
}

const usualPace: Pace = { searchMs: 100, stretchMs: 10 };
/**
 * Up to so few rooms, FTS5 goes through their lists. For more it goes through the workspace's, and the rows of other
 * rooms are sifted out; where nearly all of them are, it goes through the lists of up to so many rooms after all.
 */
const fewRooms = 8;
const mostRoomLists = 1_000;
const siftedAtOnce = 1_000;
const readAtOnce = 64;

type Found = SearchHit & { id: number };

interface Candidate {
  readonly row: MessageRow;
  readonly text: string;
  readonly body: MessageBody;
}

/** A query with all that it takes to judge a row of the log by it. */
interface Asked {
  readonly search: Search;
  readonly rooms: ReadonlyMap<number, string>;
  readonly authors: ReadonlySet<number> | undefined;
  /** In the whole workspace, if the rooms are many. */
  readonly wide: Match | undefined;
  /** In the rooms alone, if they are not too many. */
  readonly narrow: Match | undefined;
}

/** Answers searches. The index proposes, newest first; the log decides: text, author, date and membership are read there. */
export class Seeker {
  readonly #log: LogView;
  readonly #page: PageTable;
  readonly #shards: Shards;
  readonly #days: Statement<[number, number], { first: number | null; last: number | null }>;
  readonly #turn: () => Promise<void>;
  readonly #pace: Pace;

  /** `turn`: lets others have a turn. */
  constructor(
    db: Db,
    shards: Shards,
    log: LogView,
    page: PageTable,
    turn: () => Promise<void>,
    pace: Pace = usualPace,
  ) {
    this.#shards = shards;
    this.#log = log;
    this.#page = page;
    this.#turn = turn;
    this.#pace = pace;
    this.#days = db.prepare(
      'SELECT min(first) AS first, max(last) AS last FROM days WHERE day >= ? AND day < ?',
    );
  }

  /** @param top every entry below it has been taken in */
  async search(search: Search, top: number): Promise<SearchPage> {
    const given = search.cursor === undefined ? undefined : cursorIn(search.cursor);
    const cursor = { below: Math.min(given?.below ?? top, top), beginnings: given?.beginnings ?? false };
    if (cursor.beginnings) return this.#below(search, cursor);
    const page = await this.#below(search, cursor);
    // As words they are found at once, and mostly fill the page. Only where they don't are they taken as beginnings.
    const isFull = page.hits.length === search.limit && page.next !== undefined;
    if (given !== undefined || isFull || !hasBeginning(search.query)) return page;
    return this.#below(search, { ...cursor, beginnings: true });
  }

  async #below(search: Search, cursor: Cursor): Promise<SearchPage> {
    const asked = this.#asked(search, cursor.beginnings);
    const span = asked && this.#span(search.query, cursor.below);
    if (asked === undefined || span === undefined) return { hits: [] };
    const { limit } = search;
    const hits: Found[] = [];
    let match = (asked.wide ?? asked.narrow) as Match;
    let isCutShort = false;
    const started = performance.now();
    let turned = started;
    let turns = 0;
    let { below } = span;
    shards: for (const shard of this.#shards.spans(span.from, span.below)) {
      for (let from = shard.below; from > shard.from; from = below) {
        const now = performance.now();
        if (now - started > this.#pace.searchMs && below < span.below) {
          isCutShort = true;
          break shards;
        }
        if (now - turned > this.#pace.stretchMs) {
          await this.#turn();
          turns++;
          turned = performance.now();
        }
        const before = hits.length;
        below = this.#look(asked, match, { ...shard, below: from }, hits);
        if (hits.length > limit) break shards;
        // More than were sifted lie before the shard's end, and they were others' nearly all.
        if (match === asked.wide && below > shard.from && hits.length - before < limit)
          match = asked.narrow ?? match;
      }
    }
    const more = hits.length > limit;
    const kept = hits.slice(0, limit);
    const goOn = more ? (kept.at(-1)?.id ?? 0) : isCutShort ? below : undefined;
    const next =
      goOn === undefined ? {} : { next: cursorText({ below: goOn, beginnings: cursor.beginnings }) };
    // Others had their turn meanwhile, and may have taken the user out of a room (SEC2).
    const rooms =
      turns === 0 ? undefined : new Set(this.#log.roomsOf(search.workspaceId, search.userId).values());
    return {
      hits: kept.filter(({ roomId }) => rooms?.has(roomId) ?? true).map(({ id: _, ...hit }) => hit),
      ...next,
    };
  }

  /**
   * Adds what a shard holds to `hits`, newest first, until they are one more than asked for.
   * @returns the id down to which it was looked at
   */
  #look(
    asked: Asked,
    match: Match,
    shard: { no: number; from: number; below: number },
    hits: Found[],
  ): number {
    const { search, wide } = asked;
    const missing = search.limit + 1 - hits.length;
    // Of trigrams' proposals some fall through.
    const wanted = match === wide ? siftedAtOnce : match.table === 'grams' ? 2 * missing : missing;
    const ids = this.#shards.ids(match.table, shard, match.expression, wanted);
    for (let at = 0; at < ids.length; at += readAtOnce) {
      const some = ids.slice(at, at + readAtOnce);
      hits.push(...this.#read(asked, match, some));
      if (hits.length > search.limit) return some.at(-1) as number;
    }
    return ids.length < wanted ? shard.from : (ids.at(-1) as number);
  }

  /** undefined: nothing can be found. Nothing is looked up then, whatever the words. */
  #asked(search: Search, beginnings: boolean): Asked | undefined {
    const { workspaceId, userId, query } = search;
    const mine = this.#log.roomsOf(workspaceId, userId);
    const within = query.in;
    const rooms = within === undefined ? mine : new Map([...mine].filter(([, id]) => within.includes(id)));
    const authors = query.from?.flatMap((id) => this.#log.userNo(id) ?? []);
    if (rooms.size === 0 || authors?.length === 0) return undefined;
    const where = {
      workspace: this.#log.workspaceNo(workspaceId),
      ...(authors === undefined ? {} : { authors }),
    };
    const wide = rooms.size > fewRooms ? matchFor(query, where, beginnings) : undefined;
    const narrow =
      rooms.size <= mostRoomLists
        ? matchFor(query, { ...where, rooms: [...rooms.keys()] }, beginnings)
        : undefined;
    if (wide === undefined && narrow === undefined) return undefined;
    return { search, rooms, authors: authors && new Set(authors), wide, narrow };
  }

  /** Between which ids to look: all, or those among which something was written on the days in question. */
  #span({ since, until }: SearchQuery, below: number): { from: number; below: number } | undefined {
    if (since === undefined && until === undefined) return { from: 0, below };
    const days = this.#days.get(
      since === undefined ? Number.MIN_SAFE_INTEGER : Math.floor(since / dayMs),
      until === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(until / dayMs),
    );
    if (days === undefined || days.first === null || days.last === null) return undefined;
    return { from: days.first, below: Math.min(below, days.last + 1) };
  }

  #read(asked: Asked, match: Match, ids: readonly number[]): Found[] {
    const candidates = ids.flatMap((id) => this.#candidate(asked, id) ?? []);
    const marks = this.#marks(match, candidates);
    return candidates.flatMap((candidate, at) => {
      const found = marks.get(at);
      return found === undefined ? [] : this.#hit(asked, candidate, found);
    });
  }

  /** A row as it is now, if all but its text fits: it may have been edited or withdrawn since it was indexed (LOG9). */
  #candidate({ search: { query }, rooms, authors, wide }: Asked, id: number): Candidate | undefined {
    // Without the body first: of a wide search most rows are others'.
    if (wide !== undefined && !rooms.has(this.#log.roomOf(id) ?? -1)) return undefined;
    const row = this.#log.row(id);
    if (row === undefined || row.kind !== kindNumbers.message || !rooms.has(row.room_no)) return undefined;
    if (authors !== undefined && !authors.has(row.by_no)) return undefined;
    const body = JSON.parse(row.body) as MessageBody;
    if (body.deleted) return undefined;
    const at = writtenAt(body, row.at);
    if (at < (query.since ?? Number.NEGATIVE_INFINITY) || at >= (query.until ?? Number.POSITIVE_INFINITY))
      return undefined;
    const text = findable(body);
    if (query.hasLink && !linksIn(text)) return undefined;
    return { row, text, body };
  }

  /** Which candidates hold what is looked for, and where. */
  #marks({ words, finders, unwanted }: Match, candidates: readonly Candidate[]): Map<number, Mark[]> {
    const matching =
      words === undefined
        ? undefined
        : this.#page.matching(
            words,
            candidates.map(({ text }) => spacedOnly(text)),
          );
    const marks = new Map<number, Mark[]>();
    candidates.forEach(({ text }, at) => {
      const marked = matching === undefined ? [] : matching.get(at);
      if (marked === undefined) return;
      if (finders.length + unwanted.length > 0) {
        const folded = fold(text);
        const holds = (finder: Finder) => finder.isIn(folded);
        if (!finders.every(holds) || unwanted.some(holds)) return;
      }
      marks.set(at, finders.length === 0 ? marked : marksBy(finders, text));
    });
    return marks;
  }

  #hit({ search: { workspaceId }, rooms }: Asked, { row, text, body }: Candidate, marks: readonly Mark[]) {
    return {
      id: row.id,
      workspaceId,
      roomId: rooms.get(row.room_no) as string,
      seq: row.seq,
      at: row.at,
      by: this.#log.userId(row.by_no),
      ...(body.sentAt === undefined ? {} : { sentAt: body.sentAt }),
      snippet: snippetOf(text, marks),
    };
  }
}
