import { join } from 'node:path';
import { faultsIn } from '@stackbox/sqlite';
import { type FuzzReport, fuzz as fuzzFrames, fuzzRest } from '@stackbox/testkit/fuzz';
import type { Finding } from '../judge/charges.ts';
import { Stage } from '../stage.ts';
import { personIn } from '../world.ts';
import type { Scenario } from './scenario.ts';

/**
 * Hostile frames and requests: straight into a gateway in this process, and over sockets and HTTP to the real server,
 * which must still run afterwards, its log sound.
 */
export const fuzz: Scenario = async ({ chance, folder, fuzz: count }, say) => {
  const seed = chance.fork('fuzz').int(0, 2 ** 31);
  const findings: Finding[] = [];
  const figures: Record<string, number> = {};
  const stage = await Stage.set(folder, { workspaces: 1, rooms: 3, members: 4, messages: 20 }, chance);
  const [roomId = ''] = stage.world.rooms;
  const { token } = personIn(stage.world, roomId);
  const url = `http://127.0.0.1:${stage.server.port}`;
  const play = async (name: string, work: Promise<FuzzReport>) => {
    say(name);
    try {
      const { outcomes } = await work;
      figures[name] = count;
      for (const [outcome, times] of Object.entries(outcomes)) figures[`  ${name}: ${outcome}`] = times;
    } catch (error) {
      findings.push({ charge: 'faults', what: `${name}: ${(error as Error).message}` });
    }
  };
  try {
    await play('frames, in this process', fuzzFrames({ frames: count, seed }));
    await play('frames, over the wire', fuzzFrames({ frames: count, seed, url, token }));
    await play('requests', fuzzRest({ requests: count, seed, url, token, roomId }));
    if (!stage.server.runs) stage.fault('the server', `ended: ${stage.server.said.slice(-500)}`);
    else await stage.stop();
    findings.push(
      ...stage.faults.map(({ who, what }) => ({ charge: 'faults', what: `${who}: ${what}` }) as const),
    );
    const damage = faultsIn(join(stage.server.data, 'stackbox.db'));
    findings.push(...damage.map((what) => ({ charge: 'damaged', what }) as const));
    return { name: 'fuzz', findings, figures };
  } finally {
    stage.close();
  }
};
