import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: number;
  readonly kills: number;
  readonly minutes: number | undefined;
  readonly writers: number;
  readonly readers: number;
  readonly rooms: number;
  /** At most so many deeds are acknowledged between two kills. */
  readonly longestLife: number;
  /** Where the data folders are made; undefined: a temporary folder, which goes if all is well. */
  readonly data: string | undefined;
  /** What to play. */
  readonly scenarios: readonly string[];
  /** Hostile frames, and as many requests. */
  readonly fuzz: number;
  readonly help: boolean;
}

const seeds = 2 ** 31;

export const usage = `Usage: ./stackbox torture [options]

Kills the server with -9 at random instants while writers and readers work through a proxy that drops, doubles, delays
and cuts; fills its disk; asks it to stop. Then holds what everyone was told against what is there.

  --seed N        replays the choices of the run that printed it           (a new one)
  --kills N       kills in one run                                         (50)
  --minutes N     kill for so long instead
  --writers N     members who write                                        (16)
  --readers N     members who keep a copy of what they read                (16)
  --rooms N       rooms, in two workspaces                                 (6)
  --only NAMES    a comma-separated choice of kills, drain, birth, power, disk-full and fuzz
                                                                           (all but fuzz)
  --disk-full     the same as --only disk-full
  --fuzz N        instead: N hostile frames and requests, in this process and over the wire
  --data DIR      keep the data folders here
  --help

Exits with 1, and keeps the folders, if anything is wrong.
`;

/** @throws Error naming what is wrong */
export function parse(args: string[], scenarios: readonly string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      kills: { type: 'string', default: '50' },
      minutes: { type: 'string' },
      writers: { type: 'string', default: '16' },
      readers: { type: 'string', default: '16' },
      rooms: { type: 'string', default: '6' },
      only: { type: 'string' },
      'disk-full': { type: 'boolean', default: false },
      fuzz: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const chosen = chosenBy(values) ?? scenarios.filter((name) => name !== 'fuzz');
  const unknown = chosen.filter((name) => !scenarios.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}. There are ${scenarios.join(', ')}.`);
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * seeds) : count('seed', values.seed, 0),
    kills: count('kills', values.kills, 0),
    minutes: values.minutes === undefined ? undefined : count('minutes', values.minutes, 1),
    writers: count('writers', values.writers, 1),
    readers: count('readers', values.readers, 1),
    rooms: count('rooms', values.rooms, 1),
    longestLife: 600,
    data: values.data,
    scenarios: chosen,
    fuzz: count('fuzz', values.fuzz ?? '10000', 1),
    help: values.help,
  };
}

/** The command that makes the same choices again. */
export function replay({ seed, kills, minutes, writers, readers, rooms, scenarios, fuzz }: Options): string {
  const parts = ['./stackbox torture', `--seed ${seed}`, `--only ${scenarios.join(',')}`];
  if (scenarios.includes('fuzz')) parts.push(`--fuzz ${fuzz}`);
  if (scenarios.includes('kills')) {
    parts.push(minutes === undefined ? `--kills ${kills}` : `--minutes ${minutes}`);
    parts.push(`--writers ${writers}`, `--readers ${readers}`, `--rooms ${rooms}`);
  }
  return parts.join(' ');
}

function chosenBy(values: { only?: string; 'disk-full': boolean; fuzz?: string }): string[] | undefined {
  if (values.only !== undefined) return values.only.split(',');
  if (values['disk-full']) return ['disk-full'];
  return values.fuzz === undefined ? undefined : ['fuzz'];
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} takes a whole number of at least ${least}, not "${text}".`);
  return value;
}
