import { readFileSync } from 'node:fs';
import type { Api } from '../deps.ts';
import { apiPage } from './api.ts';
import type { Document } from './document.ts';
import { errorsPage } from './errors.ts';
import { homePage } from './home.ts';
import type { Html } from './prose.ts';
import { websocketPage } from './websocket.ts';

const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
// Checked again each time: a page of the last version with the style of this one looks broken.
const cached = { 'cache-control': 'no-cache' };

/** The pages that say how to use this server: HTML as it stands, no script, nothing from elsewhere. */
export function docsRoutes(app: Api, document: () => object): void {
  const pages: Record<string, () => Html> = {
    '/': homePage,
    '/docs/api': () => apiPage(document() as Document),
    '/docs/websocket': websocketPage,
    '/docs/errors': errorsPage,
  };
  for (const [path, make] of Object.entries(pages)) {
    let made: Html | undefined;
    app.get(path, (c) => {
      made ??= make();
      return c.html(made, 200, cached);
    });
  }
  app.get('/docs', (c) => c.redirect('/docs/api'));
  app.get('/docs/style.css', (c) =>
    c.body(style, 200, { 'content-type': 'text/css; charset=utf-8', ...cached }),
  );
}
