import { limits, normalText, utf8Bytes } from '@stackbox/protocol';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const looksLikeMention = /<@(?=[^\s<>]+>)/g;

/**
 * Well-formed, NFC, \n between lines, no control character but \n and \t. Mails mention nobody in our sense, so what
 * looks like a mention (`<@example.org>`, a source route) is broken with a word joiner, which nobody sees.
 */
export function cleanText(raw: string): string {
  return normalText(
    raw.replace(/\r\n?/g, '\n').toWellFormed().replace(control, '').replace(looksLikeMention, '<\u2060@'),
  );
}

/** A name, a subject: one line of at most `maxChars`. */
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

/** At most 12 KiB of UTF-8, cut at the end of a line where there is one. Takes and gives clean text. */
export function fitText(text: string): { text: string; cut: boolean } {
  const bytes = utf8Bytes(text);
  if (bytes <= limits.textBytes) return { text, cut: false };
  const note = `\n… (cut: ${Math.ceil(bytes / 1024)} KiB in the original)`;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(limits.textBytes - utf8Bytes(note)));
  const head = text.slice(0, read);
  const lineEnd = head.lastIndexOf('\n');
  return { text: (lineEnd > head.length / 2 ? head.slice(0, lineEnd) : head).trimEnd() + note, cut: true };
}
