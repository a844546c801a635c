import type { SearchHit, SearchPage, SearchQuery } from '@stackbox/core';
import type { Statement } from 'better-sqlite3';
import { kindNumbers, type MessageBody } from '../rows.ts';
import type { Db } from '../schema.ts';
import { Beginnings } from './beginnings.ts';
import { type Cursor, cursorIn, cursorText } from './cursor.ts';
import type { Finder } from './finder.ts';
import { findable, linksIn, writtenAt } from './findable.ts';
import type { LogView, MessageRow } from './log-view.ts';
import { type Match, matchFor } from './match.ts';
import type { PageTable } from './page-table.ts';
import { fold, spacedOnly } from './scripts.ts';
import { type Mark, marksBy, snippetOf } from './snippet.ts';

export interface Search {
  readonly workspaceId: string;
  readonly userId: string;
  readonly query: SearchQuery;
  readonly limit: number;
  readonly cursor?: string;
}

const dayMs = 24 * 60 * 60_000;
/** A search that takes longer answers what it has, and where to go on. */
const searchMs = 100;
/** About how long it keeps others waiting. */
const stretchMs = 10;
/** FTS5 goes through the lists of up to this many rooms; beyond, through the workspace's, and rooms are told apart after. */
const mostRoomLists = 200;
/** The same beside a beginning, whose list is long. */
const mostRoomListsBesideBeginning = 16;
/** Beginnings of more pages (about a thousand places each) are left to be typed on. */
const mostBeginningPages = 600;
const narrowest = 10_000;

interface Candidate {
  readonly row: MessageRow;
  readonly text: string;
  readonly body: MessageBody;
}

/** A query with all that it takes to judge a row of the log by it. */
interface Asked {
  readonly search: Search;
  readonly match: Match;
  readonly rooms: ReadonlyMap<number, string>;
  readonly authors: ReadonlySet<number> | undefined;
  /** Rooms are told apart after. */
  readonly sift: boolean;
}

/** Answers searches. The index proposes, newest first; the log decides: text, author, date and membership are read there. */
export class Seeker {
  readonly #log: LogView;
  readonly #page: PageTable;
  readonly #beginnings: Beginnings;
  readonly #ids: Record<Match['table'], Statement<[string, number, number, number], { rowid: number }>>;
  readonly #days: Statement<[number, number], { first: number | null; last: number | null }>;
  readonly #turn: () => Promise<void>;

  /** `turn`: lets others have a turn. */
  constructor(db: Db, log: LogView, page: PageTable, turn: () => Promise<void>) {
    this.#log = log;
    this.#page = page;
    this.#turn = turn;
    this.#beginnings = new Beginnings(db);
    const ids = (table: Match['table']): Statement<[string, number, number, number], { rowid: number }> =>
      db.prepare(
        `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
      );
    this.#ids = { words: ids('words'), grams: ids('grams') };
    this.#days = db.prepare('SELECT min(first) AS first, max(last) AS last FROM days WHERE day >= ? AND day < ?');
  }

  /** @param top every entry below it has been taken in */
  async search(search: Search, top: number): Promise<SearchPage> {
    const given = search.cursor === undefined ? undefined : cursorIn(search.cursor);
    const cursor = { below: Math.min(given?.below ?? top, top), beginnings: given?.beginnings ?? false };
    const { query } = search;
    if (cursor.beginnings) return this.#below(search, cursor);
    const page = await this.#below(search, cursor);
    const mayBeBeginning = query.terms.some(({ as }) => as === 'beginning');
    // As words they are found at once, and fill the page. Only where few hold them are they taken as beginnings.
    if (given !== undefined || page.next !== undefined || !mayBeBeginning || !this.#affordable(query)) return page;
    return this.#below(search, { ...cursor, beginnings: true });
  }

  #affordable({ terms }: SearchQuery): boolean {
    return terms
      .filter(({ as }) => as === 'beginning')
      .every(({ text }) => {
        const token = this.#page.lastToken(spacedOnly(text));
        return token === undefined || this.#beginnings.pages(token) <= mostBeginningPages;
      });
  }

  async #below(search: Search, cursor: Cursor): Promise<SearchPage> {
    const asked = this.#asked(search, cursor.beginnings);
    const span = asked && this.#span(search.query, cursor.below);
    if (asked === undefined || span === undefined) return { hits: [] };
    const { limit } = search;
    const { lists } = asked.match;
    // A beginning's list is made anew for each stretch: one stretch it is.
    let width = cursor.beginnings ? Number.POSITIVE_INFINITY : Math.max(narrowest, 2_000_000 / (1 + lists));
    let { below } = span;
    const hits: (SearchHit & { id: number })[] = [];
    const started = performance.now();
    let waited = started;
    let turns = 0;
    while (below > span.from && hits.length <= limit) {
      const stretchStarted = performance.now();
      if (stretchStarted - started > searchMs) break;
      if (stretchStarted - waited > stretchMs) {
        await this.#turn();
        turns++;
        waited = performance.now();
      }
      const from = Math.max(span.from, below - width);
      const wanted = asked.sift ? 256 : (limit + 1 - hits.length) * (asked.match.table === 'grams' ? 2 : 1);
      const began = performance.now();
      const ids = this.#ids[asked.match.table].all(asked.match.expression, from, below, wanted);
      const took = performance.now() - began;
      hits.push(...this.#read(asked, ids.map(({ rowid }) => rowid)));
      if (ids.length === wanted) below = (ids.at(-1) as { rowid: number }).rowid;
      else {
        below = from;
        width *= took < stretchMs / 2 ? 4 : took > stretchMs ? 1 / 2 : 1;
        width = Math.max(width, narrowest);
      }
    }
    const more = hits.length > limit;
    const kept = hits.slice(0, limit);
    const goOn = more ? (kept.at(-1)?.id ?? 0) : below > span.from ? below : undefined;
    const next = goOn === undefined ? {} : { next: cursorText({ below: goOn, beginnings: cursor.beginnings }) };
    // Others had their turn meanwhile, and may have taken the user out of a room (SEC2).
    const rooms = turns === 0 ? undefined : new Set(this.#log.roomsOf(search.workspaceId, search.userId).values());
    return {
      hits: kept.filter(({ roomId }) => rooms?.has(roomId) ?? true).map(({ id: _, ...hit }) => hit),
      ...next,
    };
  }

  /** undefined: nothing can be found. Nothing is looked up then, whatever the words. */
  #asked(search: Search, beginnings: boolean): Asked | undefined {
    const { workspaceId, userId, query } = search;
    const mine = this.#log.roomsOf(workspaceId, userId);
    const within = query.in;
    const rooms = within === undefined ? mine : new Map([...mine].filter(([, id]) => within.includes(id)));
    const authors = query.from?.flatMap((id) => this.#log.userNo(id) ?? []);
    if (rooms.size === 0 || authors?.length === 0) return undefined;
    const sift = rooms.size > (beginnings ? mostRoomListsBesideBeginning : mostRoomLists);
    const where = {
      workspace: this.#log.workspaceNo(workspaceId),
      ...(sift ? {} : { rooms: [...rooms.keys()] }),
      ...(authors === undefined ? {} : { authors }),
    };
    const match = matchFor(query, where, beginnings);
    return match && { search, match, rooms, authors: authors && new Set(authors), sift };
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

  #read(asked: Asked, ids: readonly number[]): (SearchHit & { id: number })[] {
    const candidates = ids.flatMap((id) => this.#candidate(asked, id) ?? []);
    const marks = this.#marks(asked.match, candidates);
    return candidates.flatMap((candidate, at) => {
      const found = marks.get(at);
      return found === undefined ? [] : this.#hit(asked, candidate, found);
    });
  }

  /** A row as it is now, if all but its text fits: it may have been edited or withdrawn since it was indexed (LOG9). */
  #candidate({ search: { query }, rooms, authors, sift }: Asked, id: number): Candidate | undefined {
    if (sift && !rooms.has(this.#log.roomOf(id) ?? -1)) return undefined;
    const row = this.#log.row(id);
    if (row === undefined || row.kind !== kindNumbers.message || !rooms.has(row.room_no)) return undefined;
    if (authors !== undefined && !authors.has(row.by_no)) return undefined;
    const body = JSON.parse(row.body) as MessageBody;
    if (body.deleted) return undefined;
    const at = writtenAt(body, row.at);
    if (at < (query.since ?? Number.NEGATIVE_INFINITY) || at >= (query.until ?? Number.POSITIVE_INFINITY)) return undefined;
    if (query.hasFile && !body.files?.length) return undefined;
    const text = findable(body);
    if (query.hasLink && !linksIn(text)) return undefined;
    return { row, text, body };
  }

  /** Which candidates hold what is looked for, and where. */
  #marks({ words, finders, unwanted }: Match, candidates: readonly Candidate[]): Map<number, Mark[]> {
    const matching = words === undefined ? undefined : this.#page.matching(words, candidates.map(({ text }) => spacedOnly(text)));
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
