import { html } from 'hono/html';
import { frame } from './page.ts';
import type { Html } from './prose.ts';

/** What a browser finds at the server's root. */
export function homePage(): Html {
  return frame(
    '/',
    'StackBox',
    html`
      <main id="main" class="home">
        <h1>StackBox is running</h1>
        <p class="lead">
          Conversations between a business and its clients, in one process on this machine. A message that was acknowledged is on
          disk, in its place, once.
        </p>
        <h2>Two people talking</h2>
        <p>In two terminals, in the folder of StackBox:</p>
        <pre><code>./stackbox chat --as ana@demo.example</code></pre>
        <pre><code>./stackbox chat --as ben@demo.example</code></pre>
        <h2>From a program</h2>
        <ul class="ways">
          <li><a href="/docs/api">REST API</a> rooms, messages, members and search, request by request</li>
          <li><a href="/docs/websocket">WebSocket</a> what happens, as it happens, and how to resume</li>
          <li><a href="/docs/errors">Errors</a> what each code means, and when to try again</li>
          <li><a href="/api/v1/openapi.json">OpenAPI 3.1</a> the document to make a client from</li>
        </ul>
      </main>`,
  );
}
