import type { Line } from '../text/span.ts';
import { dim } from '../text/span.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** `09:05`, local. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The local day, to compare. */
export function dayOf(at: number): string {
  return new Date(at).toDateString();
}

/** `Today`, `Yesterday`, `Saturday 22 November`, with the year if it is another. */
export function dayName(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return 'Today';
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(at) === yesterday.toDateString()) return 'Yesterday';
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date
    .toLocaleDateString('en-GB', {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...(sameYear ? {} : { year: 'numeric' }),
    })
    .replace(',', '');
}

/** `14:02` today, `Yesterday 14:02`, `3 Nov 14:02`, `3 Nov 2024`. */
export function when(at: number, now: number): string {
  const day = dayName(at, now);
  if (day === 'Today') return clockTime(at);
  if (day === 'Yesterday') return `${day} ${clockTime(at)}`;
  const date = new Date(at);
  const month = date.toLocaleDateString('en-GB', { month: 'short' });
  const year = date.getFullYear();
  return year === new Date(now).getFullYear()
    ? `${date.getDate()} ${month} ${clockTime(at)}`
    : `${date.getDate()} ${month} ${year}`;
}

/** A rule with a word in it. Of fixed length: in scrollback that is made narrower, it stays one row. */
export function rule(word: string): Line {
  return [dim(`──── ${word} ────`)];
}
