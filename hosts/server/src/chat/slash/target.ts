import type { MessageState } from '@stackbox/client';
import { type Desk, Misuse } from './desk.ts';

/** `#12 and the rest`: the message, and what follows. @throws Misuse */
export function targetIn(desk: Desk, rest: string, usage: string): [message: MessageState, rest: string] {
  const [, number, text = ''] = /^#?(\d+)(?:\s+([\s\S]*))?$/.exec(rest.trim()) ?? [];
  if (number === undefined) throw new Misuse(`Say which message by its number: ${usage}`);
  const message = desk.room.state?.messages.get(Number(number));
  if (message === undefined) {
    const more = desk.room.getSnapshot().hasEarlier ? ' If it is further up, /more brings it.' : '';
    throw new Misuse(`There is no message #${number} here.${more}`);
  }
  if (message.deleted) throw new Misuse(`#${number} was withdrawn.`);
  return [message, text.trim()];
}
