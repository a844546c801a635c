import type { Report } from './figures.ts';
import { figure, goalText, isMet, type Row, ratioOf } from './row.ts';

export function markdown(report: Report, picture: string): string {
  const { machine, rows, notes, failed, quick, rounds } = report;
  return `${[
    `# StackBox beside Socket.IO, ${report.date.slice(0, 10)}`,
    quick && '**Quick rounds: these show that the rig works, not what the server can do.**',
    `![Ratios and goals](${picture})`,
    table([
      ['machine', ''],
      ['CPU', `${machine.cpu}, ${machine.cores} cores`],
      ['memory', `${machine.memoryGb} GB`],
      ['kernel', machine.kernel],
      ['Node', machine.node],
      ['commit', machine.commit],
      ['data on', machine.disk],
      ['placement', machine.placement],
      ['load before', String(machine.loadBefore)],
    ]),
    `Ours keeps every message on disk before anyone sees it; the peer, Socket.IO over WebSocket alone with deflate off, ` +
      `keeps nothing. Both send the same fields to the same load. Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} ` +
      `a side, alternating.`,
    rows.length > 0 && table([['work', 'ours', 'peer', 'ratio', 'goal', 'met'], ...rows.map(cells)]),
    failed.map(({ work, why }) => `**${work} did not finish:** ${why}`).join('\n\n'),
    rows
      .map(({ work, notes }) => notes.map((note) => `- ${work}, ${note}`).join('\n'))
      .filter(Boolean)
      .join('\n'),
    notes.map((note) => `- ${note}`).join('\n'),
  ]
    .filter(Boolean)
    .join('\n\n')}\n`;
}

function cells(row: Row): string[] {
  const ratio = ratioOf(row);
  const unit = (value: number | undefined) => (value === undefined ? '–' : `${figure(value)} ${row.unit}`);
  const met = { true: 'yes', false: 'no', undefined: '–' }[`${isMet(row)}`];
  return [
    row.title,
    unit(row.ours),
    unit(row.peer),
    ratio === undefined ? '–' : `${figure(ratio)}×`,
    goalText(row),
    row.faults > 0 ? `no: ${figure(row.faults)} faulty deliveries` : met,
  ];
}

function table([head = [], ...body]: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
