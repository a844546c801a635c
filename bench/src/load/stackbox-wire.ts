import { type Call, call } from './http.ts';
import { type Address, RawClient } from './raw-client.ts';
import { answer, digitsAt, endOf, Kind, type Wire } from './wire.ts';

const typeAt = '{"type":"'.length;
const idKey = Buffer.from('"id":"');
const okKey = Buffer.from('"ok":true');

interface Reply {
  type: string;
  id?: string;
  ok?: boolean;
  error?: { code: string; message: string };
}

/** Ticket, then socket: a connection that is signed in and in no room. */
export async function connectStackbox(
  address: Address,
  token: string,
  agent?: Call['agent'],
): Promise<RawClient> {
  const body = await call({
    port: address.port,
    path: '/api/v1/tickets',
    method: 'POST',
    token,
    body: {},
    ...(agent !== undefined && { agent }),
  });
  const { ticket } = JSON.parse(body) as { ticket: string };
  return RawClient.connect(address, `/ws?ticket=${encodeURIComponent(ticket)}`);
}

/** Sends a request and waits for its reply; what else arrives meanwhile goes unheard. */
export function ask<T>(client: RawClient, action: string, fields: object): Promise<T> {
  const reply = answer(client, `reply to ${action}`, (text) => {
    const frame = JSON.parse(text) as Reply;
    if (frame.type !== 'reply' || frame.id !== action) return undefined;
    if (!frame.ok) throw new Error(`${action} refused: ${frame.error?.code} ${frame.error?.message}`);
    return frame as T;
  });
  client.send(JSON.stringify({ action, id: action, ...fields }));
  return reply;
}

export const stackboxWire: Wire = {
  async join(address, roomId, { token }) {
    const client = await connectStackbox(address, token);
    const { head } = await ask<{ head: number }>(client, 'joinRoom', { roomId });
    return { client, head };
  },

  kind(bytes, from) {
    switch (bytes[from + typeAt]) {
      case 0x65: // entry
        return Kind.entry;
      case 0x72: // reply
        return Kind.reply;
      case 0x63: // closing or cursor
        return bytes[from + typeAt + 1] === 0x6c ? Kind.closing : Kind.other;
      default:
        return Kind.other;
    }
  },

  message: (number, roomId, clientId, text) =>
    `{"action":"sendMessage","id":"${number}","roomId":"${roomId}","clientId":"${clientId}","text":"${text}"}`,

  accepted(bytes, from, to) {
    if (endOf(okKey, bytes, from, to) < 0) throw new Error(`refused: ${bytes.toString('utf8', from, to)}`);
    return digitsAt(bytes, endOf(idKey, bytes, from, to));
  },

  pong: '',
};
