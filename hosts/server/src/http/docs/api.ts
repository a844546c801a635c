import { html } from 'hono/html';
import { curlOf } from './curl.ts';
import { type Answer, type Document, nameOf, type Operation } from './document.ts';
import { docsPage } from './page.ts';
import { type Html, inline, prose, slug } from './prose.ts';
import { fieldList, fieldsOf, parameterFields, typeOf } from './schema.ts';

interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The REST API as its document tells it. */
export function apiPage(document: Document): Html {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const parts = document.tags.map((tag) => ({
    ...tag,
    operations: all.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const contents = [
    { title: 'Start', href: '#start', items: [] },
    ...parts.map(({ name, operations }) => ({
      title: name,
      href: `#part-${slug(name)}`,
      items: operations.map(({ operation }) => ({
        label: operation.summary,
        href: `#${operation.operationId}`,
      })),
    })),
    {
      title: 'Objects',
      href: '#objects',
      items: Object.keys(document.components.schemas).map((name) => ({
        label: name,
        href: `#object-${slug(name)}`,
      })),
    },
  ];
  const main = html`
    <section id="start">
      <h1>REST API</h1>
      ${prose(document.info.description)}
      <p>
        The whole of it is in <a href="/api/v1/openapi.json">an OpenAPI 3.1 document</a>, from which this page is made. To try a
        command, say where and who:
      </p>
      <pre><code>export STACKBOX=http://127.0.0.1:3001
export TOKEN=$(./stackbox token --as ana@demo.example)</code></pre>
      <h2>Repeating a request</h2>
      ${prose('Networks lose answers. A write that appends to a log carries an `Idempotency-Key`, a name of your own for it; after a silence, repeat the request with the same key, as often as it takes. It takes effect once, and a later answer says `duplicate: true` with the place of the first. The key holds for as long as the room lives. Writes without a key change nothing when they are repeated.')}
      <h2>Paging</h2>
      ${prose('A list answers with `next` while there is more: ask again with `cursor` set to it. A log is read by `seq` instead, in either direction, and says `more`.')}
      <h2>Errors</h2>
      ${prose('Every error is an RFC 9457 problem with the same `code` and `retry` as on the WebSocket: [what each code means](/docs/errors). `HEAD` works wherever `GET` does.')}
    </section>
    ${parts.map(
      ({ name, description, operations }) => html`
        <section id="part-${slug(name)}">
          <h2 class="part">${name}</h2>
          ${prose(description)}
          ${operations.map((listed) => operationArticle(document, listed))}
        </section>`,
    )}
    ${objects(document)}`;
  return docsPage('/docs/api', 'REST API · StackBox', contents, main);
}

function operationArticle(document: Document, { method, path, operation }: Listed): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const answers = Object.entries(responses);
  const isGood = ([status]: [string, Answer]) => status.startsWith('2');
  const example = answers.find(isGood)?.[1].content?.['application/json']?.example;
  return html`
    <article id="${operationId}" class="operation">
      <div class="told">
        <h3><a href="#${operationId}">${summary}</a></h3>
        <p class="endpoint"><span class="method ${method}">${method.toUpperCase()}</span> <code>${breakable(path)}</code></p>
        ${prose(description)}
        ${(['path', 'query', 'header'] as const).map((place) => {
          const those = parameters.filter((parameter) => parameter.in === place);
          return those.length === 0 ? '' : html`<h4>In the ${place}</h4>${fieldList(parameterFields(those))}`;
        })}
        ${body === undefined ? '' : html`<h4>In the body</h4>${bodyFields(document, body)}`}
        <h4>Answers</h4>
        <ul class="answers">
          ${answers.filter(isGood).map(([status, answer]) => goodAnswer(status, answer))}
          <li class="problems">${answers.filter((answer) => !isGood(answer)).map(([status, answer]) => problemAnswer(document, status, answer))}</li>
        </ul>
      </div>
      <div class="shown">
        <pre><code>${curlOf(method, path, operation)}</code></pre>
        ${example === undefined ? '' : html`<pre class="answer"><code>${JSON.stringify(example, null, 2)}</code></pre>`}
      </div>
    </article>`;
}

function bodyFields({ components }: Document, schema: { readonly $ref?: string }): Html {
  const named = schema.$ref === undefined ? schema : components.schemas[nameOf(schema.$ref)];
  return fieldList(fieldsOf(named ?? {}));
}

function goodAnswer(status: string, { description = '', content }: Answer): Html {
  const schema = content?.['application/json']?.schema;
  return html`<li><span class="status">${status}</span> ${inline(description)}${schema === undefined ? '' : html`: ${typeOf(schema)}`}</li>`;
}

/** What any request may meet is named by its number alone, so that what is particular to this one stands out. */
const general = new Set(['401', '413', '429', '500', '503']);

function problemAnswer({ components }: Document, status: string, { $ref = '' }: Answer): Html {
  const response = components.responses[nameOf($ref)];
  const problem = response?.content?.['application/problem+json']?.example as { code?: string } | undefined;
  const label = general.has(status) ? status : `${status} ${problem?.code}`;
  return html`<a class="status bad" href="/docs/errors#${problem?.code}" title="${response?.description}">${label}</a>`;
}

function objects({ components }: Document): Html {
  return html`
    <section id="objects">
      <h2 class="part">Objects</h2>
      ${Object.entries(components.schemas).map(
        ([name, schema]) => html`
          <article class="object" id="object-${slug(name)}">
            <h3><a href="#object-${slug(name)}">${name}</a></h3>
            ${schema.description === undefined ? '' : prose(schema.description)}
            ${schema.properties === undefined ? html`<p>${typeOf({ ...schema })}</p>` : fieldList(fieldsOf(schema))}
          </article>`,
      )}
    </section>`;
}

/** Long paths break at their slashes, not in the middle of a name. */
function breakable(path: string): Html {
  const parts = path.split(/(?<=\/)/);
  return html`${parts.map((part) => html`${part}<wbr>`)}`;
}
