import { oneLine } from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import { addressParser } from 'postal-mime';
import type { Headers } from './headers.ts';

export interface Sender {
  /** Lower case; empty if nothing in the message says who wrote it. */
  readonly email: string;
  /** Empty if the message gives none. */
  readonly name: string;
}

/** Who wrote a message: the From header, else who sent or delivered it. */
export function senderOf(headers: Headers, fromLine: string): Sender {
  const author = mailbox(headers.text('from'));
  if (author !== undefined && author.email !== '') return unmasked(author, headers);
  const stand = mailbox(headers.text('sender')) ?? mailbox(headers.text('reply-to')) ?? envelope(fromLine);
  return { email: stand?.email ?? '', name: author?.name || stand?.name || '' };
}

/**
 * Lists that must not break the author's signature (DMARC) put themselves in From: `Ann via dev <dev@lists.example>`. All
 * authors would become one. They leave the author in Reply-To, or in a header of their own.
 */
function unmasked(author: Sender, headers: Headers): Sender {
  const [, name] = /^(.+?) via .+$/i.exec(author.name) ?? [];
  if (name === undefined) return author;
  for (const header of ['x-original-from', 'reply-to']) {
    const original = mailbox(headers.text(header));
    if (original !== undefined && original.email !== '' && original.email !== author.email) {
      return { email: original.email, name: original.name || name };
    }
  }
  return author;
}

/** One mailbox of an address header, that of `joe at example.org (Joe Doe)` in public archives too. */
function mailbox(value: string): Sender | undefined {
  if (value.trim() === '') return undefined;
  const masked = /^\s*"?([^\s"<>()@]+) at ([a-z0-9-]+(?:\.[a-z0-9-]+)+)"?\s*(?:\((.*)\))?\s*$/i.exec(value);
  if (masked !== null) return sender(`${masked[1]}@${masked[2]}`, masked[3] ?? '');
  const [first] = addressParser(value, { flatten: true });
  return first?.address === undefined ? undefined : sender(first.address, first.name);
}

function sender(address: string, name: string): Sender {
  const email = address.trim().toLowerCase();
  const line = oneLine(oneLine(name, 2 * limits.nameChars).replace(/^['" ]+|['" ]+$/g, ''), limits.nameChars);
  const known = email.length <= 320 && /^[^\s@<>]+@[^\s@<>]+$/.test(email);
  return { email: known ? email : '', name: line.toLowerCase() === email ? '' : line };
}

/** The address of a `From ` line. Some tools write a constant there: `-`, `mboxrd@z`, `MAILER-DAEMON`. */
function envelope(fromLine: string): Sender | undefined {
  const [, user, host] = /^([^\s@]+)(?:@| at )([^\s@]+\.[^\s@]+)\s/.exec(fromLine) ?? [];
  return user === undefined || host === undefined ? undefined : sender(`${user}@${host}`, '');
}
