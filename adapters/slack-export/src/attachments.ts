import { blockTexts } from './blocks.ts';
import { type Json, record, records, string } from './json.ts';
import { escaped } from './mrkdwn.ts';

/** What hangs on a message besides its text: an app's cards, shared messages, previews of links. As mrkdwn. */
export function attachmentTexts(attachments: unknown): { text: string; preview: boolean }[] {
  return records(attachments).flatMap((attachment) => {
    const text = attachmentText(attachment);
    return text === '' ? [] : [{ text, preview: isPreview(attachment) }];
  });
}

/** Slack made these by following a link: the link stands in the text already. */
function isPreview(attachment: Json): boolean {
  return ['from_url', 'original_url'].some((key) => string(attachment[key]) !== undefined);
}

function attachmentText(attachment: Json): string {
  const pieces = [
    string(attachment.pretext),
    titled(attachment),
    string(attachment.text),
    ...blockTexts(attachment.blocks).pieces.map((piece) => piece.text),
    ...sharedBlocks(attachment),
    ...records(attachment.fields).map(field),
    image(attachment),
  ];
  const said = [...new Set(pieces.filter((piece) => piece !== undefined && piece !== ''))];
  return said.length > 0 ? said.join('\n') : (string(attachment.fallback) ?? '');
}

function titled(attachment: Json): string | undefined {
  const title = string(attachment.title);
  const link = string(attachment.title_link);
  if (title === undefined) return undefined;
  return link === undefined ? `*${title}*` : `<${escaped(link)}|${title.replace(/[<>|]/g, ' ')}>`;
}

/** A shared message carries its blocks in an envelope; its `text` says the same, when there is one. */
function sharedBlocks(attachment: Json): string[] {
  if (string(attachment.text) !== undefined) return [];
  return records(attachment.message_blocks).flatMap((part) =>
    blockTexts(record(part.message)?.blocks).pieces.map((piece) => piece.text),
  );
}

function field(field: Json): string {
  const title = string(field.title);
  const value = string(field.value) ?? '';
  return title === undefined ? value : `*${title}* ${value}`;
}

function image(attachment: Json): string | undefined {
  const url = string(attachment.image_url);
  return url === undefined ? undefined : `<${escaped(url)}|image>`;
}
