import { limits, normalText, utf8Bytes } from '@stackbox/protocol';

// Stands in for the longer user id that will take the ref's place; no text has it, since it is a control character.
const filler = '\u0000';
const longestUserId = 64;

/**
 * At most 12 KiB of UTF-8, cut at the end of a line where there is one. A mention counts as the longest user id, so that
 * the text still fits once the ids stand in it.
 */
export function fitText(raw: string): { text: string; cut: boolean } {
  // Once more: what was unescaped may compose with what follows it ("<" and U+0338 are one letter in NFC).
  const text = normalText(raw);
  const wide = text.replace(/<@([A-Z0-9]+)>/g, (_, ref: string) => `<@${ref.padEnd(longestUserId, filler)}>`);
  if (utf8Bytes(wide) <= limits.textBytes) return { text, cut: false };
  const note = `\n… (cut: ${Math.ceil(utf8Bytes(text) / 1024)} KiB in the original)`;
  const { read } = new TextEncoder().encodeInto(wide, new Uint8Array(limits.textBytes - utf8Bytes(note)));
  const head = wide.slice(0, read);
  const lineEnd = head.lastIndexOf('\n');
  const kept = lineEnd > head.length / 2 ? head.slice(0, lineEnd) : head;
  return { text: kept.replaceAll(filler, '').trimEnd() + note, cut: true };
}
