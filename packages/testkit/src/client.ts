import type { Connection, Gateway, Line } from '@stackbox/gateway';
import type {
  Action,
  ClosingEvent,
  EntryEvent,
  ErrorReply,
  OkReply,
  ServerEvent,
  ServerFrame,
} from '@stackbox/protocol';

/** Complete text frames, as a server writes them, to what they say (RFC 6455, 5.2). @throws Error if they are no such frames */
export function textsIn(frames: Buffer): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at < frames.length) {
    if (frames[at] !== 0x81) throw new Error(`no whole text frame: first byte ${frames[at]}`);
    let length = frames[at + 1] as number;
    at += 2;
    if (length === 126) {
      length = frames.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(frames.readBigUInt64BE(at));
      at += 8;
    } else if (length > 127) throw new Error('a server masks no frame');
    if (at + length > frames.length) throw new Error('a frame ends behind its buffer');
    texts.push(frames.toString('utf8', at, at + length));
    at += length;
  }
  return texts;
}

type Of<Type extends ServerEvent['type']> = Extract<ServerEvent, { type: Type }>;

/** One client at a gateway, in this process: frames go in as they are, and come out parsed. */
export class TestClient {
  /** All that was received, in order. */
  readonly frames: ServerFrame[] = [];
  /** Bytes of each, without the WebSocket header. */
  readonly sizes: number[] = [];
  closed: Omit<ClosingEvent, 'type'> | undefined;
  /** Lets typing, presence and cursors be dropped, as a line that lags does. */
  lagging = false;
  readonly line: Line;
  readonly #gateway: Gateway;
  #connection: Connection | undefined;
  #asked = 0;
  #watchers: (() => void)[] = [];

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.line = {
      push: (frames) => this.#receive(frames),
      pushPassing: (frames) => {
        if (!this.lagging) this.#receive(frames);
        return !this.lagging;
      },
      close: (why) => {
        this.closed = why;
        this.#wake();
      },
    };
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('not connected yet');
    return this.#connection;
  }

  set connection(connection: Connection) {
    this.#connection = connection;
  }

  send(frame: object | string | Buffer): Promise<void> {
    const body = typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame);
    return this.#gateway.message(this.connection, body);
  }

  /** Asks, and gives the reply with the same id. */
  async ask<A extends Action>(action: A, fields: object = {}): Promise<OkReply<A> | ErrorReply> {
    const id = `ask ${++this.#asked}`;
    await this.send({ ...fields, action, id });
    const replies = this.frames.filter((frame) => frame.type === 'reply' && frame.id === id);
    if (replies.length !== 1) throw new Error(`${action} got ${replies.length} replies`);
    return replies[0] as OkReply<A> | ErrorReply;
  }

  /** Asks for what must succeed. */
  async must<A extends Action>(action: A, fields: object = {}): Promise<OkReply<A>> {
    const reply = await this.ask(action, fields);
    if (!reply.ok) throw new Error(`${action}: ${reply.error.code}: ${reply.error.message}`);
    return reply;
  }

  /** Asks, and gives `ok` or the error's code. */
  async code(action: Action, fields: object = {}): Promise<string> {
    const reply = await this.ask(action, fields);
    return reply.ok ? 'ok' : reply.error.code;
  }

  /** What was received so far is not what the test is about. */
  forget(): void {
    this.frames.length = 0;
    this.sizes.length = 0;
  }

  events<Type extends ServerEvent['type']>(type: Type): Of<Type>[] {
    return this.frames.filter((frame) => frame.type === type) as Of<Type>[];
  }

  /** Entries that came as events, of one room or of all. */
  entries(roomId?: string): EntryEvent[] {
    return this.events('entry').filter((event) => roomId === undefined || event.roomId === roomId);
  }

  /** Resolves once there is such an event. */
  async until<Found>(look: () => Found | undefined | false): Promise<Found> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  #receive(frames: Buffer): void {
    if (this.closed !== undefined) throw new Error('something was sent behind the closing');
    for (const text of textsIn(frames)) {
      this.sizes.push(Buffer.byteLength(text));
      this.frames.push(JSON.parse(text));
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }
}
