import { connect, type Socket } from 'node:net';
import { maskedFrame, Opcode, walkFrames } from './frames.ts';

// Every socket reads into this one arena: a read is handed over before the next one starts. What is left of a frame
// that continues in the next read is copied in front of it, so that a frame always lies in one piece.
const headroom = 256 * 1024;
const readBytes = 128 * 1024;
const arena = Buffer.allocUnsafeSlow(headroom + readBytes);
const readArea = arena.subarray(headroom);

/** When the read began that the frames now heard came with, on `performance.now()`'s clock: one look at it per read. */
export const lastRead = { at: 0 };

export interface Ear {
  /** A text message, `bytes[from, to)`, valid during the call only. */
  hear(bytes: Buffer, from: number, to: number): void;
}

export interface Address {
  port: number;
  /** The loopback address to come from, when one address has too few ports. */
  from?: string;
}

/** A WebSocket client that costs its process as little as Node allows, so that the server is what gets measured. */
export class RawClient {
  ear: Ear | undefined;
  /** Called once, when the connection ends without `destroy`. */
  onLost: ((why: Error) => void) | undefined;
  readonly #socket: Socket;
  #rest: Buffer | undefined;
  #upgraded: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves after the 101; rejects with the server's status line when it is another one. */
  static connect(address: Address, path: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port: address.port,
        ...(address.from && { localAddress: address.from }),
        noDelay: true,
        onread: {
          buffer: readArea,
          callback: (bytes) => {
            client.#read(bytes);
            return true;
          },
        },
      });
      const client = new RawClient(socket);
      client.#upgraded = () => resolve(client);
      client.onLost = reject;
      socket.on('error', (error) => client.#lose(error));
      socket.on('close', () => client.#lose(new Error('the server closed the connection')));
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${address.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3RhY2tib3gtYmVuY2ghIQ==\r\n\r\n',
      );
    });
  }

  /** Sends one text message of ASCII. */
  send(text: string): void {
    this.#socket.write(maskedFrame(text));
  }

  /** Cuts the connection without a closing handshake, as a lost network does. */
  destroy(): void {
    this.onLost = undefined;
    this.ear = undefined;
    this.#socket.destroy();
  }

  frame(opcode: number, bytes: Buffer, from: number, to: number): void {
    if (opcode === Opcode.text) this.ear?.hear(bytes, from, to);
    else if (opcode === Opcode.ping)
      this.#socket.write(maskedFrame(bytes.toString('latin1', from, to), Opcode.pong));
    else if (opcode === Opcode.close)
      this.#lose(new Error(`the server closed: ${closeReason(bytes, from, to)}`));
  }

  #read(count: number): void {
    lastRead.at = performance.now();
    let from = headroom;
    if (this.#rest) {
      from -= this.#rest.length;
      if (from < 0) throw new Error(`a frame of over ${headroom} bytes`);
      arena.set(this.#rest, from);
      this.#rest = undefined;
    }
    const to = headroom + count;
    if (this.#upgraded) from = this.#handshake(from, to);
    const end = this.#upgraded ? from : walkFrames(arena, from, to, this);
    if (end < to) this.#rest = Buffer.from(arena.subarray(end, to));
  }

  #handshake(from: number, to: number): number {
    const head = arena.toString('latin1', from, to);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return from;
    if (!head.startsWith('HTTP/1.1 101')) {
      this.#lose(new Error(`upgrade refused: ${head.slice(0, head.indexOf('\r\n'))}`));
      return to;
    }
    const upgraded = this.#upgraded;
    this.#upgraded = undefined;
    this.onLost = undefined;
    upgraded?.();
    return from + end + 4;
  }

  #lose(why: Error): void {
    const { onLost } = this;
    this.destroy();
    onLost?.(why);
  }
}

function closeReason(bytes: Buffer, from: number, to: number): string {
  return to - from < 2 ? 'no reason' : `${bytes.readUInt16BE(from)} ${bytes.toString('utf8', from + 2, to)}`;
}
