import { call, Refused } from './http.ts';

/** The sum of a metric's series as the server's `/metrics` gives them; undefined when it tells none. */
export async function metric(port: number, name: string): Promise<number | undefined> {
  const exposition = await call({ port, path: '/metrics' }).catch((error) => {
    if (error instanceof Refused && error.status === 404) return '';
    throw error;
  });
  return sumOf(exposition, name);
}

export function sumOf(exposition: string, name: string): number | undefined {
  let sum: number | undefined;
  for (const line of exposition.split('\n')) {
    const rest = line.slice(name.length);
    if (!line.startsWith(name) || (rest[0] !== ' ' && rest[0] !== '{')) continue;
    sum = (sum ?? 0) + Number(rest.slice(rest.lastIndexOf(' ') + 1));
  }
  return sum;
}
