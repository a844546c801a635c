import { type ErrorCode, type ErrorReply, errorTable, limits, type OkReply } from '@stackbox/protocol';

/** A fuzz run found something. The seed in its words makes it happen again. */
export class FuzzFailure extends Error {
  constructor(what: string, { seed, nth, sent }: { seed: number; nth: number; sent: string }) {
    super(
      `${what}\nseed ${seed}, number ${nth}: ${JSON.stringify(sent.slice(0, 600))}${sent.length > 600 ? ' …' : ''}`,
    );
    this.name = 'FuzzFailure';
  }
}

/** What is wrong with a reply to `sent`; undefined if it is as the rules say. */
export function replyFault(sent: Buffer, reply: OkReply | ErrorReply, bytes: number): string | undefined {
  if (bytes > limits.frameBytes) return `the reply has ${bytes} bytes`;
  const id = idIn(sent);
  if (reply.id !== id) return `the reply has the id ${JSON.stringify(reply.id)}, not ${JSON.stringify(id)}`;
  if (reply.ok) return undefined;
  const { code, message, retry } = reply.error;
  if (!Object.hasOwn(errorTable, code)) return `${code} is no code of the table`;
  if (code === 'internal') return 'something that no rule foresaw';
  if (retry !== errorTable[code].retry) return `${code} says retry ${retry}`;
  return message === '' ? `${code} says nothing to people` : undefined;
}

/** The id that a frame's reply must have. */
function idIn(sent: Buffer): string | undefined {
  if (sent.length > limits.frameBytes) return undefined;
  try {
    const frame: unknown = JSON.parse(sent.toString());
    if (typeof frame !== 'object' || frame === null || Array.isArray(frame) || !Object.hasOwn(frame, 'id'))
      return undefined;
    const { id } = frame as { id: unknown };
    return typeof id === 'string' && id.length <= limits.requestIdChars ? id : undefined;
  } catch {
    return undefined;
  }
}

const counted: readonly ErrorCode[] = ['bad_request', 'unknown_action', 'message_too_large'];

/** Counts bad frames in a row, as the rule does. */
export class Streak {
  #bad = 0;

  /** @returns whether the connection must be closed after this reply */
  after(reply: OkReply | ErrorReply): boolean {
    if (reply.ok) this.#bad = 0;
    else if (counted.includes(reply.error.code)) this.#bad++;
    return this.#bad >= limits.badFramesInARow;
  }
}
