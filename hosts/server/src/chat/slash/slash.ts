import { dim, type Line, span } from '../text/span.ts';
import { hang } from '../text/wrap.ts';
import type { Look } from '../view/look.ts';
import { type Command, type Desk, Misuse } from './desk.ts';
import { aboutMessages } from './messages.ts';
import { aboutRooms } from './rooms.ts';
import { aboutSearch } from './search.ts';

const help: Command = {
  name: 'help',
  takes: '',
  about: 'This list',
  run(desk) {
    desk.say(helpRows(desk.look));
  },
};

const quit: Command = {
  name: 'quit',
  takes: '',
  about: 'Leave; so do Ctrl-D and Ctrl-C twice',
  run(desk) {
    desk.leave();
  },
};

export const commands: readonly Command[] = [...aboutMessages, ...aboutRooms, ...aboutSearch, help, quit];

const keys: readonly (readonly [keys: string, about: string])[] = [
  ['Alt-Enter', 'a new line in the message; pasted lines stay one message'],
  ['↑', 'on an empty line: change your last message'],
  ['Tab', 'completes commands, @names and room names'],
  ['Esc, Ctrl-C', 'drop what is being typed'],
  ['//', 'at the beginning: a message that starts with /'],
];

/** Runs a line that starts with `/`. @throws Misuse */
export async function runSlash(desk: Desk, line: string): Promise<void> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  await commandFor(name).run(desk, rest);
}

/** By its name, or by a beginning that only one has. @throws Misuse */
function commandFor(name: string): Command {
  const lower = name.toLowerCase();
  const exact = commands.find((command) => command.name === lower);
  const begun = commands.filter((command) => lower !== '' && command.name.startsWith(lower));
  const [only] = begun;
  if (exact !== undefined) return exact;
  if (only !== undefined && begun.length === 1) return only;
  const near = begun.length > 1 ? begun.map((command) => `/${command.name}`).join(' or ') : nearest(lower);
  const mend = near === undefined ? '/help lists them.' : `Did you mean ${near}?`;
  throw new Misuse(`There is no command /${name}. ${mend} To send it as text, write //${name}`);
}

function nearest(name: string): string | undefined {
  const close = commands.map((command) => ({ name: command.name, steps: distance(name, command.name) }));
  const [best] = close.sort((a, b) => a.steps - b.steps);
  return best !== undefined && best.steps <= 2 && best.steps < name.length ? `/${best.name}` : undefined;
}

/** Levenshtein's, over short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function helpRows({ width }: Look): Line[] {
  const listed = commands.map(({ name, takes, about }): [string, string] => [`/${name} ${takes}`, about]);
  const column = 17;
  const row = ([left, right]: readonly [string, string]) =>
    hang([span(`  ${left.padEnd(column)}`, 'bold')], column + 2, [dim(right)], width);
  return [...listed.flatMap(row), [], ...keys.flatMap(row), [dim('  N is the number behind a message.')]];
}
