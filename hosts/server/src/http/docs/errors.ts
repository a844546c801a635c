import { type ErrorCode, errorTable } from '@stackbox/protocol';
import { html } from 'hono/html';
import { docsPage } from './page.ts';
import { type Html, inline } from './prose.ts';

/** What to do about each code. The rest of a row comes from the protocol's own table. */
const mends: Record<ErrorCode, string> = {
  bad_request:
    'Mend the request: `detail` (over REST also `errors`) names the field. HTTP says 405 for a method and 415 for a content type that is not taken.',
  unknown_action: 'Mend the name of the `action`. [Here they are](/docs/websocket#actions).',
  unauthenticated: 'This token, or this ticket, will not be taken again: get another.',
  token_expired: 'Repeat the request with it; an open connection goes on after `authenticate`.',
  forbidden: 'Ask an owner or an admin. Repeating it with the same role gives the same answer.',
  not_found: 'Check the id. A room that you are not in answers like one that does not exist.',
  conflict: 'Read what is there now, then decide anew. A key that named another request needs another key.',
  message_too_large: 'Send it in parts, or as a file.',
  rate_limited: 'Wait for `retryAfterMs`, then repeat the request with the same key.',
  slow_consumer: 'Connect again and resume from your last position: nothing is lost.',
  unavailable: 'Repeat the request after a moment with the same key; connect again, with growing pauses.',
  internal: 'Repeat the request later with the same key. It was noted on the server.',
};

const codes = Object.entries(errorTable) as [ErrorCode, (typeof errorTable)[ErrorCode]][];

/** Every error code: the same for REST and the WebSocket. */
export function errorsPage(): Html {
  const contents = [
    { title: 'Reading an error', href: '#reading', items: [] },
    { title: 'Codes', href: '#codes', items: codes.map(([code]) => ({ label: code, href: `#${code}` })) },
  ];
  const main = html`
    <section id="reading">
      <h1>Errors</h1>
      <p>${inline('One table for REST and the WebSocket. Programs read `code` and `retry`; `detail` and `message` are for people, and their words may change.')}</p>
      <dl class="fields">
        <div><dt><code>never</code></dt><dd>Mend the request first: the same one fails the same way.</dd></div>
        <div><dt><code>now</code></dt><dd>Do what the code says, then try again at once.</dd></div>
        <div><dt><code>later</code></dt><dd>${inline('Try again after `retryAfterMs` if it is given, else with growing pauses, with the same `clientId` or `Idempotency-Key`.')}</dd></div>
      </dl>
      <p>Over REST an error is a problem of RFC 9457, on the WebSocket a reply:</p>
      <pre><code>HTTP/1.1 429 Too Many Requests
Content-Type: application/problem+json
Retry-After: 2

${JSON.stringify({ type: '/docs/errors#rate_limited', title: errorTable.rate_limited.title, status: 429, detail: 'Too many requests for you. Try again in 1200 ms.', code: 'rate_limited', retry: 'later', retryAfterMs: 1200 }, null, 2)}</code></pre>
      <pre><code>${JSON.stringify({ type: 'reply', id: '7', ok: false, error: { code: 'rate_limited', message: 'Too many requests for you. Try again in 1200 ms.', retry: 'later', retryAfterMs: 1200 } }, null, 2)}</code></pre>
    </section>
    <section id="codes">
      <h2 class="part">Codes</h2>
      ${codes.map(
        ([code, { title, status, retry }]) => html`
          <article class="object" id="${code}">
            <h3><a href="#${code}"><code>${code}</code></a></h3>
            <p class="facts"><span class="status bad">${status}</span> retry <code>${retry}</code></p>
            <p>${title}. ${inline(mends[code])}</p>
          </article>`,
      )}
    </section>`;
  return docsPage('/docs/errors', 'Errors · StackBox', contents, main);
}
