import { fileName, type ImportedFile, type ImportedMessage, type NotTaken } from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import { attachmentTexts } from './attachments.ts';
import { authorOf } from './author.ts';
import { blockTexts } from './blocks.ts';
import { type Json, list, number, record, records, string } from './json.ts';
import { mrkdwn, type Names } from './mrkdwn.ts';
import { noticeOf } from './notices.ts';
import { reactionsOf } from './reactions.ts';
import { messageRef } from './ref.ts';
import { fitText } from './text.ts';
import type { Stamp } from './time.ts';

export interface Taken {
  readonly message: Omit<ImportedMessage, 'replyToRef'> | undefined;
  readonly notTaken: NotTaken[];
}

interface Place {
  readonly channel: string;
  readonly stamp: Stamp;
  /** For the report. */
  readonly where: string;
  readonly pinned: boolean;
}

/** One event of a day as a message, or the reason why it is none. */
export function messageOf(event: Json, place: Place, names: Names): Taken {
  const notTaken: NotTaken[] = [];
  const skip = (what: string, why: string, detail = '') => {
    notTaken.push({
      kind: 'skipped',
      what,
      why,
      where: detail === '' ? place.where : `${place.where}: ${detail}`,
    });
    return { message: undefined, notTaken };
  };

  const subtype = string(event.subtype);
  const notice = noticeOf(subtype);
  if (notice !== undefined) return skip(notice.what, notice.why);
  if (event.hidden_by_limit !== undefined) return skip('message', 'the plan of the workspace hides it');
  if ((string(event.type) ?? 'message') !== 'message') return skip('event', 'it is no message');
  const author = authorOf(event);
  if (author === undefined) return skip('message', 'it names no author');

  const reactions = reactionsOf(event);
  const files = filesOf(event, skip);
  const { text, cut } = fitText(bodyOf(event, names, skip));
  if (text === '' && files.length === 0) return skip('message', 'it is empty: no text, no file');

  if (cut) skip('rest of a long text', 'a message holds at most 12 KiB');
  for (const name of reactions.custom) {
    skip('reaction', "an emoji of the workspace's own: its picture is not in an export", `:${name}:`);
  }
  if (reactions.unnamed > 0) {
    skip('reaction', 'Slack counts it without saying whose it is', `${reactions.unnamed} people`);
  }
  if (subtype === 'thread_broadcast' || subtype === 'reply_broadcast') {
    skip('showing of a reply in the room itself', 'a reply stands in its thread');
  }
  return {
    message: {
      kind: 'message',
      roomRef: place.channel,
      ref: messageRef(place.channel, place.stamp.ts),
      byRef: author.ref,
      text,
      sentAt: place.stamp.ms,
      files,
      reactions: reactions.taken,
      ...(record(event.edited) !== undefined && { edited: true }),
      ...((place.pinned || list(event.pinned_to).length > 0) && { pinned: true }),
    },
    notTaken,
  };
}

type Skip = (what: string, why: string, detail?: string) => unknown;

function bodyOf(event: Json, names: Names, skip: Skip): string {
  const said = mrkdwn(ownText(event), names);
  const parts = [said !== '' && string(event.subtype) === 'me_message' ? `_${said}_` : said];
  // Apps repeat themselves in text, blocks and attachments: each thing is taken once.
  const repeats = new Set<string>();
  const add = (piece: string) => {
    const words = letters(piece);
    if (words !== '' && (repeats.has(words) || letters(said).includes(words))) return;
    repeats.add(words);
    parts.push(piece);
  };

  const { pieces, controls } = blockTexts(event.blocks);
  if (controls > 0) skip('button or form', 'it worked only in Slack');
  for (const piece of pieces) {
    // Rich text is what a person typed, and `text` says it already; an app's `text` may be a mere summary of its blocks.
    if (said === '' || piece.type !== 'rich_text') add(mrkdwn(piece.text, names));
  }
  for (const { text, preview } of attachmentTexts(event.attachments)) {
    if (preview && said !== '') skip('preview of a link', 'the link itself is in the text');
    else add(mrkdwn(text, names));
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}

/** The words of the author, without what Slack wrote round them in its early years. */
function ownText(event: Json): string {
  const comment = string(record(event.comment)?.comment);
  if (string(event.subtype) === 'file_comment' && comment !== undefined) return comment;
  const text = string(event.text) ?? '';
  const file = record(event.file);
  if (
    string(event.subtype) === 'file_share' &&
    file !== undefined &&
    /^<@[^>]*> (uploaded|shared) /.test(text)
  ) {
    return string(record(file.initial_comment)?.comment) ?? '';
  }
  return text;
}

function filesOf(event: Json, skip: Skip): ImportedFile[] {
  const single = record(event.file);
  const files: ImportedFile[] = [];
  for (const file of [...records(event.files), ...(single === undefined ? [] : [single])]) {
    const name = fileName(string(file.name) ?? string(file.title) ?? '');
    if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit' || name === '') {
      skip('file', 'it was deleted in Slack, or its plan hides it', string(file.id));
      continue;
    }
    if (files.length === limits.filesPerMessage) {
      skip('file', 'a message names at most 20', name);
      continue;
    }
    // The links to the bytes carry a token of the workspace: they are kept nowhere (SEC6).
    skip('content of a file', 'an export has the name and not the bytes', name);
    const type = string(file.mimetype);
    const size = number(file.size);
    files.push({
      name,
      ...(type !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(type) && { type }),
      ...(size !== undefined && Number.isSafeInteger(size) && size >= 0 && { size }),
    });
  }
  return files;
}
