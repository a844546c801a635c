import { figure } from '../report/row.ts';
import { allowOpenFiles } from '../servers/cores.ts';
import { usageText, type Work } from './work.ts';

const missed = 20;

export const stormWork: Work = {
  name: 'storm',
  title:
    '5,000 clients in 3 rooms each, cut at once, back at once: until all have the 20 missed of each room',
  async run(rig) {
    if (!rig.options.sides.includes('ours')) return { rows: [] };
    const members = rig.options.quick ? 25 : 100;
    const workspaces = rig.options.quick ? 4 : 50;
    const shape = { workspaces, rooms: 3, members, people: members, messages: 0 };
    allowOpenFiles(shape.workspaces * shape.members + 2000);
    await using seeded = await rig.seed(shape);
    await using ours = await rig.startOurs(seeded);
    rig.say(`storm of ${figure(shape.workspaces * shape.members)} clients`);
    const result = await rig.load({ kind: 'storm', target: ours.target, missed });
    const reads =
      result.logReads === undefined
        ? 'the server tells no log reads'
        : `${figure(result.logReads)} log reads for ${figure(result.rooms)} rooms and ${figure(result.clients)} clients`;
    return {
      rows: [
        {
          work: 'storm',
          title: `${figure(result.clients)} clients reconnect, ${missed} missed in each of ${shape.rooms} rooms`,
          unit: 's',
          better: 'less',
          ours: result.ms / 1000,
          goal: { kind: 'limit', atMost: 10 },
          faults: result.wrong,
          notes: [
            `ours: ${reads}; ${figure(result.retries)} connections tried again; ${usageText([result])}`,
          ],
          detail: result,
        },
      ],
    };
  },
};
