import { cleanText } from '@stackbox/core';
import { emojiNamed } from './emoji.ts';

/** What a text may name. */
export interface Names {
  /** Is this a user of the import? */
  knows(userRef: string): boolean;
  channel(ref: string): string | undefined;
}

// Marks that stand for what is finished while the rest is still being read. The text itself can't hold them: control
// characters are taken out first.
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const kept = /\u0001(\d+)\u0002/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const mention = /\u0003([A-Z0-9]+)\u0004/g;
const everyone = '\u0005';
const looksLikeMention = /<@(?=[^\s<>]+>)/g;

/**
 * Slack's mrkdwn as Markdown. Mentions of known users become `<@REF>`, `<!here>` and its like `<@all>`.
 *
 * A person may have typed something that comes out as `<@U1>` once unescaped ("&lt;@U1&gt;"), or as the label of a link.
 * Such a `<@` is broken with a word joiner, which nobody sees, so that only Slack's own mentions are mentions here.
 */
export function mrkdwn(raw: string, names: Names): string {
  const done: string[] = [];
  const keep = (text: string) => `\u0001${done.push(text) - 1}\u0002`;
  const restore = (text: string): string =>
    text.replace(kept, (_, index: string) => restore(done[Number(index)] ?? ''));

  const marked = cleanText(raw)
    .replace(/(\n?)```\n?(.*?)\n?```(\n?)/gs, (_, before: string, code: string, after: string, at: number) =>
      // Markdown knows a fence only on a line of its own.
      keep(`${at === 0 ? before : '\n'}\`\`\`\n${plainCode(code)}\n\`\`\`${after === '' ? '\n' : after}`),
    )
    .replace(/`([^`\n]+)`/g, (_, code: string) => keep(`\`${plainCode(code)}\``))
    .replace(/<([^<>\n]*)>/g, (_, token: string) => control(token, names, keep))
    .replace(
      /(?<![\p{L}\p{N}]):([a-z0-9_+'-]+):(?::(skin-tone-[2-6]):)?/gu,
      (whole, name: string, tone?: string) => {
        const emoji = emojiNamed(tone === undefined ? name : `${name}::${tone}`);
        return emoji === undefined ? whole : keep(emoji);
      },
    )
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\p{L}\p{N}*])/gu, '**$1**')
    .replace(/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]+)(?<=\S)~(?![\p{L}\p{N}~])/gu, '~~$1~~');

  return restore(unescaped(marked))
    .replace(looksLikeMention, '<\u2060@')
    .replace(mention, '<@$1>')
    .replaceAll(everyone, '<@all>')
    .trim();
}

/** Text that is nobody's markup, made safe to be read as mrkdwn. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** In code nothing is markup, yet Slack still wraps what looks like an address. */
function plainCode(code: string): string {
  return unescaped(
    code.replace(/<([^<>\n]*)>/g, (_, token: string) => {
      const [target = '', label] = halves(token);
      return label ?? target;
    }),
  );
}

/** A control sequence: what stood between < and >. */
function control(token: string, names: Names, keep: (text: string) => string): string {
  const [target = '', label] = halves(token);
  if (target.startsWith('@')) {
    const ref = target.slice(1);
    if (/^[A-Z0-9]+$/.test(ref) && names.knows(ref)) return `\u0003${ref}\u0004`;
    return keep(`@${unescaped(label ?? ref)}`);
  }
  if (target.startsWith('#')) {
    const ref = target.slice(1);
    return keep(`#${unescaped(label || (names.channel(ref) ?? ref))}`);
  }
  if (target.startsWith('!')) {
    const command = target.slice(1);
    if (/^(here|channel|everyone|group)$/.test(command)) return everyone;
    // A user group, a date: the label is what Slack showed.
    return keep(unescaped(label ?? command.replace(/^subteam\^/, '@')));
  }
  return link(unescaped(target), label === undefined ? undefined : unescaped(label), keep);
}

const opens = /^(https?|mailto|tel|ftp|sftp):/i;

function link(url: string, label: string | undefined, keep: (text: string) => string): string {
  const bare = url.replace(/^(mailto|tel):/i, '');
  if (label === undefined || label === '' || label === url || label === bare || `http://${label}` === url) {
    return keep(opens.test(url) ? bare : url);
  }
  // No link to `javascript:` and its like: what is imported can run nothing.
  if (!opens.test(url)) return keep(`${label} (${url})`);
  const safe = url.replace(/[\s()<>"]/g, (character) =>
    encodeURIComponent(character).replace('(', '%28').replace(')', '%29'),
  );
  return keep(`[${label.replace(/[[\]]/g, '\\$&')}](${safe})`);
}

function halves(token: string): [string, string?] {
  const bar = token.indexOf('|');
  return bar === -1 ? [token] : [token.slice(0, bar), token.slice(bar + 1)];
}
