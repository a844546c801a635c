import type { Operation } from './document.ts';

/** A command that does the operation with its examples; `$STACKBOX` and `$TOKEN` are the reader's. */
export function curlOf(method: string, path: string, operation: Operation): string {
  const parameters = operation.parameters ?? [];
  const exampleOf = (name: string) => parameters.find((parameter) => parameter.name === name)?.schema.example;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(exampleOf(name) ?? name)),
  );
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.schema.example !== undefined)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(schema.example))}`)
    .join('&');
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`;
  const lines = [
    `curl${verb} "$STACKBOX${filled}${query === '' ? '' : `?${query}`}"`,
    '-H "Authorization: Bearer $TOKEN"',
    ...parameters
      .filter((parameter) => parameter.in === 'header')
      .map(({ name }) => `-H "${name}: ${exampleOf(name)}"`),
  ];
  const body = operation.requestBody?.content['application/json']?.example;
  if (body !== undefined) {
    lines.push('-H "Content-Type: application/json"', `-d '${readable(body).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n  ');
}

/** On one line where it is short. */
function readable(body: unknown): string {
  const line = JSON.stringify(body);
  return line.length <= 36 ? line : JSON.stringify(body, null, 2).replaceAll('\n', '\n  ');
}
