import type { Context } from 'hono';
import { HttpRefusal } from './problem.ts';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Hono answers a known path with another method like an unknown one: this tells them apart (RFC 9110, 15.5.6). */
export function allowedMethods(routes: readonly Route[]): (path: string) => string[] {
  const patterns = new Map<string, { form: RegExp; methods: Set<string> }>();
  for (const { method, path } of routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    let known = patterns.get(path);
    if (known === undefined) {
      const form = path.replace(/[.]/g, '\\.').replace(/:[^/]+/g, '[^/]+');
      known = { form: new RegExp(`^${form}$`), methods: new Set() };
      patterns.set(path, known);
    }
    known.methods.add(method);
    if (method === 'GET') known.methods.add('HEAD');
  }
  return (path) => {
    const methods = new Set<string>();
    for (const known of patterns.values())
      if (known.form.test(path)) for (const method of known.methods) methods.add(method);
    return [...methods].sort();
  };
}

export function nothingHere(c: Context, allowed: readonly string[]): HttpRefusal {
  if (allowed.length === 0)
    return new HttpRefusal('not_found', `There is no ${c.req.path} here. See /docs/api.`, {
      title: 'There is no such page',
    });
  const allow = allowed.join(', ');
  return new HttpRefusal('bad_request', `${c.req.path} takes ${allow}, not ${c.req.method}.`, {
    status: 405,
    title: 'The method is not allowed here',
    headers: { allow },
  });
}
