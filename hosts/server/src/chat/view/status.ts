import type { ConnectionState, PersonHere } from '@stackbox/client';
import type { Draft } from '../input/draft.ts';
import type { Names } from '../names.ts';
import { oneLine } from '../text/safe.ts';
import { dim, type Line, type Span, span } from '../text/span.ts';

/** What the line below the input tells. */
export interface StatusNow {
  readonly connection: ConnectionState;
  /** It was online before: what is missing is the way, not the server. */
  readonly wasOnline: boolean;
  readonly now: number;
  /** Messages and other deeds that are not on the server yet, in all rooms. */
  readonly waiting: number;
  readonly draft: Draft;
  /** User ids. */
  readonly typing: readonly string[];
  /** Of the open room, if there is one. */
  readonly people: readonly PersonHere[] | undefined;
  /** Other rooms with something unread. */
  readonly elsewhere: readonly { readonly name: string; readonly unread: number }[];
  /** The newest own message, if it was read after it had been printed. */
  readonly readSince?: number | undefined;
  /** A word about the last key; the rest waits for the next one. */
  readonly hint?: Span | undefined;
  /** What to do next, if there is nothing else to tell. */
  readonly tip?: string | undefined;
}

export function statusLine(status: StatusNow, names: Names): Line {
  if (status.hint !== undefined) return [status.hint];
  const parts = [
    ...connectionSpans(status),
    ...draftSpans(status.draft),
    ...typingSpans(status.typing, names),
    ...elsewhereSpans(status.elsewhere),
  ];
  if (parts.length === 0 && status.tip !== undefined) return [dim(status.tip)];
  if (parts.length === 0) return [...companyLine(status.people, names), ...readSpans(status.readSince)];
  return parts.flatMap((part, i) => (i === 0 ? [part] : [dim(' · '), part]));
}

function connectionSpans({ connection, wasOnline, now, waiting }: StatusNow): Span[] {
  const wait = waiting === 0 ? '' : ` — ${waiting === 1 ? 'one message waits' : `${waiting} messages wait`}`;
  switch (connection.status) {
    case 'online':
    case 'closed':
      return [];
    case 'connecting':
      return [span(`${wasOnline ? 'reconnecting…' : 'connecting…'}${wait}`, 'warn')];
    case 'waiting': {
      const seconds = Math.max(1, Math.ceil((connection.retryAt - now) / 1000));
      return [span(`${wasOnline ? 'reconnecting' : 'trying again'} in ${seconds} s${wait}`, 'warn')];
    }
    case 'signed_out':
      return [span(`signed out: ${oneLine(connection.error.message)}${wait}`, 'error')];
  }
}

function draftSpans(draft: Draft): Span[] {
  switch (draft.kind) {
    case 'new':
      return [];
    case 'reply':
      return [span(`replying to #${draft.seq}, Esc leaves it`, 'good')];
    case 'edit':
      return [span(`changing #${draft.seq}, Esc leaves it as it was`, 'good')];
    case 'rewrite':
      return [span('in place of what was not sent, Esc leaves it', 'good')];
  }
}

function typingSpans(userIds: readonly string[], names: Names): Span[] {
  if (userIds.length === 0) return [];
  if (userIds.length > 3) return [dim(`${userIds.length} people are typing…`)];
  return [
    dim(`${listed(userIds.map((id) => names.full(id)))} ${userIds.length === 1 ? 'is' : 'are'} typing…`),
  ];
}

function elsewhereSpans(rooms: StatusNow['elsewhere']): Span[] {
  if (rooms.length === 0) return [];
  if (rooms.length > 2) return [dim(`new in ${rooms.length} other rooms, /rooms lists them`)];
  return [dim(rooms.map(({ name, unread }) => `${unread} new in ${oneLine(name)}`).join(', '))];
}

function companyLine(people: StatusNow['people'], names: Names): Line {
  if (people === undefined) return [];
  const here = people.filter(({ userId, state }) => state === 'online' && userId !== names.me);
  if (here.length === 0) return [dim('○ nobody else is online')];
  const named = here.slice(0, 3).map(({ userId }) => names.full(userId));
  const all = here.length > 3 ? [...named, `${here.length - 3} more`] : named;
  return [span('●', 'good'), dim(` ${listed(all)} ${here.length === 1 ? 'is' : 'are'} online`)];
}

function readSpans(seq: number | undefined): Span[] {
  return seq === undefined ? [] : [dim(' · '), span('✓✓', 'read'), dim(` #${seq} was read`)];
}

/** `Ana`, `Ana and Ben`, `Ana, Ben and Cleo` */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
