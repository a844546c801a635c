import { createHash } from 'node:crypto';
import { limits } from '@stackbox/protocol';

/** The clientId of a message: a time stamp names it only within its channel. The same at every run. */
export function messageRef(channel: string, ts: string): string {
  const ref = `${channel}:${ts}`;
  return ref.length <= limits.clientIdChars ? ref : createHash('sha256').update(ref).digest('hex');
}
