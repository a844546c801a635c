import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** Paragraphs with `code` and [links](/to): all that our descriptions use of Markdown. */
export function prose(text: string): Html[] {
  return text.split(/\n{2,}/).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

export function inline(text: string): Html[] {
  return text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((part) => {
    if (part.startsWith('`') && part.endsWith('`') && part.length > 1)
      return html`<code>${part.slice(1, -1)}</code>`;
    const [, words, to] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
    return words === undefined ? html`${part}` : html`<a href="${to}">${words}</a>`;
  });
}

/** For an anchor. */
export function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
