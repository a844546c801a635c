import type { Entry } from '@stackbox/protocol';

/** A server's text frame: FIN, opcode 1, no mask (RFC 6455, 5.2). */
const finText = 0x81;

/** WebSocket frames of `texts`, one behind the other in one buffer: written once, however many sockets it goes to. */
export function textFrames(texts: readonly string[]): Buffer {
  let size = 0;
  const lengths: number[] = [];
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    lengths.push(length);
    size += length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
  }
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    const length = lengths[i] as number;
    buffer[at++] = finText;
    if (length < 126) buffer[at++] = length;
    else if (length < 65_536) {
      buffer[at++] = 126;
      at = buffer.writeUInt16BE(length, at);
    } else {
      buffer[at++] = 127;
      at = buffer.writeBigUInt64BE(BigInt(length), at);
    }
    at += buffer.write(texts[i] as string, at);
  }
  return buffer;
}

const written = new WeakMap<Entry, string>();

/**
 * An entry as JSON, written once for all who read it again: after a break, thousands may ask for the same few. Entries
 * never change; a withdrawn one is read as another object.
 */
export function entryJson(entry: Entry): string {
  let json = written.get(entry);
  if (json === undefined) {
    json = JSON.stringify(entry);
    written.set(entry, json);
  }
  return json;
}

/** The events that carry a room's entries, framed. */
export function entryFrames(roomId: string, epoch: string, entries: readonly Entry[]): Buffer {
  const head = `{"type":"entry","roomId":${JSON.stringify(roomId)},"epoch":${JSON.stringify(epoch)},`;
  return textFrames(entries.map((entry) => head + JSON.stringify(entry).slice(1)));
}
