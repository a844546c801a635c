import type { ErrorReply, ServerEvent, ServerFrame } from '@stackbox/protocol';
import { WebSocket } from 'ws';
import { codeOf, http, NoAnswer } from './http.ts';

/** A reply as it came: what it carries beside depends on what was asked. */
export type Reply = ErrorReply | ({ type: 'reply'; id?: string; ok: true } & Record<string, unknown>);

const replyWithinMs = 2_000;
const openWithinMs = 4_000;
const quietMs = 1_500;

/** One WebSocket connection of a client that trusts nobody: it pings, and gives up on a peer that is silent. */
export class Line {
  /** The port it comes from, by which the proxy knows it. */
  port = 0;
  onEvent: (event: ServerEvent) => void = () => {};
  onEnd: () => void = () => {};
  /** The server said why it would close. */
  closing: (ServerEvent & { type: 'closing' }) | undefined;
  readonly #ws: WebSocket;
  readonly #asked = new Map<string, { hear: (reply: Reply) => void; fail: (why: string) => void }>();
  #lastId = 0;
  #heardAt = performance.now();
  #pulse: NodeJS.Timeout | undefined;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
  }

  /** @throws NoAnswer */
  static async open(door: number, token: string): Promise<Line> {
    const answer = await http(door, token, 'POST', 'tickets', {});
    if (codeOf(answer) !== undefined) throw new NoAnswer(`no ticket: ${codeOf(answer)}`);
    const { ticket } = answer.body as { ticket: string };
    const ws = new WebSocket(`ws://127.0.0.1:${door}/ws`, ['stackbox.v1', `ticket.${ticket}`], {
      perMessageDeflate: false,
      handshakeTimeout: openWithinMs,
    });
    const line = new Line(ws);
    ws.on('upgrade', ({ socket }) => {
      line.port = socket.localPort ?? 0;
    });
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.on('error', (error) => reject(new NoAnswer(error.message)));
      ws.once('close', () => reject(new NoAnswer('closed before it opened')));
    });
    ws.on('message', (data) => line.#hear(data.toString()));
    ws.once('close', () => line.#ended());
    line.#pulse = setInterval(() => line.#beat(), quietMs / 3);
    return line;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  /**
   * Asks, and answers the first reply. `hear` gets every reply there is, also those that come too late or, because the
   * proxy doubled the request, twice.
   * @throws NoAnswer
   */
  ask(action: string, body: object, hear: (reply: Reply) => void = () => {}): Promise<Reply> {
    const id = `${++this.#lastId}`;
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        reject(new NoAnswer(`${action}: ${why}`));
      };
      const timer = setTimeout(() => fail('no reply in time'), replyWithinMs);
      if (!this.isOpen) return fail('there is no connection');
      this.#asked.set(id, {
        hear: (reply) => {
          clearTimeout(timer);
          hear(reply);
          resolve(reply);
        },
        fail,
      });
      this.#ws.send(JSON.stringify({ action, id, ...body }));
    });
  }

  /** Gone without a goodbye. */
  cut(): void {
    this.#ws.terminate();
  }

  #hear(text: string): void {
    this.#heardAt = performance.now();
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.type === 'reply') return this.#asked.get(frame.id ?? '')?.hear(frame as Reply);
    if (frame.type === 'closing') this.closing = frame;
    this.onEvent(frame);
  }

  #beat(): void {
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs > quietMs + replyWithinMs) this.cut();
    else if (silentMs > quietMs && this.isOpen) this.#ws.send('{"action":"ping"}');
  }

  #ended(): void {
    clearInterval(this.#pulse);
    for (const { fail } of this.#asked.values()) fail('the connection ended');
    this.onEnd();
  }
}
