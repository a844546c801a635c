import {
  type Action,
  limits,
  type Replies,
  type ServerEvent,
  type ServerFrame,
  utf8Bytes,
} from '@stackbox/protocol';
import type { Ambient, Timer } from '../ambient.ts';
import { disconnected, StackBoxError } from '../errors.ts';
import type { Requests } from '../requests.ts';
import type { Socket, SocketConstructor } from './socket.ts';

const openMs = 15_000;
const replyMs = 15_000;

export interface LinkEars {
  event(event: ServerEvent): void;
  /** Once, after the link opened: it is over, and every request still open has been refused. */
  ended(why: StackBoxError): void;
}

interface Waiting {
  resolve(reply: never): void;
  reject(why: StackBoxError): void;
  timer: Timer;
}

/** One WebSocket connection: requests meet their replies, everything else is an event. Ends once, and never comes back. */
export class Link {
  readonly #socket: Socket;
  readonly #ears: LinkEars;
  readonly #ambient: Pick<Ambient, 'timers'>;
  readonly #waiting = new Map<string, Waiting>();
  #lastId = 0;
  #ended: StackBoxError | undefined;
  /** What the server said before it closes: API Gateway can't set a close code. */
  #closing: StackBoxError | undefined;
  /** The largest request that the server takes, in bytes. */
  frameBytes: number = limits.frameBytes;

  private constructor(socket: Socket, ears: LinkEars, ambient: Pick<Ambient, 'timers'>) {
    this.#socket = socket;
    this.#ears = ears;
    this.#ambient = ambient;
  }

  /** The ticket travels as a subprotocol: a URL ends up in logs (SEC6). */
  static open(
    make: SocketConstructor,
    { url, ticket }: { url: string; ticket: string },
    ears: LinkEars,
    ambient: Pick<Ambient, 'timers'>,
  ): Promise<Link> {
    return new Promise((resolve, reject) => {
      const socket = new make(url, ['stackbox.v1', `ticket.${ticket}`]);
      const link = new Link(socket, ears, ambient);
      const timer = ambient.timers.set(() => fail('no connection'), openMs);
      let open = false;
      const fail = (why: string) => {
        ambient.timers.clear(timer);
        if (open) link.end(disconnected(why));
        else {
          reject(disconnected(why));
          socket.close();
        }
      };
      socket.addEventListener('open', () => {
        ambient.timers.clear(timer);
        open = true;
        resolve(link);
      });
      socket.addEventListener('message', ({ data }) => link.#hear(data));
      socket.addEventListener('error', () => fail('the connection failed'));
      socket.addEventListener('close', ({ code, reason }) =>
        fail(`the connection closed (${code ?? '-'} ${reason ?? ''})`),
      );
    });
  }

  /**
   * Asks, and answers what the server replied.
   * @throws StackBoxError the server's refusal; `timeout`; `disconnected` if the link ends first: the request may have
   * been carried out all the same.
   */
  request<A extends Action>(action: A, body: Requests[A], timeoutMs = replyMs): Promise<Replies[A]> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      const id = (++this.#lastId).toString(36);
      const frame = JSON.stringify({ action, id, ...body });
      const bytes = utf8Bytes(frame);
      if (bytes > this.frameBytes) {
        // Sent, a very large one would cost the connection, again at each retry.
        const why = `The request is ${bytes} bytes; at most ${this.frameBytes} are taken.`;
        return reject(new StackBoxError('message_too_large', 'never', why));
      }
      const timer = this.#ambient.timers.set(() => {
        this.#waiting.delete(id);
        reject(new StackBoxError('timeout', 'later', `No reply to ${action} within ${timeoutMs} ms.`));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      try {
        this.#socket.send(frame);
      } catch (error) {
        this.end(disconnected(String(error)));
      }
    });
  }

  /** Why it is over, once it is. */
  get ended(): StackBoxError | undefined {
    return this.#ended;
  }

  /** Ends the link from this side. */
  end(why: StackBoxError): void {
    if (this.#ended) return;
    const reason = this.#closing ?? why;
    this.#ended = reason;
    for (const { reject, timer } of this.#waiting.values()) {
      this.#ambient.timers.clear(timer);
      reject(disconnected(reason.message));
    }
    this.#waiting.clear();
    this.#socket.close(1000);
    this.#ears.ended(reason);
  }

  #hear(data: unknown): void {
    if (this.#ended || typeof data !== 'string') return;
    let frame: ServerFrame;
    try {
      frame = JSON.parse(data) as ServerFrame;
    } catch {
      // Not the server we know: what else would we misread?
      return this.end(disconnected('the server sent a frame that is not JSON'));
    }
    if (frame.type === 'reply') return this.#settle(frame);
    if (frame.type === 'closing') {
      this.#closing = StackBoxError.fromWire(frame);
      return this.end(this.#closing);
    }
    this.#ears.event(frame);
  }

  #settle(reply: ServerFrame & { type: 'reply' }): void {
    const waiting = this.#waiting.get(reply.id ?? '');
    // A reply that comes twice, or after its time.
    if (waiting === undefined || reply.id === undefined) return;
    this.#waiting.delete(reply.id);
    this.#ambient.timers.clear(waiting.timer);
    if (reply.ok) waiting.resolve(reply as never);
    else waiting.reject(StackBoxError.fromWire(reply.error));
  }
}
