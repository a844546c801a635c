import { Unusable } from '../data/folder.ts';

/** @throws Unusable if it is no port number */
export function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Unusable(`--port ${text} is no port number (0 to 65535).`);
  return port;
}

/** @throws Unusable if it is no whole number of at least `least` */
export function countOf(option: string, text: string, least = 0): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < least)
    throw new Unusable(`${option} ${text} is no whole number from ${least} on.`);
  return count;
}
