import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedFrame } from '../../load/frames.ts';
import { FrameSplitter } from './splitter.ts';

const head = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');

function split(chunks: readonly Buffer[]) {
  const splitter = new FrameSplitter();
  const pieces = chunks.flatMap((chunk) => splitter.push(chunk));
  return { pieces, head: splitter.head, rest: splitter.drain() };
}

describe('the frame splitter', () => {
  it('finds the same frames however the bytes are cut into chunks', () => {
    const frames = [5, 125, 126, 300, 65_535].map((length) => maskedFrame('x'.repeat(length)));
    const whole = Buffer.concat([head, ...frames]);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 20 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((to, i) => whole.subarray(places[i], to));
        const { pieces, rest } = split(chunks.filter(({ length }) => length > 0));
        expect(pieces.map(({ bytes }) => bytes)).toEqual([head, ...frames]);
        expect(pieces.map(({ textFrame }) => textFrame)).toEqual([false, true, true, true, true, true]);
        expect(rest).toHaveLength(0);
      }),
      { numRuns: 50 },
    );
  });

  it('lets nobody touch control frames, fragments or binary messages', () => {
    const others = [0x88, 0x89, 0x8a, 0x01, 0x80, 0x82].map((first) => Buffer.from([first, 1, 0x2a]));
    const { pieces } = split([head, ...others]);
    expect(pieces.slice(1).map(({ textFrame }) => textFrame)).toEqual(others.map(() => false));
  });

  it('keeps the head, and gives back what is no whole frame', () => {
    const torn = maskedFrame('never ends').subarray(0, 7);
    const { head: said, rest } = split([head, torn]);
    expect(said).toContain('101 Switching Protocols');
    expect(rest).toEqual(torn);
  });
});
