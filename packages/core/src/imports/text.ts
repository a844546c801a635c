import { limits, normalText } from '@stackbox/protocol';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Foreign text as ours has to be: well-formed, NFC, \n between lines, no control character but \n and \t. */
export function cleanText(raw: string): string {
  return normalText(raw.replace(/\r\n?/g, '\n').toWellFormed().replace(control, ''));
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
