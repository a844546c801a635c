import { figure } from '../report/row.ts';
import { percent, type Work } from './work.ts';

const sockets = 200;

/** What the load can take in, so that nobody has to believe that it is not the limit. */
export const generatorWork: Work = {
  name: 'generator',
  title: 'the load generator alone: frames per second that it can take in and check',
  async run(rig) {
    const notes: string[] = [];
    for (const entries of [1, 4, 32]) {
      const hose = await rig.startOwn(import.meta.resolve('../peer/hose.ts'), [sockets, entries]);
      const measureMs = rig.options.quick ? 1000 : 5000;
      const result = await rig.load({
        kind: 'generator',
        port: hose.port,
        pid: hose.pid,
        sockets,
        measureMs,
      });
      await hose.stop();
      rig.say(`generator, ${entries} frames to a write: ${figure(result.framesPerSecond)} frames/s`);
      notes.push(
        `The load generator took in ${figure(result.framesPerSecond)} frames/s at ${entries} to a write, ` +
          `using ${percent(result.usage.load)} of its core; the bare writer used ${percent(result.usage.server)} of its own.`,
      );
    }
    return { rows: [], notes };
  },
};
