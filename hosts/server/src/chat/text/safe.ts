/**
 * What could steer a terminal or turn text around: C0 (but \n and \t), DEL and C1; the bidirectional embeddings,
 * overrides and isolates (https://trojansource.codes); interlinear annotation.
 */
const steering = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;

/** Shown by no terminal, or by each in its own way: soft hyphen, zero-width space, word joiner and the like, the BOM. */
const invisible = /[\u00ad\u200b\u2060-\u2064\ufeff]/gu;

/**
 * Text by others as it may go to a terminal: nothing in it moves the cursor, colours, or reorders what stands around
 * it. What was there is made visible, `␛` or `<U+202E>`. Newlines stay, tabs become spaces.
 */
export function safe(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u2028\u2029]/gu, '\n')
    .replaceAll('\t', '    ')
    .replace(invisible, '')
    .replace(steering, visible);
}

/** The same, on one line: names, titles, quotations. */
export function oneLine(text: string): string {
  return safe(text.replace(/[\r\n\t\u2028\u2029]+/gu, ' ')).trim();
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** What was typed or piped, without the control characters that the server refuses in a message. */
export function sendable(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '').toWellFormed();
}
