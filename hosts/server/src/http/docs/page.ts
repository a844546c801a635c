import { html, raw } from 'hono/html';
import type { Html } from './prose.ts';

export interface Contents {
  readonly title: string;
  readonly href: string;
  readonly items: readonly { readonly label: Html | string; readonly href: string }[];
}

const pages = [
  { href: '/docs/api', label: 'REST API' },
  { href: '/docs/websocket', label: 'WebSocket' },
  { href: '/docs/errors', label: 'Errors' },
];

/** A page of the documentation, with its contents beside it, or above it on a narrow screen. */
export function docsPage(here: string, title: string, contents: readonly Contents[], main: Html): Html {
  const list = contents.map(
    (part) => html`
      <a class="part" href="${part.href}">${part.title}</a>
      ${part.items.length === 0 ? '' : html`<ul>${part.items.map(({ label, href }) => html`<li><a href="${href}">${label}</a></li>`)}</ul>`}`,
  );
  return frame(
    here,
    title,
    html`
      <div class="columns">
        <nav class="beside" aria-label="On this page">${list}</nav>
        <main id="main">
          <details class="above"><summary>On this page</summary><nav aria-label="On this page">${list}</nav></details>
          ${main}
        </main>
      </div>`,
  );
}

export function frame(here: string, title: string, body: Html): Html {
  return html`${raw('<!doctype html>')}
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/style.css">
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <a class="name" href="/">StackBox</a>
      <nav aria-label="Documentation">
        ${pages.map(({ href, label }) => html`<a href="${href}" ${raw(href === here ? 'aria-current="page"' : '')}>${label}</a>`)}
      </nav>
    </header>
    ${body}
  </body>
</html>`;
}
