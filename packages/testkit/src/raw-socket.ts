import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A frame as it is sent, sound unless said otherwise (RFC 6455, 5.2). */
export interface RawFrame {
  readonly payload?: Buffer | string;
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  readonly opcode?: number;
  readonly last?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** The length that is claimed, if not the payload's. */
  readonly claimed?: number;
}

/** What came from the server. */
interface Received {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A WebSocket that does what it is told, sound or not: for tests of what a server makes of it. */
export class RawSocket {
  /** Text frames so far. */
  readonly texts: string[] = [];
  /** How it ended: the close frame's code if there was one, else 1006. */
  readonly closed: Promise<number>;
  /** The HTTP status that answered the upgrade. */
  readonly status: number;
  readonly socket: Socket;
  #pending: Buffer;
  #closeCode = 1006;
  #watchers: (() => void)[] = [];
  #ended = false;

  private constructor(socket: Socket, status: number, rest: Buffer) {
    this.socket = socket;
    this.status = status;
    this.#pending = rest;
    socket.on('error', () => {});
    socket.on('data', (data: Buffer) => {
      this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
      this.#read();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#ended = true;
        this.#wake();
        resolve(this.#closeCode);
      });
    });
    this.#read();
  }

  /** Asks for the upgrade; resolves with whatever the server answers, be it a refusal. */
  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawSocket> {
    const { hostname, port, pathname, search, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const lines = {
      Host: host,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    };
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
    socket.write([`GET ${pathname}${search} HTTP/1.1`, ...head, '', ''].join('\r\n'));
    let answer = Buffer.alloc(0);
    const end = await new Promise<number>((resolve, reject) => {
      const onData = (data: Buffer) => {
        answer = Buffer.concat([answer, data]);
        const found = answer.indexOf('\r\n\r\n');
        if (found === -1) return;
        socket.off('data', onData);
        resolve(found + 4);
      };
      socket.on('data', onData);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed before it answered')));
    });
    const status = Number(answer.toString('latin1', 9, 12));
    return new RawSocket(socket, status, answer.subarray(end));
  }

  send(frame: RawFrame | string): void {
    if (!this.socket.destroyed)
      this.socket.write(encode(typeof frame === 'string' ? { payload: frame } : frame));
  }

  /** Sends a request with an id, and gives the reply to it; undefined if the connection ends first. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a reply by asserting it
  async ask(request: object): Promise<any> {
    const id = randomBytes(6).toString('hex');
    this.send(JSON.stringify({ ...request, id }));
    return this.until((text) => {
      const frame = JSON.parse(text);
      return frame.type === 'reply' && frame.id === id ? frame : undefined;
    });
  }

  /** The first text, of those from `from` on and those to come, that `look` finds something in. */
  async until<Found>(look: (text: string) => Found | undefined, from = 0): Promise<Found | undefined> {
    for (let next = from; ; ) {
      for (; next < this.texts.length; next++) {
        const found = look(this.texts[next] as string);
        if (found !== undefined) return found;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  end(): void {
    this.socket.destroy();
  }

  #wake(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }

  #read(): void {
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) {
      const { opcode, payload } = frame;
      if (opcode === 1) this.texts.push(payload.toString());
      if (opcode === 9) this.send({ opcode: 10, payload });
      if (opcode === 8) {
        this.#closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        this.send({ opcode: 8, payload });
        this.socket.end();
      }
    }
    this.#wake();
  }

  #take(): Received | undefined {
    const bytes = this.#pending;
    if (bytes.length < 2) return undefined;
    const short = (bytes[1] as number) & 127;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < start) return undefined;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return undefined;
    this.#pending = bytes.subarray(start + length);
    return { opcode: (bytes[0] as number) & 15, payload: bytes.subarray(start, start + length) };
  }
}

function encode({
  payload = '',
  opcode = 1,
  last = true,
  reserved = 0,
  masked = true,
  claimed,
}: RawFrame): Buffer {
  const body = Buffer.from(payload);
  const length = claimed ?? body.length;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extra);
  head[0] = (last ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) head.writeUInt16BE(length, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  for (let i = 0; i < body.length; i++) body[i] = (body[i] as number) ^ (mask[i & 3] as number);
  return Buffer.concat([head, mask, body]);
}
