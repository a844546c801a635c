import type { MessageState, Person } from '@stackbox/client';
import { safe } from '../text/safe.ts';
import { dim, type Line, span } from '../text/span.ts';
import type { Look } from './look.ts';
import { bodySpans, eventRows, quoteOf } from './message.ts';

/** What befell a message since it was printed, for a scrollback that can't be changed. */
export function changeRows(before: MessageState, after: MessageState, look: Look): Line[] {
  if (after.deleted) return before.deleted ? [] : eventRows([dim(`#${after.seq} was withdrawn`)], look);
  const quote = quoteOf(after.seq, after, look);
  const rows: Line[] = [];
  if (after.text !== before.text) {
    const { names } = look;
    const who = span(names.call(after.by), names.style(after.by));
    rows.push(...eventRows([who, dim(` changed #${after.seq}: `), ...bodySpans(after.text, look)], look));
  }
  for (const { emoji, userId, on } of reactionsSince(before, after)) {
    const { names } = look;
    const verb = on ? `${safe(emoji)} on` : `took back ${safe(emoji)} on`;
    rows.push(...eventRows([span(names.call(userId), names.style(userId)), dim(` ${verb} ${quote}`)], look));
  }
  if (after.pinned !== before.pinned) {
    rows.push(...eventRows([dim(`${after.pinned ? '📌 pinned' : 'unpinned'} ${quote}`)], look));
  }
  return rows;
}

/** Who came and who went. */
export function companyRows(before: readonly Person[], after: readonly Person[], look: Look): Line[] {
  const was = new Set(before.map(({ userId }) => userId));
  const is = new Set(after.map(({ userId }) => userId));
  const { names } = look;
  const said = (userId: string, verb: string) =>
    eventRows([span(names.full(userId), names.style(userId)), dim(` ${verb}`)], look);
  return [
    ...[...is].filter((id) => !was.has(id)).flatMap((id) => said(id, 'joined')),
    ...[...was].filter((id) => !is.has(id)).flatMap((id) => said(id, 'left')),
  ];
}

function reactionsSince(before: MessageState, after: MessageState) {
  const emojis = new Set([...Object.keys(before.reactions), ...Object.keys(after.reactions)]);
  return [...emojis].flatMap((emoji) => {
    const was = before.reactions[emoji] ?? [];
    const is = after.reactions[emoji] ?? [];
    return [
      ...is.filter((id) => !was.includes(id)).map((userId) => ({ emoji, userId, on: true })),
      ...was.filter((id) => !is.includes(id)).map((userId) => ({ emoji, userId, on: false })),
    ];
  });
}
