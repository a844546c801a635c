import type { Action } from '@stackbox/protocol';
import type { Chance } from '../chance.ts';
import { Fields, oddName, oddText, oddValue, type Value, write } from './values.ts';

/** What is there to be named: rooms, the first of which is the sender's own, and tokens. */
export interface Known {
  readonly roomIds: readonly string[];
  readonly epoch: string;
  readonly tokens: readonly string[];
}

type Sound = (chance: Chance, known: Known) => [string, Value][];

const room = (chance: Chance, { roomIds }: Known): [string, Value] => [
  'roomId',
  chance.oneIn(5) ? chance.pick(roomIds) : (roomIds[0] as string),
];
const seq = (chance: Chance): [string, Value] => ['seq', chance.below(60) + 1];
const clientId = (chance: Chance): [string, Value] => ['clientId', `c${chance.below(1_000_000)}`];
const on = (chance: Chance): [string, Value] => ['on', chance.oneIn(2)];
const position = (chance: Chance, { epoch }: Known): Value =>
  new Fields([
    ['epoch', chance.oneIn(5) ? 'other' : epoch],
    ['seq', chance.below(60)],
  ]);

/** Requests as they should be. */
const requests: Record<Action, Sound> = {
  hello: () => [],
  ping: () => [],
  sendMessage: (chance, known) => [
    room(chance, known),
    clientId(chance),
    ['text', chance.oneIn(3) ? oddText(chance) : 'hello'],
    ...(chance.oneIn(4) ? [['replyTo', chance.below(60) + 1] as [string, Value]] : []),
    ...(chance.oneIn(4) ? [['files', [new Fields([['name', oddText(chance)]])]] as [string, Value]] : []),
  ],
  joinRoom: (chance, known) => [
    room(chance, known),
    ...(chance.oneIn(2) ? [['after', position(chance, known)] as [string, Value]] : []),
  ],
  leaveRoom: (chance, known) => [room(chance, known)],
  typing: (chance, known) => [room(chance, known), on(chance)],
  sync: (chance, known) => [
    [
      'rooms',
      new Fields(
        known.roomIds.filter(() => chance.oneIn(2)).map((roomId) => [roomId, position(chance, known)]),
      ),
    ],
    ...(chance.oneIn(6) ? [['from', chance.pick(known.roomIds)] as [string, Value]] : []),
  ],
  editMessage: (chance, known) => [
    room(chance, known),
    seq(chance),
    clientId(chance),
    ['text', oddText(chance)],
  ],
  deleteMessage: (chance, known) => [room(chance, known), seq(chance), clientId(chance)],
  react: (chance, known) => [
    room(chance, known),
    seq(chance),
    clientId(chance),
    on(chance),
    ['emoji', chance.pick(['👍', '❤️', 'ok'])],
  ],
  pin: (chance, known) => [room(chance, known), seq(chance), clientId(chance), on(chance)],
  markDelivered: (chance, known) => [room(chance, known), seq(chance)],
  markRead: (chance, known) => [room(chance, known), seq(chance)],
  authenticate: (chance, { tokens }) => [['token', chance.oneIn(2) ? oddText(chance) : chance.pick(tokens)]],
};
const names = Object.keys(requests) as Action[];
const noAction = [
  '',
  'Ping',
  '$default',
  '$connect',
  '__proto__',
  'constructor',
  'toString',
  'sendmessage',
  'send message',
];

/** A request, sound but for a few fields. */
function request(chance: Chance, known: Known): Fields {
  const action = chance.pick(names);
  const fields: [string, Value][] = [['action', chance.oneIn(20) ? chance.pick(noAction) : action]];
  if (!chance.oneIn(6)) fields.push(['id', chance.oneIn(12) ? oddValue(chance) : `i${chance.below(1_000)}`]);
  fields.push(...requests[action](chance, known));
  for (let faults = chance.oneIn(3) ? 0 : chance.below(3) + 1; faults > 0; faults--) {
    const at = chance.below(fields.length + 1);
    const field = fields[at];
    if (field === undefined) fields.push([oddName(chance), oddValue(chance)]);
    else if (chance.oneIn(4)) fields.splice(at, 1);
    else if (chance.oneIn(5)) fields.push([field[0], oddValue(chance)]);
    else fields[at] = [field[0], oddValue(chance)];
  }
  return new Fields(fields);
}

/** A frame from somebody who means no good, or whose program has gone wrong. */
export function hostileFrame(chance: Chance, known: Known): Buffer {
  switch (chance.below(20)) {
    case 0:
      return chance.bytes(chance.below(300));
    case 1: {
      // Bytes of a sound request, some of them changed.
      const bytes = Buffer.from(write(request(chance, known)));
      for (let i = chance.below(6); i >= 0 && bytes.length > 0; i--)
        bytes[chance.below(bytes.length)] = chance.below(256);
      return bytes;
    }
    case 2: {
      const text = write(request(chance, known));
      return Buffer.from(text.slice(0, chance.below(text.length + 1)));
    }
    case 3:
      return Buffer.from(write(oddValue(chance)));
    case 4:
      // Around the limits of a frame.
      return Buffer.from(
        `{"action":"ping","pad":"${'a'.repeat(chance.oneIn(8) ? chance.below(130_000) : 32_700 + chance.below(80))}"}`,
      );
    default:
      return Buffer.from(write(request(chance, known)));
  }
}
