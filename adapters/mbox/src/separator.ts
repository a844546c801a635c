const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const dated = new RegExp(
  `\\s${weekday},?\\s+${month}\\s+\\d{1,2}\\s+\\d{1,2}:\\d{2}(?::\\d{2})?(?:\\s+[\\w+-]+)?\\s+\\d{4}(?:\\s+[\\w+-]+)?\\s*$`,
);
const field = /^[!-9;-~]{1,76}:/;
const usualField =
  /^(?:Return-Path|Received|Delivered-To|Envelope-To|From|Sender|To|Cc|Date|Subject|Message-ID|MIME-Version|Content-Type|Status|X-[\w-]+):/i;

/**
 * Does this line, with a blank line before it, begin a message? Writers are to put a `>` before such a line in a body,
 * and some don't: so a `From ` alone is not believed. It has to end in a date, as RFC 4155 asks, with a header or nothing
 * under it; some tools leave the date out, then a header has to follow that mails do have.
 */
export function beginsMessage(line: string, next: string): boolean {
  if (dated.test(line)) return next.trim() === '' || next.startsWith('>From ') || field.test(next);
  return usualField.test(next);
}
