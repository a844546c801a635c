import { limits } from './limits.ts';

// Everything below U+0020 but \n and \t, DEL, and the C1 range: they hide text or steer terminals.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const forbiddenControl = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const plainAscii = /^[\u0020-\u007e\n\t]*$/;
// Made when first asked for: it is slow to compile, and no start has a use for it.
let oneEmoji: RegExp | undefined;

/** Bytes of `text` in UTF-8; lone surrogates count as the three bytes of their replacement. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

/**
 * What is wrong with `text` as a message's text, or undefined if it can be stored once normalized to NFC.
 * Well-formed Unicode, at most 12 KiB of UTF-8, no control characters but \n and \t.
 */
export function textFault(text: string): string | undefined {
  // NFC makes no text shorter in bytes than two thirds of its units: beyond this nothing fits, and nothing is normalized.
  if (text.length > 2 * limits.textBytes) return tooLong(text);
  if (plainAscii.test(text)) return text.length > limits.textBytes ? tooLong(text) : undefined;
  if (!text.isWellFormed()) return 'text is not well-formed Unicode (a lone surrogate)';
  if (forbiddenControl.test(text)) return 'text has a control character; only \\n and \\t may stand in it';
  const normal = text.normalize('NFC');
  return utf8Bytes(normal) > limits.textBytes ? tooLong(normal) : undefined;
}

function tooLong(text: string): string {
  return `text is ${utf8Bytes(text)} bytes; at most ${limits.textBytes} are taken. Send it in parts or as a file`;
}

/** The form in which text is stored and compared. */
export function normalText(text: string): string {
  return plainAscii.test(text) ? text : text.normalize('NFC');
}

/** One emoji sequence (Unicode RGI, or a single pictograph without its variation selector). */
export function isEmoji(text: string): boolean {
  if (text.length > limits.emojiChars) return false;
  oneEmoji ??= /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v;
  return oneEmoji.test(text);
}
