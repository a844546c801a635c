import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The slice of the document that answers are held against. */
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, unknown>;
    readonly responses: Record<string, Response>;
  };
}

interface Operation {
  readonly responses: Record<string, Response>;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Record<string, { readonly schema: object; readonly example?: unknown }>;
}

export interface Contract {
  readonly document: Document;
  /** @throws if the document doesn't know the answer, or says it looks otherwise */
  check(method: string, path: string, answered: { status: number; headers: Headers; body: unknown }): void;
  /** What is wrong with a value, by a schema of the document; undefined if nothing. */
  fault(schema: object, value: unknown): string | undefined;
}

const known = new Map<string, Contract>();

/** The server's own OpenAPI document, as the judge of what the server answers. */
export async function contractOf(url: string): Promise<Contract> {
  const text = await (await fetch(new URL('/api/v1/openapi.json', url))).text();
  const contract = known.get(text) ?? contractIn(text);
  known.set(text, contract);
  return contract;
}

function contractIn(text: string): Contract {
  const document = JSON.parse(text) as Document;
  // In earnest a client overlooks fields that it doesn't know; here one that the document doesn't tell is a fault.
  const closed = closing(document);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(closed as object, 'document');
  const validators = new Map<object, ValidateFunction>();
  const fault = (schema: object, value: unknown) => {
    const validate = validators.get(schema) ?? ajv.compile(absolute(closing(schema)) as object);
    validators.set(schema, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
  return {
    document,
    fault,
    check(method, path, { status, headers, body }) {
      const pathname = path.replace(/[?#].*/, '');
      if (!pathname.startsWith('/api/v1/')) return;
      const operation = operationFor(document, method, pathname);
      if (operation === undefined) return;
      const told = operation.responses[status];
      if (told === undefined)
        throw new Error(`${method} ${pathname} answered ${status}, which the document doesn't tell`);
      const response =
        told.$ref === undefined
          ? told
          : (document.components.responses[told.$ref.split('/').at(-1) ?? ''] ?? {});
      const type = (headers.get('content-type') ?? '').replace(/;.*/, '');
      if (response.content === undefined) {
        if (body !== '') throw new Error(`${method} ${pathname}: ${status} should have no body`);
        return;
      }
      const content = response.content[type];
      if (content === undefined)
        throw new Error(`${method} ${pathname}: ${status} came as ${type || 'nothing'}`);
      const wrong = fault(content.schema, body);
      if (wrong !== undefined)
        throw new Error(`${method} ${pathname}: ${status} isn't as the document says: ${wrong}`);
    },
  };
}

function operationFor({ paths }: Document, method: string, pathname: string): Operation | undefined {
  const verb = method.toLowerCase();
  for (const [template, methods] of Object.entries(paths)) {
    const form = new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
    if (form.test(pathname)) return methods[verb];
  }
  return undefined;
}

function closing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closing);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) copy[key] = closing(part);
  const isObject = copy.type === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}

function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/'));
}
