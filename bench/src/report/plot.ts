import type { Report } from './figures.ts';
import { figure, goalText, isMet, type Row, ratioOf } from './row.ts';

const width = 1000;
const left = 390;
const right = 210;
const barHeight = 22;
const pitch = 40;
const span = width - left - right;

const ink = {
  text: '#1f2937',
  soft: '#6b7280',
  grid: '#e5e7eb',
  met: '#0f766e',
  missed: '#b45309',
  open: '#9ca3af',
  goal: '#111827',
};

interface Panel {
  title: string;
  note: string;
  bars: Bar[];
  /** Places a value on [0, 1]. */
  scale: (value: number) => number;
  ticks: number[];
  tickText: (value: number) => string;
}

interface Bar {
  row: Row;
  value: number;
  goal: number;
  label: string;
}

/** Bars for what has a ratio as its goal, and bars for what has a limit, each with its goal marked. */
export function plot({ rows, date, machine, quick }: Report): string {
  const panels = [ratios(rows), limits(rows)].filter(({ bars }) => bars.length > 0);
  let y = 84;
  const parts: string[] = [];
  for (const panel of panels) {
    parts.push(draw(panel, y));
    y += 84 + panel.bars.length * pitch;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img" aria-label="StackBox beside Socket.IO" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>
${text(24, 38, `StackBox beside Socket.IO${quick ? ' (quick rounds)' : ''}`, { size: 20, weight: 600 })}
${text(24, 60, `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${date.slice(0, 10)}, commit ${machine.commit}`, { fill: ink.soft })}
${parts.join('\n')}
</svg>
`;
}

function ratios(rows: Row[]): Panel {
  const bars = rows.flatMap((row): Bar[] => {
    const value = ratioOf(row);
    if (row.goal.kind !== 'ratio' || value === undefined) return [];
    return [{ row, value, goal: row.goal.atLeast, label: `${figure(value)}×` }];
  });
  const most = Math.max(2, ...bars.flatMap(({ value, goal }) => [value, goal]));
  const step = niceStep(most / 6);
  const end = Math.ceil(most / step) * step;
  return {
    title: 'Deliveries per second, as a multiple of Socket.IO',
    note: 'more is better; the mark is the goal',
    bars,
    scale: (value) => value / end,
    ticks: Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step),
    tickText: (value) => `${figure(value)}×`,
  };
}

function limits(rows: Row[]): Panel {
  const bars = rows.flatMap((row): Bar[] => {
    if (row.goal.kind !== 'limit' || row.ours === undefined) return [];
    const peer = row.peer === undefined ? '' : `, peer ${figure(row.peer)}`;
    return [
      { row, value: row.ours / row.goal.atMost, goal: 1, label: `${figure(row.ours)} ${row.unit}${peer}` },
    ];
  });
  return {
    title: 'Share of what the goal allows',
    note: 'less is better; the mark is the limit, bars end at twice the limit',
    bars,
    scale: (value) => Math.min(value, 2) / 2,
    ticks: [0, 0.5, 1, 1.5, 2],
    tickText: (value) => `${value * 100} %`,
  };
}

function draw(panel: Panel, top: number): string {
  const barsTop = top + 40;
  const bottom = barsTop + panel.bars.length * pitch;
  const x = (value: number) => left + panel.scale(value) * span;
  const grid = panel.ticks.map(
    (tick) =>
      `<line x1="${round(x(tick))}" y1="${barsTop - 6}" x2="${round(x(tick))}" y2="${bottom}" stroke="${ink.grid}"/>` +
      text(x(tick), bottom + 18, panel.tickText(tick), { fill: ink.soft, size: 11, anchor: 'middle' }),
  );
  const bars = panel.bars.map(({ row, value, goal, label }, i) => {
    const y = barsTop + i * pitch + 4;
    const end = Math.max(x(value), left + 2);
    const met = isMet(row);
    const fill = met === undefined ? ink.open : met ? ink.met : ink.missed;
    return [
      text(left - 12, y + 11, row.title, { anchor: 'end' }),
      text(left - 12, y + 25, `goal ${goalText(row)}`, { anchor: 'end', size: 11, fill: ink.soft }),
      `<rect x="${left}" y="${y}" width="${round(end - left)}" height="${barHeight}" rx="3" fill="${fill}"><title>${escaped(row.title)}: ${escaped(label)}</title></rect>`,
      `<line x1="${round(x(goal))}" y1="${y - 5}" x2="${round(x(goal))}" y2="${y + barHeight + 5}" stroke="${ink.goal}" stroke-width="2"/>`,
      text(Math.max(end, x(goal)) + 10, y + 16, label, { weight: 600 }),
    ].join('\n');
  });
  return [
    text(24, top + 8, panel.title, { size: 15, weight: 600 }),
    text(24, top + 25, panel.note, { fill: ink.soft, size: 11 }),
    ...grid,
    ...bars,
  ].join('\n');
}

interface TextStyle {
  fill?: string;
  size?: number;
  weight?: number;
  anchor?: 'middle' | 'end';
}

function text(
  x: number,
  y: number,
  words: string,
  { fill = ink.text, size, weight, anchor }: TextStyle = {},
): string {
  const style = `${size ? ` font-size="${size}"` : ''}${weight ? ` font-weight="${weight}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}`;
  return `<text x="${round(x)}" y="${round(y)}" fill="${fill}"${style}>${escaped(words)}</text>`;
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10);
}

const round = (value: number) => Math.round(value * 10) / 10;
const escaped = (words: string) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
