/** A piece of a byte stream. Only a whole text frame may be dropped or doubled: the stream stays parseable. */
export interface Piece {
  readonly bytes: Buffer;
  readonly textFrame: boolean;
}

/**
 * Cuts one direction of a WebSocket connection into frames (RFC 6455, section 5.2), after the HTTP head that precedes
 * them. What is no lone text message in one frame (control frames, fragments) passes as it is.
 */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #inHead = true;
  /** The HTTP head, once it has passed. */
  head: string | undefined;

  push(chunk: Buffer): Piece[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pieces: Piece[] = [];
    if (this.#inHead) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return pieces;
      this.#inHead = false;
      this.head = this.#rest.toString('latin1', 0, end);
      pieces.push({ bytes: this.#take(end + 4), textFrame: false });
    }
    for (let size = frameSize(this.#rest); size !== undefined; size = frameSize(this.#rest)) {
      const bytes = this.#take(size);
      // FIN and opcode 1, no extension bits.
      pieces.push({ bytes, textFrame: bytes[0] === 0x81 });
    }
    return pieces;
  }

  /** What was left of an unfinished frame, when the stream ends or turns out to be no WebSocket's. */
  drain(): Buffer {
    return this.#take(this.#rest.length);
  }

  #take(bytes: number): Buffer {
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }
}

/** The size of the first frame, or undefined while it is not all there. */
function frameSize(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes[1] as number;
  const masked = second >= 0x80;
  let length = second & 0x7f;
  let header = masked ? 6 : 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    header += 2;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    header += 8;
  }
  return bytes.length < header + length ? undefined : header + length;
}
