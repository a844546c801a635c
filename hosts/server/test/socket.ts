import type { Json, Name, TestServer } from './server.ts';

export interface TestSocket {
  /** Every frame so far, in order. */
  readonly heard: Json[];
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
  /** Sends a request and answers its reply. */
  ask(request: object): Promise<Json>;
  close(): void;
}

/** Opens a connection with a ticket of the member's, or of the session of `token`. */
export async function connect(server: TestServer, as: Name, token?: string): Promise<TestSocket> {
  const asked = token === undefined ? { as } : { headers: { authorization: `Bearer ${token}` } };
  const { ticket, url } = (await server.request('POST', '/api/v1/tickets', asked)).body;
  const socket = new WebSocket(url, ['stackbox.v1', `ticket.${ticket}`]);
  const heard: Json[] = [];
  const waiting = new Map<string, (reply: Json) => void>();
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    heard.push(frame);
    waiting.get(frame.id)?.(frame);
  };
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  let asks = 0;
  return {
    heard,
    closed,
    ask(request) {
      const id = String(++asks);
      const reply = new Promise<Json>((resolve) => waiting.set(id, resolve));
      socket.send(JSON.stringify({ ...request, id }));
      return reply;
    },
    close: () => socket.close(),
  };
}
