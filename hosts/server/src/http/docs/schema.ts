import { html } from 'hono/html';
import { nameOf, type Parameter, type Schema } from './document.ts';
import { type Html, inline, slug } from './prose.ts';

/** What may stand there: a type, a link to an object, the values themselves. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return html`<a href="#object-${slug(name)}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return choice(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`));
  const either = schema.oneOf ?? schema.anyOf;
  if (either !== undefined) return choice(either.map(typeOf));
  if (schema.items !== undefined) return html`list of ${plain(schema.items)}${atMost(schema.maxItems)}`;
  if (schema.properties !== undefined)
    return html`<code>{${Object.keys(schema.properties).join(', ')}}</code>`;
  if (typeof schema.additionalProperties === 'object')
    return html`map to ${typeOf(schema.additionalProperties)}`;
  if (schema.type === 'integer') return html`whole number${span(schema)}`;
  if (schema.type === 'string') {
    return html`string${schema.maxLength === undefined ? '' : `, at most ${schema.maxLength} characters`}`;
  }
  return html`${String(schema.type ?? 'anything')}`;
}

function choice(parts: readonly Html[]): Html {
  return html`${parts.map((part, i) => html`${i === 0 ? '' : i === parts.length - 1 ? ' or ' : ', '}${part}`)}`;
}

function span({ minimum, maximum }: Schema): string {
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return `, ${minimum ?? 0} to ${maximum}`;
  return minimum === undefined || minimum < 0 ? '' : `, from ${minimum}`;
}

/** Of a list's items the kind alone: their limits would read as the list's. */
function plain(items: Schema): Html {
  return items.type === 'string' && items.enum === undefined ? html`strings` : typeOf(items);
}

function atMost(items: number | undefined): string {
  return items === undefined ? '' : `, at most ${items}`;
}

interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly optional: boolean;
  readonly description: string | undefined;
}

/** The fields of an object. */
export function fieldsOf({ properties = {}, required = [] }: Schema): Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    optional: !required.includes(name),
    description: schema.description,
  }));
}

export function parameterFields(parameters: readonly Parameter[]): Field[] {
  return parameters.map(({ name, schema, required, description }) => ({
    name,
    schema,
    optional: required !== true,
    description: description ?? schema.description,
  }));
}

export function fieldList(fields: readonly Field[]): Html {
  return html`<dl class="fields">${fields.map(
    ({ name, schema, optional, description }) => html`
      <div>
        <dt><code>${name}</code> <span class="type">${typeOf(schema)}</span>${optional ? html` <span class="mark">${usual(schema)}</span>` : ''}</dt>
        ${description === undefined ? '' : html`<dd>${inline(description)}</dd>`}
      </div>`,
  )}</dl>`;
}

function usual(schema: Schema): string {
  return schema.default === undefined ? 'optional' : `optional, else ${JSON.stringify(schema.default)}`;
}
