import { expect, test } from 'vitest';
import { maskedFrame, Opcode, walkFrames } from './frames.ts';

/** A server's frame, unmasked. */
function frame(text: string, opcode: number = Opcode.text): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

function heard(bytes: Buffer, from = 0, to = bytes.length): { texts: string[]; end: number } {
  const texts: string[] = [];
  const end = walkFrames(bytes, from, to, {
    frame: (opcode, at, start, stop) => texts.push(`${opcode}:${at.toString('utf8', start, stop)}`),
  });
  return { texts, end };
}

const long = 'x'.repeat(300);
const huge = 'y'.repeat(70_000);

test('frames of every length form are handed over in order', () => {
  const bytes = Buffer.concat([frame('a'), frame(long), frame('', Opcode.ping), frame(huge), frame('é')]);
  expect(heard(bytes)).toEqual({ texts: ['1:a', `1:${long}`, '9:', `1:${huge}`, '1:é'], end: bytes.length });
});

test('wherever a read ends, the walk stops before the frame that is not whole', () => {
  const first = frame('first');
  const bytes = Buffer.concat([first, frame(long)]);
  for (let end = 0; end < bytes.length; end++) {
    const whole = end < first.length ? [] : ['1:first'];
    expect(heard(bytes, 0, end)).toEqual({ texts: whole, end: whole.length * first.length });
  }
});

test('bytes outside the range are not read', () => {
  const bytes = Buffer.concat([Buffer.alloc(5, 0xff), frame('in'), frame('out')]);
  expect(heard(bytes, 5, 5 + frame('in').length)).toEqual({ texts: ['1:in'], end: 5 + frame('in').length });
});

test('what a server must not send is an error, never skipped', () => {
  expect(() => heard(maskedFrame('masked'))).toThrow('mask');
  const fragment = frame('part');
  fragment[0] = Opcode.text;
  expect(() => heard(fragment)).toThrow('fragmented');
});

test.each(['', 'short', long, 'z'.repeat(65_535)])('a client frame unmasks to its text (%#)', (text) => {
  const bytes = maskedFrame(text);
  const at = text.length < 126 ? 2 : 4;
  expect((bytes[1] ?? 0) & 0x80).toBe(0x80);
  const payload = bytes.subarray(at + 4).map((byte, i) => byte ^ (bytes[at + (i % 4)] ?? 0));
  expect(Buffer.from(payload).toString()).toBe(text);
  expect(at === 2 ? (bytes[1] ?? 0) & 0x7f : bytes.readUInt16BE(2)).toBe(text.length);
});

test('a text too long for this client is refused', () => {
  expect(() => maskedFrame('z'.repeat(65_536))).toThrow('65536');
});
