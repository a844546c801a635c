import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Chance } from '../chance.ts';
import type { DeedRecord } from '../history.ts';
import { judge } from '../judge/judge.ts';
import { http } from '../raw/http.ts';
import { Line } from '../raw/line.ts';
import { RawWriter } from '../raw/writer.ts';
import { Stage, until } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const rounds = 3;
const onlookers = 24;
const deaf = 3;

/**
 * The server is asked to stop (SIGTERM) while people write. It ends with code 0 within ten seconds, whoever doesn't
 * listen; everyone connected is told `closing` first; and what was acknowledged is there after the next start.
 */
export const drain: Scenario = async ({ chance, folder }, say) => {
  const stage = await Stage.set(folder, { workspaces: 1, rooms: 2, members: 8, messages: 50 }, chance);
  const writers = stage.world.people.map(
    (person, i) =>
      new RawWriter({
        name: `w${i}`,
        person,
        door: stage.server.port,
        chance: chance.fork(`w${i}`),
        width: 2,
        pauseMs: 20,
        overRest: true,
      }),
  );
  const stop = new AbortController();
  const writing = Promise.all(writers.map((writer) => writer.run(stop.signal)));
  const stops: number[] = [];
  let told = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const watch = await Watch.keep(stage, chance);
      await sleep(chance.int(300, 1_500));
      const { ms } = await stage.stop();
      stops.push(ms);
      told += await watch.end();
      say(`stopped ${round + 1} times`);
      await stage.server.start();
    }
    stop.abort();
    await writing;
    const deeds: DeedRecord[] = writers.flatMap(({ records }) => records);
    stage.faults.push(...writers.flatMap(({ faults }) => faults));
    const trial = await stage.hearing({ deeds });
    return {
      name: 'drain',
      findings: judge(trial),
      figures: {
        'stops (SIGTERM)': stops.length,
        'the longest took, ms': Math.round(Math.max(...stops)),
        'connections told that it closes': told,
        'connections that did not read': rounds * deaf,
        'deeds acknowledged': deeds.filter(({ answers }) => answers.length > 0).length,
      },
    };
  } finally {
    stop.abort();
    for (const writer of writers) writer.close();
    stage.close();
  }
};

/** People who are connected when the server is asked to stop, some of whom have stopped reading. */
class Watch {
  readonly #stage: Stage;
  readonly #lines: readonly Line[];
  readonly #deaf: readonly WebSocket[];

  private constructor(stage: Stage, lines: readonly Line[], deafOnes: readonly WebSocket[]) {
    this.#stage = stage;
    this.#lines = lines;
    this.#deaf = deafOnes;
  }

  static async keep(stage: Stage, chance: Chance): Promise<Watch> {
    const { world, server } = stage;
    const lines: Line[] = [];
    for (let i = 0; i < onlookers; i++) {
      const person = chance.pick(world.people);
      const line = await Line.open(server.port, person.token);
      // Some hear every entry, some nothing.
      if (i % 2 === 0) for (const roomId of person.rooms) await line.ask('joinRoom', { roomId });
      lines.push(line);
    }
    const deafOnes: WebSocket[] = [];
    for (let i = 0; i < deaf; i++) deafOnes.push(await becomeDeaf(server.port, chance.pick(world.people)));
    return new Watch(stage, lines, deafOnes);
  }

  /** @returns how many were told that the server closes, which should be all */
  async end(): Promise<number> {
    await until(() => this.#lines.every(({ isOpen }) => !isOpen), 2_000);
    const told = this.#lines.filter(({ closing }) => closing?.code === 'unavailable').length;
    for (const line of this.#lines) {
      if (line.isOpen) this.#stage.fault('a connection', 'is open though the server has ended');
      line.cut();
    }
    if (told < this.#lines.length) {
      this.#stage.fault('the server', `told ${told} of ${this.#lines.length} connections that it closes`);
    }
    for (const ws of this.#deaf) ws.terminate();
    return told;
  }
}

/** Connected, in every room, and not reading any more. */
async function becomeDeaf(
  port: number,
  { token, rooms }: { token: string; rooms: readonly string[] },
): Promise<WebSocket> {
  const { body } = await http(port, token, 'POST', 'tickets', {});
  const { ticket } = body as { ticket: string };
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, ['stackbox.v1', `ticket.${ticket}`], {
    perMessageDeflate: false,
  });
  ws.on('error', () => {});
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('close', () => reject(new Error('closed before it opened')));
  });
  for (const roomId of rooms) ws.send(JSON.stringify({ action: 'joinRoom', id: roomId, roomId }));
  ws.pause();
  return ws;
}
