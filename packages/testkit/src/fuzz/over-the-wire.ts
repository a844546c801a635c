import type { ErrorReply, OkReply, Replies, ServerFrame } from '@stackbox/protocol';
import { Chance } from '../chance.ts';
import { type RawFrame, RawSocket } from '../raw-socket.ts';
import { hostileFrame, type Known } from './frames.ts';
import { FuzzFailure, replyFault, Streak } from './judge.ts';
import type { FuzzReport } from './report.ts';

/** Where a server is, and a member's token. The member should be in a room or two. */
export interface Target {
  readonly url: string;
  readonly token: string;
}

/** Frames that break the protocol below JSON, and the close codes that RFC 6455 has for them (7.4.1). */
const unsound: readonly ((chance: Chance) => { frame: RawFrame; code: number })[] = [
  (chance) => ({ frame: { opcode: 2, payload: chance.bytes(chance.below(100)) }, code: 1003 }),
  () => ({ frame: { payload: '{}', masked: false }, code: 1002 }),
  (chance) => ({ frame: { payload: '{}', reserved: chance.below(7) + 1 }, code: 1002 }),
  (chance) => ({ frame: { opcode: chance.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }, code: 1002 }),
  () => ({ frame: { payload: '{}', opcode: 0 }, code: 1002 }),
  () => ({ frame: { payload: 'a'.repeat(126), opcode: 9 }, code: 1002 }),
  () => ({ frame: { opcode: 8, payload: Buffer.from([0, 1]) }, code: 1002 }),
  () => ({ frame: { payload: Buffer.from([0x22, 0xc3, 0x28, 0x22]) }, code: 1007 }),
  (chance) => ({ frame: { claimed: 128 * 1024 + 1 + chance.below(1_000_000) }, code: 1009 }),
];

async function openSocket({ url, token }: Target): Promise<RawSocket> {
  const response = await fetch(new URL('/api/v1/tickets', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`no ticket: ${response.status} ${await response.text()}`);
  const { ticket, url: ws } = (await response.json()) as { ticket: string; url: string };
  return RawSocket.open(`${ws}?ticket=${ticket}`);
}

const isReply = (frame: ServerFrame): frame is OkReply | ErrorReply => frame.type === 'reply';

/** Frames through a real socket: one reply each, or the close that the frame deserves. */
export async function fuzzOverTheWire(
  target: Target,
  frames: number,
  seed: number,
  report: FuzzReport,
): Promise<void> {
  const chance = new Chance(seed);
  // Somebody else's connection, which must not feel any of it.
  const bystander = await openSocket(target);
  const { rooms } = (await bystander.ask({ action: 'sync', rooms: {} })) as Replies['sync'];
  const known: Known = {
    roomIds: [...rooms.map(({ roomId }) => roomId), 'room_nowhere'],
    epoch: rooms[0]?.epoch ?? 'none',
    tokens: [target.token],
  };
  let socket = await openSocket(target);
  let streak = new Streak();
  let seen = 0;
  const reopen = async (): Promise<void> => {
    socket.end();
    socket = await openSocket(target);
    streak = new Streak();
    seen = 0;
  };
  for (let nth = 0; nth < frames; nth++) {
    if (nth % 1_000 === 999 && (await bystander.ask({ action: 'ping' })) === undefined) {
      throw new FuzzFailure('a bystander lost its connection', { seed, nth, sent: '' });
    }
    if (chance.oneIn(50)) {
      const { frame, code } = chance.pick(unsound)(chance);
      socket.send(frame);
      const closed = await socket.closed;
      report.count(`closed with ${closed}`);
      if (closed !== code)
        throw new FuzzFailure(`closed with ${closed}, not ${code}`, {
          seed,
          nth,
          sent: JSON.stringify(frame),
        });
      await reopen();
      continue;
    }
    const sent = hostileFrame(chance, known);
    const fail = (what: string): never => {
      throw new FuzzFailure(what, { seed, nth, sent: sent.toString() });
    };
    socket.send({ payload: sent });
    const isText = sent.equals(Buffer.from(sent.toString()));
    const got = await socket.until((text) => {
      const frame = JSON.parse(text) as ServerFrame;
      return isReply(frame) ? { frame, bytes: Buffer.byteLength(text) } : undefined;
    }, seen);
    seen = socket.texts.length;
    if (got === undefined) {
      const closed = await socket.closed;
      report.count(`closed with ${closed}`);
      if (closed !== (isText ? 1009 : 1007) || (isText && sent.length <= 128 * 1024))
        fail(`closed with ${closed}`);
      await reopen();
      continue;
    }
    if (!isText) fail('bytes that are no text were answered');
    const fault = replyFault(sent, got.frame, got.bytes);
    if (fault !== undefined) fail(fault);
    report.count(got.frame.ok ? 'ok' : got.frame.error.code);
    if (!streak.after(got.frame)) continue;
    const closed = await socket.closed;
    report.count(`closed with ${closed}`);
    if (closed !== 1008) fail(`closed with ${closed} after too many bad frames`);
    await reopen();
  }
  socket.end();
  bystander.end();
}
