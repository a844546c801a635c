import type { Draft } from './input/draft.ts';
import type { Editor } from './input/editor.ts';
import { inputRows } from './input/rows.ts';
import type { Block } from './screen/screen.ts';
import type { Paint } from './text/paint.ts';
import { dim, type Line, span } from './text/span.ts';
import { shortened } from './text/width.ts';
import { wrap } from './text/wrap.ts';

export interface Bottom {
  /** Messages that may still change. */
  readonly live: readonly Line[];
  readonly editor: Editor;
  readonly draft: Draft;
  /** The room's name, if one is open. */
  readonly title: string | undefined;
  readonly isOnline: boolean;
  readonly status: Line;
}

interface Size {
  /** Cells that a row may take. */
  readonly width: number;
  /** Rows of the terminal. */
  readonly rows: number;
}

const titleCells = 16;
/** From so many rows on, an empty one sets the input apart. */
const roomyRows = 12;

/** Rows that live messages may take; what is more belongs into the scrollback. */
export const liveRows = (rows: number): number => Math.max(0, Math.floor((rows - 5) / 2));

/** What stands below the scrollback: messages that may still change, the input, and a line about the state of things. */
export function bottom(
  { live, editor, draft, title, isOnline, status }: Bottom,
  { width, rows }: Size,
  paint: Paint,
): Block {
  const sign = draft.kind === 'new' ? '›' : draft.kind === 'reply' ? '↪' : '✎';
  const prompt: Line = [
    span(title === undefined ? '' : `${shortened(title, titleCells)} `, 'bold'),
    span(`${sign} `, isOnline ? 'good' : 'warn'),
  ];
  const input = inputRows(editor, prompt, width, Math.max(1, Math.floor(rows / 3)));
  const shown = newest(live, liveRows(rows));
  const below = wrap(status, width - 2)
    .slice(0, rows > 8 ? 2 : 1)
    .map((row) => [span('  '), ...row]);
  const air: Line[] = rows < roomyRows ? [] : [[]];
  const above = [...shown, ...air];
  return {
    rows: [...above, ...input.rows, ...below].map(paint),
    cursorRow: above.length + input.cursorRow,
    before: paint(input.before),
  };
}

function newest(live: readonly Line[], most: number): readonly Line[] {
  if (live.length <= most) return live;
  if (most < 2) return live.slice(-most || live.length);
  return [[dim(`      … ${live.length - most + 1} more rows wait above`)], ...live.slice(-(most - 1))];
}
