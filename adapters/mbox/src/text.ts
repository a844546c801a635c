import { cleanText } from '@stackbox/core';
import { limits, utf8Bytes } from '@stackbox/protocol';

const looksLikeMention = /<@(?=[^\s<>]+>)/g;

/**
 * Clean text. Mails mention nobody in our sense, so what looks like a mention (`<@example.org>`, a source route) is broken
 * with a word joiner, which nobody sees.
 */
export function mailText(raw: string): string {
  return cleanText(raw).replace(looksLikeMention, '<\u2060@');
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
