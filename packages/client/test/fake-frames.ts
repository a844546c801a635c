import { type Action, Refusal } from '@stackbox/protocol';
import type { Requests } from '../src/requests.ts';
import type { Fact } from './fake-log.ts';

type Bodies = { [A in Action]: Requests[A] & { action: A; id?: string } };
/** A request as it comes in. */
export type Frame = Bodies[Action];
export type Write = Bodies['sendMessage' | 'editMessage' | 'deleteMessage' | 'react' | 'pin'];

/** What a request adds to the log. */
export function factOf(by: string, frame: Write): Fact {
  switch (frame.action) {
    case 'sendMessage': {
      const { clientId, text = '', files = [], replyTo } = frame;
      if (text === '' && files.length === 0)
        throw new Refusal('bad_request', 'A message needs text or a file.');
      return {
        kind: 'message',
        by,
        clientId,
        text,
        files: [...files],
        mentions: [],
        ...(replyTo === undefined ? {} : { replyTo }),
      };
    }
    case 'editMessage':
      return { kind: 'edit', by, target: frame.seq, text: frame.text, mentions: [] };
    case 'deleteMessage':
      return { kind: 'delete', by, target: frame.seq };
    case 'react':
      return { kind: 'reaction', by, target: frame.seq, emoji: frame.emoji, on: frame.on };
    case 'pin':
      return { kind: 'pin', by, target: frame.seq, on: frame.on };
  }
}
