import { limits, normalText, utf8Bytes } from '@stackbox/protocol';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Well-formed, NFC, \n between lines, no control character but \n and \t. */
export function cleanText(raw: string): string {
  return normalText(raw.replace(/\r\n?/g, '\n').toWellFormed().replace(control, ''));
}

/** A name, a title: one line of at most `maxChars`. */
export function oneLine(raw: string, maxChars: number): string {
  const line = cleanText(raw).replace(/\s+/g, ' ').trim();
  // A cut through a surrogate pair leaves half a character: it goes too.
  return line.length <= maxChars
    ? line
    : line
        .slice(0, maxChars)
        .toWellFormed()
        .replace(/\ufffd$/, '');
}

/** A file's name without the parts of a path: nothing may mistake it for one. */
export function fileName(raw: string): string {
  return oneLine(raw.replaceAll(/[/\\]/g, '_'), limits.fileNameChars);
}

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
