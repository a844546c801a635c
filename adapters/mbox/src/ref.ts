import { createHash } from 'node:crypto';
import { limits } from '@stackbox/protocol';
import type { Range } from './ranges.ts';
import type { Window } from './window.ts';

/** A Message-ID as clientId: itself, or its hash if it is too long for one. */
export function idRef(id: string): string {
  return id.length <= limits.clientIdChars ? id : createHash('sha256').update(id).digest('hex');
}

/** The clientId of a message that has no name of its own: the hash of its headers and body. */
export async function contentRef(file: Window, { start, end }: Range): Promise<string> {
  const hash = createHash('sha256');
  const step = 1024 * 1024;
  for (let at = start; at < end; at += step) hash.update(await file.read(at, Math.min(at + step, end)));
  return hash.digest('hex');
}
