import type { IdleResult } from '../load/jobs.ts';
import { figure, type Row } from '../report/row.ts';
import { allowOpenFiles } from '../servers/cores.ts';
import type { Work } from './work.ts';

const kilobytesEach = (before: number, after: number, { connections }: IdleResult) =>
  (after - before) / connections / 1024;

export const idleWork: Work = {
  name: 'idle',
  title: 'memory of each of 10,000 connections that are signed in, in a room, and silent',
  async run(rig) {
    const shape = { workspaces: rig.options.quick ? 25 : 500, rooms: 1, members: 20, messages: 0 };
    const connections = shape.workspaces * shape.members;
    allowOpenFiles(connections + 2000);
    await using both = await rig.startBoth(shape);
    const row: Row = {
      work: 'idle',
      title: `memory of each of ${figure(connections)} connections`,
      unit: 'KB',
      better: 'less',
      goal: { kind: 'limit', atMost: 12 },
      faults: 0,
      notes: [],
    };
    const detail: Partial<Record<'ours' | 'peer', IdleResult>> = {};
    for (const { target } of both.running) {
      rig.say(`idle, ${target.side}: ${figure(connections)} connections`);
      const settleMs = rig.options.quick ? 1000 : 20_000;
      const result = await rig.load({ kind: 'idle', target, connections, settleMs });
      row[target.side] = kilobytesEach(result.rssBefore, result.rssAfter, result);
      detail[target.side] = result;
      const pss =
        result.pssBefore !== undefined && result.pssAfter !== undefined
          ? `, by PSS ${figure(kilobytesEach(result.pssBefore, result.pssAfter, result))} KB each`
          : '';
      row.notes.push(
        `${target.side}: ${megabytes(result.rssBefore)} before, ${megabytes(result.rssAfter)} with all (resident)${pss}`,
      );
    }
    return { rows: [{ ...row, detail }] };
  },
};

const megabytes = (bytes: number) => `${figure(bytes / 1024 / 1024)} MB`;
