import { median } from '../load/histogram.ts';
import { figure } from '../report/row.ts';
import type { Work } from './work.ts';

export const startWork: Work = {
  name: 'start',
  title: '`./stackbox start` on a folder that holds data, until /readyz answers 200',
  async run(rig) {
    if (!rig.options.sides.includes('ours')) return { rows: [] };
    await using seeded = await rig.seed({ workspaces: 1, rooms: 5, members: 20, messages: 1000 });
    const times: number[] = [];
    // The first start may do what later ones need not, and is left out.
    for (let start = 0; start <= Math.max(rig.options.rounds, 3); start++) {
      await using ours = await rig.startOurs(seeded);
      rig.say(`start ${start}: ${figure(ours.server.startMs)} ms`);
      if (start > 0) times.push(ours.server.startMs);
    }
    return {
      rows: [
        {
          work: 'start',
          title: 'start until ready, warm',
          unit: 's',
          better: 'less',
          ours: median(times) / 1000,
          goal: { kind: 'limit', atMost: 1 },
          faults: 0,
          notes: [`ours: from ${figure(Math.min(...times))} to ${figure(Math.max(...times))} ms`],
          detail: { times },
        },
      ],
    };
  },
};
