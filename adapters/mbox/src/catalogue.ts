import { type NotTaken, oneLine } from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import { mailDate } from './dates.ts';
import { type Headers, headersOf } from './headers.ts';
import { rangesOf } from './ranges.ts';
import { contentRef, idRef } from './ref.ts';
import { senderOf } from './sender.ts';
import { Strings } from './strings.ts';
import { isAnswer, topicOf } from './subject.ts';
import type { Linked } from './threads.ts';
import type { Window } from './window.ts';

/** A message as the first pass leaves it: where it lies and what it hangs on. Its body is read in the second. */
export interface Envelope extends Linked {
  /** Bytes, as of a range. */
  readonly start: number;
  readonly end: number;
  /** Its place in the file, from 1. */
  readonly number: number;
  readonly ref: string;
  /** E-mail address of the author, or `unknownSender`. */
  readonly byRef: string;
  readonly subject: string;
}

export interface Catalogue {
  readonly envelopes: Envelope[];
  /** Names by e-mail address, in the order they first wrote. */
  readonly people: Map<string, string>;
  /** The List-Id that most of the messages carry. */
  readonly list: { id: string; phrase: string } | undefined;
  readonly notTaken: NotTaken[];
}

interface Draft extends Omit<Envelope, 'sentAt'> {
  readonly dated: number | undefined;
  readonly delivered: number | undefined;
}

export const unknownSender = 'unknown sender';

/** For the report: which message of the file. */
export function whereOf({ number, id }: { number: number; id: string | undefined }): string {
  return `message ${number}${id === undefined ? '' : ` <${oneLine(id, 200)}>`}`;
}

/** The first pass: headers only. */
export async function catalogueOf(file: Window): Promise<Catalogue> {
  const notTaken: NotTaken[] = [];
  const people = new Map<string, string>();
  const lists = new Map<string, { count: number; phrase: string }>();
  const drafts: Draft[] = [];
  const seen = new Map<string, string>();
  const strings = new Strings();
  let number = 0;

  const ranges = rangesOf(file, (bytes) => {
    const what = 'text before the first message';
    notTaken.push({ kind: 'skipped', what, why: 'it belongs to no message', where: `${bytes} bytes` });
  });
  for await (const range of ranges) {
    number++;
    const headers = await headersOf(file, range);
    const ids = (name: string) => headers.ids(name).map((id) => strings.keep(id));
    const [id] = ids('message-id');
    const where = whereOf({ number, id });
    const sender = senderOf(headers, range.from);
    const subject = strings.keep(oneLine(headers.text('subject'), limits.topicChars));
    const print = strings.keep(`${sender.email} ${headers.raw('date')}`);

    let ref = id === undefined ? await contentRef(file, range) : idRef(id);
    // Some programs give all their mails one id. Such mails are told apart by their content; true doubles are not taken.
    if (seen.has(ref) && seen.get(ref) !== print) ref = await contentRef(file, range);
    if (seen.has(ref)) {
      notTaken.push({ kind: 'skipped', what: 'message', why: 'the same message a second time', where });
      continue;
    }
    seen.set(ref, print);

    const byRef = strings.keep(sender.email || unknownSender);
    if (sender.email === '') {
      notTaken.push({ kind: 'skipped', what: 'author', why: 'the message has no address of one', where });
    }
    if (!people.get(byRef)) people.set(byRef, strings.keep(sender.name));
    countList(headers, lists);
    drafts.push({
      start: range.start,
      end: range.end,
      number,
      ref,
      byRef,
      id,
      parents: [...ids('references'), ...ids('in-reply-to')],
      subject,
      topic: strings.keep(topicOf(subject)),
      isAnswer: isAnswer(subject),
      dated: mailDate(headers.raw('date')),
      delivered: mailDate(range.from),
    });
  }
  return { envelopes: timed(drafts, notTaken), people, list: mostly(lists, number), notTaken };
}

const week = 7 * 24 * 60 * 60 * 1000;

/**
 * When each message was written: its Date, unless that is missing, impossible, or more than a week after the message was
 * delivered; then the `From ` line, then the message before it (for the first ones, after it).
 */
function timed(drafts: readonly Draft[], notTaken: NotTaken[]): Envelope[] {
  // A tool that writes one and the same date into every `From ` line (git does) knows nothing of deliveries.
  const trusted = drafts.length === 1 || drafts.some(({ delivered }) => delivered !== drafts[0]?.delivered);
  const timeOf = ({ dated, delivered }: Draft): number | undefined => {
    const before = trusted ? delivered : undefined;
    return dated === undefined || (before !== undefined && dated > before + week) ? before : dated;
  };
  const missing = (draft: Draft, instead: string) => {
    const why = `missing or impossible; ${instead} is taken`;
    notTaken.push({ kind: 'skipped', what: 'date of a message', why, where: whereOf(draft) });
  };
  let neighbour = drafts.map(timeOf).find((time) => time !== undefined) ?? 0;
  return drafts.map((draft) => {
    const { dated, delivered, ...rest } = draft;
    const time = timeOf(draft);
    if (time === undefined) missing(draft, 'the time of the message beside it');
    else if (time !== dated) missing(draft, 'the time of delivery');
    neighbour = time ?? neighbour;
    return { ...rest, sentAt: neighbour };
  });
}

type Lists = Map<string, { count: number; phrase: string }>;

function countList(headers: Headers, lists: Lists): void {
  const [, phrase = '', id] = /^([^<]*)<([^<>\s]{1,255})>/.exec(headers.text('list-id')) ?? [];
  if (id === undefined) return;
  const known = lists.get(id.toLowerCase());
  if (known !== undefined) known.count++;
  else
    lists.set(id.toLowerCase(), {
      count: 1,
      phrase: oneLine(phrase, limits.nameChars).replace(/^"|"$/g, ''),
    });
}

function mostly(lists: Lists, messages: number): Catalogue['list'] {
  const [id, list] = [...lists].find(([, { count }]) => count * 2 > messages) ?? [];
  return id === undefined || list === undefined ? undefined : { id, phrase: list.phrase };
}
