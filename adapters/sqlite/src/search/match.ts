import type { SearchQuery, SearchTerm } from '@stackbox/core';
import { Finder } from './finder.ts';
import { trigramsOf } from './grams.ts';
import * as scope from './scope.ts';
import { scopeToken } from './scope.ts';
import { hasLetter, hasSpacedLetter, hasUnspaced, spacedOnly } from './scripts.ts';

/** Where to look, as numbers of the log. */
export interface Where {
  readonly workspace: number;
  /** undefined: anywhere in the workspace, and who reads the hits decides. */
  readonly rooms?: readonly number[];
  readonly authors?: readonly number[];
}

/** A query in FTS5's words. */
export interface Match {
  /** The script of the query picks: with anything in a script without spaces, `grams`. */
  readonly table: 'words' | 'grams';
  /** For that table: text and scope. */
  readonly expression: string;
  /** For texts alone, in the words of `words`. undefined: nothing that it could say. */
  readonly words: string | undefined;
  /** For folded texts: each is found in them. */
  readonly finders: readonly Finder[];
  /** And none of these. */
  readonly unwanted: readonly Finder[];
}

/** Text never reaches FTS5 as syntax: what stands in quotes is text to it, a doubled quote being one of them. */
const quoted = (text: string): string => `"${text.replaceAll('\0', ' ').replaceAll('"', '""')}"`;

/** Whether it makes a difference how beginnings are taken: in scripts without spaces everything may be one. */
export function hasBeginning({ terms }: SearchQuery): boolean {
  return terms.some(({ as }) => as === 'beginning') && !terms.some(({ text }) => hasUnspaced(text));
}

/**
 * @param beginnings whether terms that may be beginnings are taken as such; else as words
 * @returns undefined if it asks for nothing that can be looked up
 */
export function matchFor(query: SearchQuery, where: Where, beginnings: boolean): Match | undefined {
  const terms = query.terms.filter(({ text }) => hasLetter(text));
  const hasFilter = query.from ?? query.in ?? query.hasFile ?? query.hasLink ?? query.since ?? query.until;
  if (terms.length === 0 && hasFilter === undefined && query.without.length === 0) return undefined;
  // Signs and emoji alone are not looked up: then it is as if nothing were there.
  if (terms.length === 0 && query.terms.length > 0 && hasFilter === undefined) return undefined;
  const inGrams = terms.some(({ text }) => hasUnspaced(text));
  const wanted = inGrams
    ? terms.flatMap((term) => trigramsOf(term.text, term.as === 'phrase')).map(quoted)
    : terms.map((term) => asWords(term, beginnings));
  const not = query.without
    .filter(({ text }) => hasSpacedLetter(text) && !hasUnspaced(text))
    .map((term) => asWords(term, true));
  const all = [...scopesOf(query, where), ...wanted].join(' AND ');
  const without = (expression: string) =>
    not.length === 0 ? expression : `(${expression}) NOT (${not.join(' OR ')})`;
  const sought = inGrams ? terms : [];
  const unsought = inGrams ? query.without : query.without.filter(({ text }) => hasUnspaced(text));
  return {
    table: inGrams ? 'grams' : 'words',
    expression: inGrams ? all : without(all),
    words: inGrams || wanted.length === 0 ? undefined : without(wanted.join(' AND ')),
    finders: findersOf(sought),
    unwanted: findersOf(unsought, true),
  };
}

function asWords({ text, as }: SearchTerm, beginnings: boolean): string {
  return quoted(spacedOnly(text)) + (as === 'beginning' && beginnings ? '*' : '');
}

function findersOf(terms: readonly SearchTerm[], whole = false): Finder[] {
  return terms
    .filter(({ text }) => hasLetter(text))
    .map(({ text, as }) => new Finder(text, whole || as === 'phrase'));
}

function scopesOf(query: SearchQuery, { workspace, rooms, authors }: Where): string[] {
  const places = rooms?.map((no) => scopeToken('room', no)) ?? [scopeToken('workspace', workspace)];
  const any = [places];
  if (authors !== undefined) any.push(authors.map((no) => scopeToken('author', no)));
  if (query.hasFile) any.push([scope.hasFile]);
  if (query.hasLink) any.push([scope.hasLink]);
  return any.map((tokens) =>
    tokens.length === 1 ? quoted(tokens[0] as string) : `(${tokens.map(quoted).join(' OR ')})`,
  );
}
