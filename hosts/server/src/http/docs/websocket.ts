import { z } from '@hono/zod-openapi';
import { type Action, limits } from '@stackbox/protocol';
import { actionSchemas } from '@stackbox/protocol/schemas';
import { html } from 'hono/html';
import { actionNotes, entryNotes, eventNotes } from './actions.ts';
import type { Schema } from './document.ts';
import { docsPage } from './page.ts';
import { type Html, inline, prose } from './prose.ts';
import { fieldList, fieldsOf } from './schema.ts';

const actions = Object.keys(actionNotes) as Action[];

const limitRows: readonly (readonly [string, string])[] = [
  [
    `${limits.frameBytes / 1024} KB`,
    'a frame, in either direction; a larger request is refused (`message_too_large`)',
  ],
  [`${limits.messageBytes / 1024} KB`, 'a raw frame; a larger one closes the connection (1009)'],
  [`${limits.textBytes / 1024} KiB`, 'the text of a message, in UTF-8'],
  [`${limits.idleMs / 60_000} minutes`, 'without a word from you; `ping` counts'],
  [`${limits.lifetimeMs / 3_600_000} hours`, 'the life of a connection'],
  [`${limits.ticketMs / 1000} seconds`, 'the life of a ticket'],
  [`${limits.badFramesInARow} in a row`, 'bad frames that cost the connection; one costs that frame'],
];

const closeCodes: readonly (readonly [string, string])[] = [
  ['1001', 'The server restarts, or the connection has lived its time: connect again.'],
  ['1003', 'A binary frame: send text.'],
  ['1008', 'Signed out, expired, removed, or too many bad frames. `closing` says which.'],
  ['1009', 'A frame over the limit.'],
  ['1013', 'You read too slowly: connect again and resume.'],
];

/** The WebSocket protocol: actions and limits from the protocol's own tables. */
export function websocketPage(): Html {
  const contents = [
    { title: 'Connecting', href: '#connecting', items: [] },
    { title: 'Requests', href: '#requests', items: [] },
    { title: 'Resuming', href: '#resuming', items: [] },
    { title: 'Actions', href: '#actions', items: actions.map((name) => ({ label: name, href: `#${name}` })) },
    {
      title: 'Events',
      href: '#events',
      items: ['entry', ...Object.keys(eventNotes)].map((name) => ({ label: name, href: `#event-${name}` })),
    },
    { title: 'Limits', href: '#limits', items: [] },
  ];
  return docsPage(
    '/docs/websocket',
    'WebSocket · StackBox',
    contents,
    html`${introduction}${actionPart()}${eventPart()}${limitPart()}`,
  );
}

const introduction = html`
  <section id="connecting">
    <h1>WebSocket</h1>
    ${prose('One JSON object per text frame, version 1 of the wire. What happens is heard here as it happens; the same rooms and messages can be read and written [over REST](/docs/api).')}
    <h2>Connecting</h2>
    ${prose('A ticket opens one connection, within 30 seconds. Get it with your token, then connect with it in the query, or in the subprotocol, where proxies do not log it:')}
    <pre><code>curl -X POST "$STACKBOX/api/v1/tickets" -H "Authorization: Bearer $TOKEN"

GET /ws?ticket=…

GET /ws
Sec-WebSocket-Protocol: stackbox.v1, ticket.…</code></pre>
    ${prose('Before the upgrade the server answers like any HTTP server: `401` for a ticket that is missing, wrong, old or used; `403` for a page of a foreign origin; `429` for too many connections; `503` while it stops.')}
    <p>From a terminal:</p>
    <pre><code>npx wscat -c "$(./stackbox token --as ana@demo.example --connect)"</code></pre>
  </section>
  <section id="requests">
    <h2>Requests and replies</h2>
    ${prose('A request names its `action` and, if you like, an `id` of up to 64 characters. It gets one reply with the same `id`, whatever happens:')}
    <pre><code>${'{"action":"sync","id":"1","rooms":{}}'}</code></pre>
    <pre class="answer"><code>${'{"type":"reply","id":"1","ok":true,"rooms":[…]}\n{"type":"reply","id":"1","ok":false,"error":{"code":"forbidden","message":"…","retry":"never"}}'}</code></pre>
    ${prose('Programs read `code` and `retry`: [what each code means](/docs/errors). Unknown fields are ignored. The workspace and the member come from the ticket, never from a frame.')}
  </section>
  <section id="resuming">
    <h2>Resuming</h2>
    ${prose('A position is `{epoch, seq}`: which history of a room, and how far in it. Keep the last one of each room. After a break, however long, `sync` with them gives exactly what you missed, then what comes, nothing lost or doubled between the two.')}
    ${prose('Entries of a room come in the order of `seq`, without a gap. If one is missing, a push was lost: ask with `joinRoom` and your position. If `epoch` differs, the room was restored from a backup: throw your copy away and read again.')}
    ${prose('A request whose reply was lost is repeated with the same `clientId`: it takes effect once.')}
  </section>`;

function actionPart(): Html {
  return html`
    <section id="actions">
      <h2 class="part">Actions</h2>
      ${actions.map((name) => {
        const { does, reply, example } = actionNotes[name];
        const fields = fieldsOf(z.toJSONSchema(actionSchemas[name], { io: 'input' }) as Schema);
        return html`
          <article class="operation" id="${name}">
            <div class="told">
              <h3><a href="#${name}"><code>${name}</code></a></h3>
              ${prose(does)}
              ${fields.length === 0 ? '' : html`<h4>Takes</h4>${fieldList(fields)}`}
              <h4>The reply adds</h4>
              ${notes(reply)}
            </div>
            <div class="shown"><pre><code>${JSON.stringify({ action: name, id: '7', ...example }, null, 2)}</code></pre></div>
          </article>`;
      })}
    </section>`;
}

function eventPart(): Html {
  return html`
    <section id="events">
      <h2 class="part">Events</h2>
      <p>What the server sends without being asked, about the rooms you joined.</p>
      <article class="object" id="event-entry">
        <h3><a href="#event-entry"><code>entry</code></a></h3>
        ${prose('Something changed what the room’s members see. Your own writes come too. Beside `type`, `roomId` and `epoch` it is the entry of the log: `seq`, `at`, `by`, `kind`, and by kind:')}
        ${Object.entries(entryNotes).map(([kind, fields]) => html`<h4><code>${kind}</code></h4>${notes(fields)}`)}
      </article>
      ${Object.entries(eventNotes).map(
        ([name, { says, fields }]) => html`
          <article class="object" id="event-${name}">
            <h3><a href="#event-${name}"><code>${name}</code></a></h3>
            ${prose(says)}
            ${notes(fields)}
          </article>`,
      )}
    </section>`;
}

function limitPart(): Html {
  return html`
    <section id="limits">
      <h2 class="part">Limits</h2>
      ${rows(limitRows)}
      <h3>Close codes</h3>
      ${rows(closeCodes)}
    </section>`;
}

function notes(fields: Readonly<Record<string, string>>): Html {
  return html`<dl class="fields pairs">${Object.entries(fields).map(
    ([name, says]) => html`<div><dt><code>${name}</code></dt><dd>${inline(says)}</dd></div>`,
  )}</dl>`;
}

function rows(pairs: readonly (readonly [string, string])[]): Html {
  return html`<table><tbody>${pairs.map(([what, says]) => html`<tr><th scope="row">${what}</th><td>${inline(says)}</td></tr>`)}</tbody></table>`;
}
