import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import {
  type ImportedMessage,
  type ImportedUser,
  type ImportItem,
  type ImportSource,
  type NotTaken,
  oneLine,
} from '@stackbox/core';
import { limits, Refusal } from '@stackbox/protocol';
import { type Catalogue, catalogueOf, type Envelope, unknownSender, whereOf } from './catalogue.ts';
import { type Mail, mailOf, mostBytes } from './mail.ts';
import { fitText } from './text.ts';
import { inOrder, rootsOf } from './threads.ts';
import { Window } from './window.ts';

/**
 * A mail archive in mbox form (mboxrd, and mboxo as far as it can be told): one file, one room. The file is read twice:
 * first where each message lies and what it answers, then the bodies in the order of time.
 */
export function mbox(path: string): ImportSource {
  return {
    name: 'mbox',
    async *items() {
      const handle = await open(path).catch(() => {
        throw new Refusal('bad_request', `There is no file ${path} that can be read.`);
      });
      try {
        const stats = await handle.stat();
        if (!stats.isFile()) throw new Refusal('bad_request', `${path} is no file. An mbox is one file.`);
        yield* itemsOf(new Window(handle, stats.size), path);
      } finally {
        await handle.close();
      }
    },
  };
}

async function* itemsOf(file: Window, path: string): AsyncIterable<ImportItem> {
  const catalogue = await catalogueOf(file);
  if (catalogue.envelopes.length === 0) {
    throw new Refusal(
      'bad_request',
      `${path} is no mbox: no line in it begins a message ("From ann@example.org Thu Jan …").`,
    );
  }
  yield* catalogue.notTaken;
  for (const [ref, name] of catalogue.people) yield userOf(ref, name);
  const room = roomOf(catalogue, path);
  yield room;

  const { envelopes } = catalogue;
  const roots = rootsOf(envelopes);
  /** What has been given, or stands in for a root that could not be. */
  const standing = new Map<number, string>();
  for (const index of inOrder(envelopes, roots)) {
    const envelope = envelopes[index];
    const root = roots[index] ?? index;
    if (envelope === undefined) continue;
    const topic = root === index ? '' : (envelopes[root]?.topic ?? '');
    const { message, notTaken } = await read(file, envelope, room.ref, topic);
    yield* notTaken;
    if (message === undefined) continue;
    const replyToRef = standing.get(root);
    if (replyToRef === undefined) standing.set(root, message.ref);
    yield replyToRef === undefined ? message : { ...message, replyToRef };
  }
}

function userOf(ref: string, name: string): ImportedUser {
  if (ref === unknownSender) return { kind: 'user', ref, name: name || 'Unknown sender' };
  return { kind: 'user', ref, name: name || ref.slice(0, limits.nameChars), email: ref };
}

function roomOf({ list }: Catalogue, path: string) {
  const file = oneLine(basename(path, extname(path)), limits.nameChars) || 'mail';
  const name = oneLine(list?.phrase || (list?.id.split('.')[0] ?? file), limits.nameChars);
  // Who subscribed, an archive doesn't say; who wrote may have been anyone.
  return {
    kind: 'room',
    ref: list?.id ?? `file ${file}`,
    name,
    roomKind: 'team',
    memberRefs: [] as string[],
  } as const;
}

async function read(
  file: Window,
  envelope: Envelope,
  roomRef: string,
  rootTopic: string,
): Promise<{ message: Omit<ImportedMessage, 'replyToRef'> | undefined; notTaken: NotTaken[] }> {
  const notTaken: NotTaken[] = [];
  const skip = (what: string, why: string, detail = '') => {
    notTaken.push({
      kind: 'skipped',
      what,
      why,
      where: detail === '' ? whereOf(envelope) : `${whereOf(envelope)}: ${detail}`,
    });
    return { message: undefined, notTaken };
  };

  const { start, end, ref, byRef, sentAt, subject, topic } = envelope;
  let mail: Mail;
  try {
    mail = await mailOf(await file.read(start, Math.min(end, start + mostBytes + 1)));
  } catch (error) {
    return skip(
      'message',
      'its parts cannot be read',
      error instanceof Error ? error.message : String(error),
    );
  }
  // A subject is said once a thread, and again where somebody changed it.
  const heading = subject !== '' && topic !== rootTopic ? `**${subject.replaceAll('*', '\\*')}**` : '';
  const { text, cut } = fitText([heading, mail.text].filter(Boolean).join('\n\n').normalize('NFC'));
  if (text === '' && mail.files.length === 0) return skip('message', 'it is empty: no text, no file');

  if (!mail.whole) {
    skip(
      'rest of a large message',
      'only its first 32 MiB or 250,000 lines are read',
      `${end - start} bytes`,
    );
  }
  if (cut) skip('rest of a long text', 'a message holds at most 12 KiB');
  if (mail.fromHtml) skip('formatting', 'the mail is HTML alone: its words are taken');
  mail.files.forEach((named, index) => {
    if (index < limits.filesPerMessage)
      skip('content of a file', 'files are named and not brought along', named.name);
    else skip('file', 'a message names at most 20', named.name);
  });
  const files = mail.files.slice(0, limits.filesPerMessage);
  return { message: { kind: 'message', roomRef, ref, byRef, text, sentAt, files, reactions: [] }, notTaken };
}
