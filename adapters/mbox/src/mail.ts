import { fileName, type ImportedFile } from '@stackbox/core';
import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { Headers } from './headers.ts';
import { htmlText } from './html.ts';
import { unquoted } from './quoting.ts';
import { mailText } from './text.ts';

interface Parts {
  /** Clean, of any length. */
  readonly text: string;
  readonly files: ImportedFile[];
  /** It had no plain text: the words were taken out of HTML. */
  readonly fromHtml: boolean;
}

export interface Mail extends Parts {
  /** Was all of it read? */
  readonly whole: boolean;
}

/** More than this of one message is not read. A mail that large is its attachments; its words come first. */
export const mostBytes = 32 * 1024 * 1024;
const mostLines = 250_000;
/** More HTML than this has more words than a message can hold. */
const mostHtml = 4 * 1024 * 1024;
const newline = 0x0a;

const options = {
  // Its own rendering of a mail within a mail goes by the language and time zone of the machine.
  forceRfc822Attachments: true,
  maxNestingDepth: 32,
} as const;

/** How deep mails within mails are read: a forward of a forward of a forward. */
const mostForwards = 3;

/** Reads one message as it lies in the mbox. Throws on a message nested or headed beyond reason. */
export async function mailOf(bytes: Buffer): Promise<Mail> {
  const head = beginningOf(bytes);
  const mail = await partsOf(await PostalMime.parse(unquoted(head), options), 0);
  if (head.length === bytes.length) return { ...mail, whole: true };
  // How large the file is in which the reading stopped is not known.
  const files = mail.files.map(({ size, ...file }, index) =>
    size === undefined || index === mail.files.length - 1 ? file : { ...file, size },
  );
  return { ...mail, files, whole: false };
}

/** The parser keeps a few kilobytes for each line: a mail of blank lines alone would take gigabytes. */
function beginningOf(bytes: Buffer): Buffer {
  if (bytes.length <= mostLines) return bytes.subarray(0, mostBytes);
  let end = -1;
  for (let line = 0; line < mostLines; line++) {
    end = bytes.indexOf(newline, end + 1);
    if (end === -1) return bytes.subarray(0, mostBytes);
  }
  return bytes.subarray(0, Math.min(end + 1, mostBytes));
}

async function partsOf(email: Email, depth: number): Promise<Parts> {
  const plain = mailText(email.text ?? '');
  const fromHtml = plain.trim() === '' && (email.html ?? '') !== '';
  const texts = [fromHtml ? mailText(htmlText((email.html ?? '').slice(0, mostHtml))) : plain];
  const files: ImportedFile[] = [];
  for (const attachment of email.attachments) {
    const forward = depth < mostForwards ? await forwarded(attachment, depth) : undefined;
    if (forward === undefined) files.push(fileOf(attachment));
    else {
      texts.push(forward.text);
      files.push(...forward.files);
    }
  }
  return { text: texts.map(trimmed).filter(Boolean).join('\n\n'), files, fromHtml };
}

/** A mail within a mail, as the text of the one it is in. */
async function forwarded(attachment: Attachment, depth: number): Promise<Parts | undefined> {
  if (attachment.mimeType !== 'message/rfc822' || typeof attachment.content === 'string') return undefined;
  const email = await PostalMime.parse(attachment.content, options);
  const headers = new Headers(email.headerLines.map(({ line }) => line).join('\n'));
  const head = ['From', 'Date', 'Subject']
    .map((name) => [name, mailText(headers.text(name.toLowerCase()))])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`);
  const mail = await partsOf(email, depth + 1);
  return { ...mail, text: ['---------- Forwarded message ----------', ...head, '', mail.text].join('\n') };
}

function fileOf({ filename, mimeType, content }: Attachment): ImportedFile {
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(mimeType) ? mimeType : undefined;
  const size = typeof content === 'string' ? content.length : content.byteLength;
  const name = fileName(filename ?? '') || `unnamed.${type?.split('/')[1] ?? 'bin'}`;
  return { name, ...(type !== undefined && { type }), size };
}

/** Lines left blank at either end say nothing; spaces at the beginning of the first may (code, a list). */
function trimmed(text: string): string {
  return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}
