/** WebSocket opcodes (RFC 6455, section 5.2). */
export const Opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameSink {
  /** The payload is `bytes[from, to)`, valid during the call only. */
  frame(opcode: number, bytes: Buffer, from: number, to: number): void;
}

/**
 * Hands each whole frame in `bytes[from, to)` to the sink, where it lies: nothing is copied.
 * @returns where the first incomplete frame begins, or `to`
 */
export function walkFrames(bytes: Buffer, from: number, to: number, sink: FrameSink): number {
  let at = from;
  while (to - at >= 2) {
    const first = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let payload = at + 2;
    if (length === 126) {
      if (to - at < 4) return at;
      length = bytes.readUInt16BE(payload);
      payload += 2;
    } else if (length === 127) {
      if (to - at < 10) return at;
      length = Number(bytes.readBigUInt64BE(payload));
      payload += 8;
    } else if (length > 127) {
      throw new Error('a server must not mask its frames');
    }
    if (first < 0x80) throw new Error('fragmented messages are not part of this client');
    if (payload + length > to) return at;
    sink.frame(first & 0x0f, bytes, payload, payload + length);
    at = payload + length;
  }
  return at;
}

// A fixed key costs the server as much as a random one; what it guards against, a fooled proxy, is not on loopback.
const mask = [0x5a, 0xc3, 0x17, 0x88] as const;

/** A client's frame: masked, final, of ASCII text up to 65,535 bytes. */
export function maskedFrame(text: string, opcode: number = Opcode.text): Buffer {
  const { length } = text;
  const payload = length < 126 ? 6 : 8;
  const bytes = Buffer.allocUnsafe(payload + length);
  bytes[0] = 0x80 | opcode;
  if (length < 126) {
    bytes[1] = 0x80 | length;
  } else if (length < 65_536) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    throw new Error(`a frame of ${length} bytes is more than this client sends`);
  }
  bytes[payload - 4] = mask[0];
  bytes[payload - 3] = mask[1];
  bytes[payload - 2] = mask[2];
  bytes[payload - 1] = mask[3];
  for (let i = 0; i < length; i++) bytes[payload + i] = text.charCodeAt(i) ^ (mask[i & 3] ?? 0);
  return bytes;
}
