import { type Json, list, number, record, records, string } from './json.ts';
import { escaped } from './mrkdwn.ts';

/** Block Kit as mrkdwn, a piece per block; what is no text (buttons, inputs) is counted in `controls`. */
export function blockTexts(blocks: unknown): { pieces: { type: string; text: string }[]; controls: number } {
  const pieces: { type: string; text: string }[] = [];
  let controls = 0;
  for (const block of records(blocks)) {
    const type = string(block.type) ?? '';
    if (type === 'actions' || type === 'input') controls++;
    if (record(block.accessory) !== undefined && record(block.accessory)?.type !== 'image') controls++;
    const text = blockText(type, block).trim();
    if (text !== '') pieces.push({ type, text });
  }
  return { pieces, controls };
}

function blockText(type: string, block: Json): string {
  switch (type) {
    case 'rich_text':
      return list(block.elements).map(richPart).join('\n');
    case 'header':
      return `*${composition(block.text)}*`;
    case 'section':
      return [block.text, ...list(block.fields)].map(composition).filter(Boolean).join('\n');
    case 'context':
      return list(block.elements)
        .map((part) => composition(part) || picture(part))
        .filter(Boolean)
        .join(' ');
    case 'image':
      return picture(block);
    case 'video':
      return [composition(block.title), string(block.video_url)].filter(Boolean).join(' ');
    case 'markdown':
      return escaped(string(block.text) ?? '');
    default:
      return composition(block.text);
  }
}

/** A text object: its `text` is escaped as a message's is, plain or not. */
function composition(value: unknown): string {
  if (typeof value === 'string') return value;
  return string(record(value)?.text) ?? '';
}

function picture(value: unknown): string {
  const image = record(value);
  const title = composition(image?.title) || escaped(string(image?.alt_text) ?? '');
  const url = string(image?.image_url);
  return url === undefined ? title : `<${escaped(url)}|${title.replaceAll('|', ' ') || 'image'}>`;
}

function richPart(value: unknown): string {
  const part = record(value) ?? {};
  const elements = list(part.elements);
  switch (part.type) {
    case 'rich_text_list': {
      const pad = '  '.repeat(Math.min(number(part.indent) ?? 0, 8));
      const offset = number(part.offset) ?? 0;
      const ordered = part.style === 'ordered';
      return elements
        .map(
          (item, index) =>
            `${pad}${ordered ? `${index + 1 + offset}.` : '-'} ${inline(record(item)?.elements)}`,
        )
        .join('\n');
    }
    case 'rich_text_quote':
      return inline(elements).replace(/^/gm, '&gt; ');
    case 'rich_text_preformatted':
      return `\`\`\`${inline(elements)}\`\`\``;
    default:
      return inline(elements);
  }
}

function inline(elements: unknown): string {
  return records(elements)
    .map((element) => styled(inlineText(element), record(element.style) ?? {}))
    .join('');
}

/** Marks go round the words and not round the spaces beside them: `* bold*` is no bold. */
function styled(text: string, style: Json): string {
  const words = text.trim();
  if (words === '') return text;
  const from = text.length - text.trimStart().length;
  let marked = words;
  if (style.code === true) marked = `\`${marked}\``;
  if (style.italic === true) marked = `_${marked}_`;
  if (style.bold === true) marked = `*${marked}*`;
  if (style.strike === true) marked = `~${marked}~`;
  return text.slice(0, from) + marked + text.slice(from + words.length);
}

function inlineText(element: Json): string {
  const text = string(element.text);
  switch (element.type) {
    case 'link': {
      const url = escaped(string(element.url) ?? '').replaceAll('|', '%7C');
      return text === undefined ? `<${url}>` : `<${url}|${escaped(text).replaceAll('|', ' ')}>`;
    }
    case 'user':
      return `<@${escaped(string(element.user_id) ?? '')}>`;
    case 'usergroup':
      return `<!subteam^${escaped(string(element.usergroup_id) ?? '')}>`;
    case 'channel':
      return `<#${escaped(string(element.channel_id) ?? '')}>`;
    case 'broadcast':
      return `<!${escaped(string(element.range) ?? '')}>`;
    case 'emoji': {
      const tone = number(element.skin_tone);
      return `:${string(element.name) ?? ''}:${tone === undefined ? '' : `:skin-tone-${tone}:`}`;
    }
    case 'date':
      return escaped(string(element.fallback) ?? '');
    case 'color':
      return escaped(string(element.value) ?? '');
    default:
      return escaped(text ?? '');
  }
}
