import type { ErrorCode } from '@stackbox/protocol';
import type { Answer, DeedRecord } from '../history.ts';
import { codeOf, http } from './http.ts';

/** A deed over REST, its clientId as the `Idempotency-Key`. @throws NoAnswer */
export async function writeOverRest(
  port: number,
  token: string,
  record: DeedRecord,
): Promise<Answer | { code: ErrorCode }> {
  const { method, path, body } = requestOf(record);
  const answer = await http(port, token, method, path, body, { 'idempotency-key': record.clientId });
  const code = codeOf(answer);
  return code === undefined ? (answer.body as Answer) : { code };
}

function requestOf({ roomId, deed }: DeedRecord): { method: string; path: string; body?: object } {
  const messages = `rooms/${roomId}/messages`;
  switch (deed.kind) {
    case 'message': {
      const { text, replyTo } = deed;
      return {
        method: 'POST',
        path: messages,
        body: { text, ...(replyTo === undefined ? {} : { replyTo }) },
      };
    }
    case 'edit':
      return { method: 'PATCH', path: `${messages}/${deed.target}`, body: { text: deed.text } };
    case 'delete':
      return { method: 'DELETE', path: `${messages}/${deed.target}` };
    case 'reaction': {
      const path = `${messages}/${deed.target}/reactions/${encodeURIComponent(deed.emoji)}`;
      return { method: deed.on ? 'PUT' : 'DELETE', path };
    }
    case 'pin':
      return { method: deed.on ? 'PUT' : 'DELETE', path: `${messages}/${deed.target}/pin` };
  }
}
