import type { FileRef, MessageState, Queued, Reach } from '@stackbox/client';
import { oneLine, safe } from '../text/safe.ts';
import { dim, type Line, type Span, span } from '../text/span.ts';
import { padded, shortened } from '../text/width.ts';
import { hang, wrap } from '../text/wrap.ts';
import type { Look } from './look.ts';
import { clockTime } from './times.ts';

/** Keeps what belongs to one mark on one row. */
const nbsp = '\u00a0';
const quoteCells = 48;

interface Around {
  /** Of own messages: how far it has come. */
  readonly reach?: Reach;
  /** The message it replies to, if that is held. */
  readonly root?: MessageState | undefined;
}

/** A message as it stands in the room. */
export function messageRows(message: MessageState, look: Look, { reach, root }: Around = {}): Line[] {
  const { by, seq } = message;
  const edited = message.edited === undefined || message.deleted ? [] : [dim(' (edited)')];
  const pinned = message.pinned ? [dim(' 📌')] : [];
  const mark = reach === undefined ? [] : [span(nbsp), reachMark(reach, look)];
  const body = [...textOf(message, look), ...edited, ...pinned, span(' '), dim(`#${seq}`), ...mark];
  const above = message.replyTo === undefined ? [] : [[dim(`╭ ${quoteOf(message.replyTo, root, look)}`)]];
  const below = reactionRow(message, look);
  return beside(message.sentAt ?? message.at, by, above, body, below, look);
}

/** Something the user did that is not in the log yet. */
export function queuedRows(
  item: Queued,
  look: Look,
  find: (seq: number) => MessageState | undefined,
): Line[] {
  const { deed, status, error } = item;
  const mark =
    status === 'failed'
      ? [
          span(`${nbsp}✗`, 'error'),
          span(` not sent: ${oneLine(error?.message ?? '')} `, 'error'),
          dim('/retry or /discard'),
        ]
      : [dim(`${nbsp}…`)];
  const above =
    deed.action === 'sendMessage' && deed.replyTo !== undefined
      ? [[dim(`╭ ${quoteOf(deed.replyTo, find(deed.replyTo), look)}`)]]
      : [];
  return beside(item.at, look.names.me, above, [...deedSpans(deed, look), ...mark], [], look);
}

/** `#12 Ana: Hi Ben, here…` */
export function quoteOf(seq: number, message: MessageState | undefined, look: Look): string {
  if (message === undefined) return `#${seq}`;
  const text = message.deleted
    ? 'withdrawn'
    : oneLine(spell(message.text, look).replace(/\s+/g, ' ')) || fileNames(message.files);
  const cells = Math.max(8, Math.min(quoteCells, look.width - 30));
  return `#${seq} ${look.names.call(message.by)}: ${shortened(text, cells)}`;
}

/** The text, with people's names in place of their ids, mentions marked. */
export function bodySpans(text: string, look: Look): Span[] {
  return safe(text)
    .split(/(<@[\w-]+>)/)
    .filter((part) => part !== '')
    .map((part) => (isMention(part) ? mention(part, look) : span(part)));
}

function reachMark(reach: Reach, { coloured }: Look): Span {
  switch (reach) {
    case 'stored':
      return dim('✓');
    case 'delivered':
      return dim('✓✓');
    case 'read':
      return span(coloured ? '✓✓' : `✓✓${nbsp}read`, 'read');
  }
}

/** The text as it would be typed: `@Ana` for `<@usr_…>`. */
export function spell(text: string, { names }: Look): string {
  return text.replace(/<@([\w-]+)>/g, (whole, id) =>
    id === 'all' ? '@all' : names.knows(id) ? `@${names.full(id)}` : whole,
  );
}

function textOf(message: MessageState, look: Look): Span[] {
  if (message.deleted) return [dim('message withdrawn')];
  const files = message.files.map((file) => span(`📎${nbsp}${fileName(file)}`, 'bold'));
  const text = bodySpans(message.text, look);
  const parts = [text, ...files.map((file) => [file])].filter((part) => part.length > 0);
  return parts.flatMap((part, i) => (i === 0 ? part : [span('\n'), ...part]));
}

function fileName({ name, size }: FileRef): string {
  return size === undefined ? oneLine(name) : `${oneLine(name)} (${sizeOf(size)})`;
}

function fileNames(files: readonly FileRef[]): string {
  return files.map(({ name }) => `📎 ${oneLine(name)}`).join(' ');
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const isMention = (part: string): boolean => /^<@[\w-]+>$/.test(part);

function mention(part: string, { names }: Look): Span {
  const id = part.slice(2, -1);
  if (id === 'all') return span('@all', 'match');
  if (id === names.me) return span('@you', 'match');
  return span(`@${names.full(id)}`, 'mention');
}

function reactionRow({ reactions }: MessageState, { names }: Look): Line[] {
  const given = Object.entries(reactions).filter(([, who]) => who.length > 0);
  if (given.length === 0) return [];
  const each = given.map(([emoji, who]) => {
    const by = who.length > 3 ? String(who.length) : who.map((id) => names.call(id)).join(', ');
    return `${safe(emoji)} ${by}`;
  });
  return [[dim(each.join('  '))]];
}

function deedSpans(deed: Queued['deed'], look: Look): Span[] {
  switch (deed.action) {
    case 'sendMessage':
      return bodySpans(deed.text, look);
    case 'editMessage':
      return [dim(`changes #${deed.seq}: `), ...bodySpans(deed.text, look)];
    case 'deleteMessage':
      return [dim(`withdraws #${deed.seq}`)];
    case 'react':
      return [dim(`${deed.on ? 'reacts' : 'takes back'} ${safe(deed.emoji)} on #${deed.seq}`)];
    case 'pin':
      return [dim(`${deed.on ? 'pins' : 'unpins'} #${deed.seq}`)];
  }
}

/** Time and name, and the rest in a column of its own, so that no text can pass for another message's beginning. */
function beside(
  at: number,
  by: string,
  above: readonly Line[],
  body: Line,
  below: readonly Line[],
  look: Look,
): Line[] {
  const { names, column, width } = look;
  const indent = 6 + column + 2;
  const head: Line = [
    dim(clockTime(at)),
    span(' '),
    span(padded(shortened(names.call(by), column), column), names.style(by)),
  ];
  if (width - indent < 24) {
    // Too narrow for columns: the text goes below.
    const rows = [...above, body, ...below].flatMap((paragraph) => wrap(paragraph, width - 2));
    return [head, ...rows.map((row) => [span('  '), ...row])];
  }
  const rows = [...above, body, ...below].flatMap((paragraph) => wrap(paragraph, width - indent));
  return rows.map((row, i) => (i === 0 ? [...head, span('  '), ...row] : [span(' '.repeat(indent)), ...row]));
}

/** Something that happened, between the messages. */
export function eventRows(event: Line, look: Look): Line[] {
  return hang([dim('      · ')], 8, event, look.width);
}
