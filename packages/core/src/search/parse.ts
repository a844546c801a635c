import { Refusal } from '@stackbox/protocol';
import type { SearchQuery, SearchTerm } from './search.ts';

const mostChars = 500;
const mostTerms = 20;
const mostNames = 5;
const dayMs = 24 * 60 * 60_000;

/** Keyboards and phones make quotes and colons of their own. */
const openingQuote = '"“”„‟＂«»';
const piece = new RegExp(
  [
    '(?<minus>-)?',
    '(?:(?<key>[a-z]+)[:：])?',
    `(?:[${openingQuote}](?<quoted>[^${openingQuote}]*)(?:[${openingQuote}]|$)|(?<bare>[^\\s${openingQuote}]+))`,
  ].join(''),
  'giu',
);

const operators = 'from: in: has: before: after: on:';

type Draft = {
  terms: SearchTerm[];
  without: SearchTerm[];
  from?: string[];
  in?: string[];
  hasFile?: true;
  hasLink?: true;
  since?: number;
  until?: number;
};

/**
 * What a line of text asks for. `from` and `in` hold names as they were written: whom they mean is for who knows the
 * asker. The last word may be a beginning, and so may one that ends in `*`.
 * @throws Refusal `bad_request`, naming what is not understood and the mend
 */
export function parseQuery(line: string): SearchQuery {
  const text = line
    .toWellFormed()
    .normalize('NFC')
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  if (text.length > mostChars)
    throw unclear(`A search is at most ${mostChars} characters long; this one has ${text.length}.`);
  const query: Draft = { terms: [], without: [] };
  for (const match of text.matchAll(piece)) {
    const { minus, key, quoted, bare } = match.groups as Partial<
      Record<'minus' | 'key' | 'quoted' | 'bare', string>
    >;
    const isLast = (match.index ?? 0) + match[0].length === text.length;
    if (key !== undefined && isOperator(key, quoted ?? bare ?? '')) {
      if (minus !== undefined)
        throw unclear(`Only words and phrases can be left out: -${key}: is not understood.`);
      apply(query, key.toLowerCase(), (quoted ?? bare ?? '').trim());
      continue;
    }
    const list = minus === undefined ? query.terms : query.without;
    // A key that is none belongs to the text: https://…
    const term =
      quoted === undefined
        ? word(`${key === undefined ? '' : `${key}:`}${bare}`, isLast && list === query.terms)
        : phrase(quoted);
    if (term !== undefined) list.push(term);
  }
  const { terms, without, ...rest } = query;
  if (terms.length + without.length + Object.keys(rest).length === 0) {
    throw unclear(`Say what to look for: words, "a phrase", or ${operators}`);
  }
  if (terms.length + without.length > mostTerms) {
    throw unclear(
      `A search has at most ${mostTerms} words and phrases; this one has ${terms.length + without.length}.`,
    );
  }
  for (const [key, names] of [
    ['from', query.from],
    ['in', query.in],
  ] as const) {
    if (names !== undefined && names.length > mostNames)
      throw unclear(`${key}: can be given ${mostNames} times; here it is ${names.length}.`);
  }
  return query;
}

function isOperator(key: string, value: string): boolean {
  if (operators.split(' ').includes(`${key.toLowerCase()}:`)) return true;
  if (value === '' || value.startsWith('//')) return false;
  throw unclear(
    `${key}: is no search operator. There are ${operators}. To look for it as text, put it in quotes: "${key}:${value}"`,
  );
}

function apply(query: Draft, key: string, value: string): void {
  if (value === '') throw unclear(`${key}: needs a value right behind it, without a space.`);
  switch (key) {
    case 'from':
      query.from = [...(query.from ?? []), value.replace(/^@/, '')];
      return;
    case 'in':
      query.in = [...(query.in ?? []), value.replace(/^#/, '')];
      return;
    case 'has':
      if (/^files?$/i.test(value)) query.hasFile = true;
      else if (/^links?$/i.test(value)) query.hasLink = true;
      else throw unclear(`has:${value} is not understood. There are has:file and has:link`);
      return;
    case 'before':
      query.until = Math.min(query.until ?? Number.POSITIVE_INFINITY, startOf(key, value));
      return;
    case 'after':
      query.since = Math.max(query.since ?? 0, startOf(key, value) + dayMs);
      return;
    case 'on':
      query.since = Math.max(query.since ?? 0, startOf(key, value));
      query.until = Math.min(query.until ?? Number.POSITIVE_INFINITY, startOf(key, value) + dayMs);
  }
}

/** Midnight, UTC, at which a day begins. */
function startOf(key: string, day: string): number {
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // 2026-02-30 is read as 2 March by some: a day that isn't in the calendar is none.
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(day)) {
    throw unclear(`${key}:${day} is not understood. Give a day of the calendar as ${key}:2026-01-31`);
  }
  return start;
}

function word(text: string, isLast: boolean): SearchTerm | undefined {
  const key = /^([a-z]+)[:：]$/i.exec(text)?.[1];
  if (key !== undefined && isOperator(key, ''))
    throw unclear(`${key}: needs a value right behind it, without a space.`);
  const bare = text.replace(/\*+$/, '');
  if (bare === '') return undefined;
  return { text: bare, as: isLast || bare !== text ? 'beginning' : 'word' };
}

function phrase(text: string): SearchTerm | undefined {
  return text.trim() === '' ? undefined : { text: text.trim(), as: 'phrase' };
}

const unclear = (message: string): Refusal => new Refusal('bad_request', message);
