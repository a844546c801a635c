import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { Crowd } from '../crowd.ts';
import { judge } from '../judge/judge.ts';
import { rough } from '../proxy/chaos.ts';
import { RoughProxy } from '../proxy/rough-proxy.ts';
import { Stage, until } from '../stage.ts';
import type { Outcome, Scenario } from './scenario.ts';

const hourMs = 60 * 60_000;
const settleWithinMs = 120_000;

/** Which instant a kill waits for. */
const instants = {
  any: 'at any instant',
  sending: 'right after a request went to the server',
  answering: 'right after the server said something',
  starting: 'while it starts',
  stopping: 'while it stops',
} as const;
type Instant = keyof typeof instants;

/** Dealt in another order each time: each comes as often as it stands here. */
const deck: readonly Instant[] = [
  'any',
  'any',
  'any',
  'sending',
  'sending',
  'sending',
  'answering',
  'answering',
  'starting',
  'stopping',
];

/**
 * Writers and readers behind a proxy that mistreats them, and a server that is killed and started again on its folder,
 * its clock elsewhere each time.
 */
export const kills: Scenario = async (options, say) => {
  const { chance, folder } = options;
  const stage = await Stage.set(
    folder,
    {
      workspaces: Math.min(2, options.rooms),
      rooms: Math.ceil(options.rooms / Math.min(2, options.rooms)),
      members: Math.min(40, Math.max(2, Math.ceil(options.writers / 2))),
      messages: 120,
    },
    chance,
  );
  const proxy = new RoughProxy(stage.server.port, rough, chance.fork('proxy'));
  const crowd = await Crowd.gather(
    stage.world,
    proxy,
    chance.fork('crowd'),
    options,
    join(folder, 'outboxes'),
  );
  const lives = new Lives(stage, proxy, () => crowd.answered, chance.fork('kills'), options.longestLife);
  try {
    crowd.start();
    const end =
      options.minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.minutes * 60_000;
    const enough = () =>
      options.minutes === undefined ? lives.kills >= options.kills : performance.now() >= end;
    while (!enough()) {
      await lives.liveAndDie();
      say(
        `${lives.kills} kills, ${crowd.answered} deeds acknowledged, ${proxy.stats.connections} connections`,
      );
    }
    if (!stage.server.runs) await stage.server.start();
    proxy.calm();
    say('the load ends');
    if (!(await crowd.settle(settleWithinMs)))
      stage.fault('the writers', 'had deeds that got no answer within two minutes');
    const last: Parameters<typeof stage.sayLast>[0] = [];
    const heads = await stage.sayLast(last);
    const told = await crowd.disperse(heads);
    stage.faults.push(...told.faults);
    say('reading what is there');
    const trial = await stage.hearing({ ...told, deeds: [...told.deeds, ...last] });
    const outcome: Outcome = {
      name: 'kills',
      findings: judge(trial),
      figures: {
        ...lives.figures(),
        ...proxyFigures(proxy),
        ...crowd.figures(),
        ...logFigures(trial.logs),
        'words searched for': trial.searches.length,
      },
    };
    return outcome;
  } finally {
    crowd.close();
    await proxy.close();
    stage.close();
  }
};

/** The server's lives, one after another on the same folder. */
class Lives {
  kills = 0;
  readonly #stage: Stage;
  readonly #proxy: RoughProxy;
  readonly #answered: () => number;
  readonly #longest: number;
  readonly #chance: Chance;
  readonly #byInstant = new Map<Instant, number>();
  readonly #readyMs: number[] = [];
  #hand: Instant[] = [];
  #stops = 0;
  #inspected = 0;
  #checkpoints = 0;
  #size = 0;

  constructor(stage: Stage, proxy: RoughProxy, answered: () => number, chance: Chance, longest: number) {
    this.#longest = longest;
    this.#stage = stage;
    this.#proxy = proxy;
    this.#answered = answered;
    this.#chance = chance;
  }

  /** One life: from a start, unless the server runs, to a kill. */
  async liveAndDie(): Promise<void> {
    const { server } = this.#stage;
    const instant = this.#deal();
    if (instant === 'starting') {
      if (server.runs) await this.#kill('any');
      server.spawn(this.#skew());
      await sleep(this.#chance.int(0, this.#usualReadyMs));
      return this.#kill(instant);
    }
    if (!server.runs) await this.#start();
    const alive = server.death;
    const died = await Promise.race([this.#wait(instant), alive]);
    if (died !== undefined) {
      this.#stage.fault(
        'the server',
        `ended by itself: ${died.signal ?? died.code}: ${server.said.slice(-500)}`,
      );
      return;
    }
    if (instant === 'stopping') {
      const stopped = server.end('SIGTERM');
      const gone = await Promise.race([stopped, sleep(this.#chance.magnitude(1, 400))]);
      if (gone !== undefined) {
        this.#stops++;
        if (gone.code !== 0)
          this.#stage.fault('the server', `ended with ${gone.signal ?? gone.code} when asked to stop`);
        return;
      }
    }
    await this.#kill(instant);
  }

  figures(): Record<string, number | string> {
    const ready = this.#readyMs.toSorted((a, b) => a - b);
    return {
      'kills -9': this.kills,
      ...Object.fromEntries(
        Object.entries(instants).map(([name, text]) => [
          `  ${text}`,
          this.#byInstant.get(name as Instant) ?? 0,
        ]),
      ),
      'clean stops in between': this.#stops,
      'ready after a kill, median ms': Math.round(ready[Math.floor(ready.length / 2)] ?? 0),
      'database files inspected between lives': this.#inspected,
      'lives in which a checkpoint grew the database file': this.#checkpoints,
    };
  }

  async #start(): Promise<void> {
    const begun = performance.now();
    await this.#stage.server.start(this.#skew());
    this.#readyMs.push(performance.now() - begun);
  }

  async #wait(instant: Instant): Promise<undefined> {
    const chance = this.#chance;
    // A life is measured in work, so that a slow machine kills amid as much of it as a fast one.
    const goal = this.#answered() + chance.magnitude(1, this.#longest);
    await until(() => this.#answered() >= goal, 5_000);
    await sleep(chance.int(0, 50));
    if (instant !== 'sending' && instant !== 'answering') return;
    const towards = instant === 'sending' ? 'server' : 'client';
    let passed = chance.int(1, 20);
    await Promise.race([
      sleep(2_000),
      new Promise<void>((resolve) => {
        this.#proxy.onFrame = (way) => {
          if (way === towards && --passed === 0) resolve();
        };
      }),
    ]);
    this.#proxy.onFrame = () => {};
    // Into the commit that the request set off.
    if (instant === 'sending' && chance.hit(0.7)) await sleep(chance.int(0, 4));
  }

  async #kill(instant: Instant): Promise<void> {
    const { server } = this.#stage;
    const { signal, code } = server.runs ? await server.end('SIGKILL') : { signal: null, code: null };
    if (signal !== 'SIGKILL') {
      this.#stage.fault('the server', `ended by itself with ${signal ?? code}: ${server.said.slice(-500)}`);
      return;
    }
    this.kills++;
    this.#byInstant.set(instant, (this.#byInstant.get(instant) ?? 0) + 1);
    const { size } = statSync(join(server.data, 'stackbox.db'));
    if (size > this.#size) this.#checkpoints++;
    this.#size = size;
    if (this.kills % 10 === 0) {
      this.#inspected++;
      for (const fault of await this.#stage.inspect())
        this.#stage.fault('the database', `after kill ${this.kills}: ${fault}`);
    }
    await sleep(this.#chance.int(0, 200));
  }

  #deal(): Instant {
    if (this.#hand.length === 0) this.#hand = [...deck];
    const [dealt = 'any'] = this.#hand.splice(this.#chance.int(0, this.#hand.length - 1), 1);
    return dealt;
  }

  #skew(): number {
    return this.#chance.int(-hourMs, hourMs);
  }

  get #usualReadyMs(): number {
    const ready = this.#readyMs.toSorted((a, b) => a - b);
    return Math.round((ready[Math.floor(ready.length / 2)] ?? 1_000) * 1.1);
  }
}

function proxyFigures({ stats }: RoughProxy): Record<string, number> {
  return {
    'connections through the proxy': stats.connections,
    '  to a server that was not there': stats.unreached,
    '  closed at some byte': stats.fins,
    '  reset at some byte': stats.resets,
    '  left half-open': stats.stalls,
    '  slowed to a trickle': stats.trickled,
    'frames to the server': stats.framesToServer,
    '  dropped': stats.droppedToServer,
    '  doubled': stats.doubledToServer,
    'frames to clients': stats.framesToClient,
    '  dropped ': stats.droppedToClient,
    'frames delayed': stats.delayed,
  };
}

function logFigures(logs: readonly { entries: readonly { at: number }[] }[]): Record<string, number> {
  let steps = 0;
  for (const { entries } of logs) {
    for (const [i, { at }] of entries.entries()) if (at < (entries[i - 1]?.at ?? 0)) steps++;
  }
  return {
    'entries in the logs': logs.reduce((sum, { entries }) => sum + entries.length, 0),
    'places where the clock goes back along a log': steps,
  };
}
