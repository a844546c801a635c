import type { PersonHere, RoomSummary } from '@stackbox/client';
import { byActivity, findRoom, titleOf } from '../find-room.ts';
import { oneLine } from '../text/safe.ts';
import { dim, type Line, span } from '../text/span.ts';
import { padded, shortened, widthOf } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { when } from '../view/times.ts';
import { type Command, type Desk, Misuse } from './desk.ts';

const mostRooms = 30;

const rooms: Command = {
  name: 'rooms',
  takes: '[NAME]',
  about: 'List your rooms, or those whose name has NAME',
  run(desk, rest) {
    const all = numbered(desk);
    if (all.length === 0) throw new Misuse('You are in no room. Someone who is in one can add you.');
    const wanted = rest.trim().toLocaleLowerCase();
    const found = all.filter(({ room }) => titleOf(room).toLocaleLowerCase().includes(wanted));
    if (found.length === 0) throw new Misuse(`None of your rooms has “${oneLine(rest)}” in its name.`);
    const shown = found.slice(0, mostRooms);
    const column = Math.min(30, Math.max(...shown.map(({ room }) => widthOf(titleOf(room)))));
    const rows = shown.map(({ room, number }) => roomRow(room, number, column, desk));
    const hidden = found.length - shown.length;
    const more = hidden === 0 ? [] : [[dim(`  and ${hidden} more: /rooms NAME finds one`)]];
    desk.say([...rows, ...more, [dim('  /join with a number or a name opens one')]]);
  },
};

const join: Command = {
  name: 'join',
  takes: 'ROOM',
  about: 'Open another room, by its number in /rooms or its name',
  async run(desk, rest) {
    const wanted = rest.trim();
    if (wanted === '') throw new Misuse('Say which: /join 2, or /join and its name. /rooms lists them.');
    const byNumber = numbered(desk).find(({ number }) => String(number) === wanted);
    await desk.enter((byNumber?.room ?? findRoom(desk.client.rooms.getSnapshot(), wanted)).id);
  },
};

const who: Command = {
  name: 'who',
  takes: '',
  about: 'Who is in this room, and how far each has read',
  run(desk) {
    const { people, cursors, messages } = desk.room.getSnapshot();
    const newest = messages.at(-1)?.seq ?? 0;
    const column = Math.max(...people.map(({ name }) => widthOf(shortened(oneLine(name), 30))), 3);
    const states = { online: '●', away: '◐', offline: '○' } as const;
    const row = ({ userId, name, role, state }: PersonHere): Line => {
      const read = cursors.find((cursor) => cursor.userId === userId)?.read ?? 0;
      const upTo =
        read >= newest ? 'read everything' : read === 0 ? 'read nothing yet' : `read up to #${read}`;
      const me = userId === desk.names.me ? ', you' : '';
      return [
        span('  '),
        span(states[state], state === 'online' ? 'good' : 'dim'),
        span(` ${padded(shortened(oneLine(name), 30), column)}`, desk.names.style(userId)),
        dim(`  ${role}${me}, ${state}${me === '' ? `, ${upTo}` : ''}`),
      ];
    };
    desk.say(people.map(row).flatMap((line) => wrap(line, desk.look.width)));
  },
};

export const aboutRooms: readonly Command[] = [rooms, join, who];

/** The order in which they are listed first stays, so that a number means the same room a minute later. */
const orders = new WeakMap<object, string[]>();

function numbered(desk: Desk): { room: RoomSummary; number: number }[] {
  const now = byActivity(desk.client.rooms.getSnapshot());
  const order = orders.get(desk.client) ?? [];
  for (const { id } of now) if (!order.includes(id)) order.push(id);
  orders.set(desk.client, order);
  return now
    .map((room) => ({ room, number: order.indexOf(room.id) + 1 }))
    .sort((a, b) => a.number - b.number);
}

function roomRow(room: RoomSummary, number: number, column: number, desk: Desk): Line {
  const isOpen = room.id === desk.openId;
  const unread = room.unread === 0 ? '' : `  ${room.unread} new`;
  const latest = room.latest === undefined ? '' : `  ${when(room.latest.at, desk.look.now)}`;
  return [
    dim(`${String(number).padStart(3)} `),
    span(padded(shortened(titleOf(room), column), column), isOpen ? 'bold' : undefined),
    dim(`  ${room.kind ?? ''}${latest}`),
    span(unread, 'good'),
    dim(isOpen ? '  (open)' : ''),
  ];
}
