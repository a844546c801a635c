import type { Entry } from '@stackbox/protocol';
import { codeOf, http, NoAnswer } from './http.ts';

export interface LogPage {
  readonly epoch: string;
  readonly head: number;
  readonly entries: Entry[];
  readonly more: boolean;
}

/** A page of a room's log over REST. @throws NoAnswer, also for a refusal that may pass */
export async function readPage(
  port: number,
  token: string,
  roomId: string,
  range: { after: number } | { before: number },
  limit = 500,
): Promise<LogPage> {
  const query = new URLSearchParams({ ...range, limit } as never);
  const answer = await http(port, token, 'GET', `rooms/${roomId}/entries?${query}`);
  const code = codeOf(answer);
  if (code !== undefined) throw new NoAnswer(`entries of ${roomId}: ${code}`);
  return answer.body as LogPage;
}
