import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Target } from './load/jobs.ts';

export interface Options {
  only: string[] | undefined;
  sides: Target['side'][];
  rounds: number;
  /** Messages per second of the open loops; half of what ours was measured to do when not given. */
  rate: number | undefined;
  quick: boolean;
  server: string;
  data: string;
  out: string;
  help: boolean;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const ownServer = here('../../hosts/server/src/main.ts');

export const usage = (works: { name: string; title: string }[]) => `Usage: ./stackbox bench [options]

Measures StackBox beside Socket.IO on this machine, server and load each on a CPU of its own,
and writes the figures to bench/results.

  --only NAMES   a comma-separated choice of the works below
  --quick        short rounds and small crowds: shows that the rig works, not what the server can do
  --rounds N     rounds of each side, alternating; medians count        (5)
  --rate N       messages per second of the open loops                  (half of what ours can do)
  --sides NAMES  ours,peer: leave one out to work on the other alone
  --server FILE  the server's entry, to measure another checkout        (hosts/server/src/main.ts)
  --data DIR     where data folders are made and removed; on the disk you mean to measure
  --out DIR      where the report goes                                  (bench/results)
  --help

Works:
${works.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join('\n')}
`;

/** Throws, naming what is wrong, on anything it does not know. */
export function parse(args: string[], works: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      sides: { type: 'string', default: 'peer,ours' },
      rounds: { type: 'string' },
      rate: { type: 'string' },
      quick: { type: 'boolean', default: false },
      server: { type: 'string', default: ownServer },
      data: { type: 'string', default: tmpdir() },
      out: { type: 'string', default: here('../results') },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !works.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no such work: ${unknown.join(', ')}; there are ${works.join(', ')}`);
  const sides = values.sides.split(',');
  if (!sides.every((side) => side === 'ours' || side === 'peer'))
    throw new Error('--sides takes ours, peer or both');
  return {
    ...values,
    only,
    sides,
    rounds: positive('rounds', values.rounds) ?? (values.quick ? 1 : 5),
    rate: positive('rate', values.rate),
  };
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!(Number(text) >= 1)) throw new Error(`--${name} takes a number of at least 1, not "${text}"`);
  return Number(text);
}
