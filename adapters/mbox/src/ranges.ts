import { beginsMessage } from './separator.ts';
import type { Window } from './window.ts';

/** Where a message lies in the file. */
export interface Range {
  /** The line that announces it, `From ` and the line's end left out. */
  readonly from: string;
  /** Bytes; the line before and the blank line after the message are not part of it. */
  readonly start: number;
  readonly end: number;
}

const chunkBytes = 1024 * 1024;
const needle = Buffer.from('\nFrom ');
/** A line that begins a message, and what has to be seen of the one below it. Longer ones are no such line. */
const lookahead = 1500;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The messages of an mbox in the order of the file. What comes before the first is `preamble` bytes long. Memory is one
 * chunk, however long a message or a line: only the spots around `\nFrom ` are looked at.
 */
export async function* rangesOf(file: Window, onPreamble: (bytes: number) => void): AsyncIterable<Range> {
  let open: { from: string; start: number } | undefined;
  for await (const { line, at, start } of separators(file)) {
    if (open !== undefined) yield { ...open, end: await beforeBlankLine(file, open.start, at) };
    else if (at > 0) onPreamble(at);
    open = { from: line.slice('From '.length), start };
  }
  if (open !== undefined) yield { ...open, end: await beforeBlankLine(file, open.start, file.size) };
  else onPreamble(file.size);
}

interface Separator {
  readonly line: string;
  /** Where the line begins, and where the one below it does. */
  readonly at: number;
  readonly start: number;
}

async function* separators(file: Window): AsyncIterable<Separator> {
  for (let position = 0; position < file.size; position += chunkBytes) {
    // Two bytes back to see a blank line, and ahead so that no line is torn at the end of a chunk.
    const from = Math.max(position - 2, 0);
    const bytes = await file.read(from, position + chunkBytes + lookahead);
    const found: Separator[] = [];
    if (position === 0) found.push(...separatorAt(bytes, 0, 0));
    let hit = bytes.indexOf(needle, position - from);
    for (; hit !== -1 && from + hit < position + chunkBytes; hit = bytes.indexOf(needle, hit + 1)) {
      if (blankLineEndsAt(bytes, hit)) found.push(...separatorAt(bytes, hit + 1, from));
    }
    yield* found;
  }
}

function blankLineEndsAt(bytes: Buffer, at: number): boolean {
  const lineEnd = bytes[at - 1] === carriageReturn ? at - 2 : at - 1;
  return lineEnd < 0 || bytes[lineEnd] === newline;
}

/** The line at `at`, if it begins a message. `offset` is where `bytes` begin in the file. */
function separatorAt(bytes: Buffer, at: number, offset: number): Separator[] {
  if (bytes.toString('latin1', at, at + 5) !== 'From ') return [];
  const end = bytes.indexOf(newline, at);
  if (end === -1 || end - at > lookahead / 2) return [];
  const line = bytes.toString('latin1', at, end).trimEnd();
  const next = bytes.toString('latin1', end + 1, end + 1 + lookahead / 4).split(/\r?\n/, 1)[0] ?? '';
  return beginsMessage(line, next) ? [{ line, at: offset + at, start: offset + end + 1 }] : [];
}

/** The blank line before a separator, or at the end of the file, is the mbox's and not the message's. */
async function beforeBlankLine(file: Window, start: number, end: number): Promise<number> {
  const tail = (await file.read(Math.max(start - 1, end - 3), end)).toString('latin1');
  if (tail.endsWith('\n\n')) return end - 1;
  return tail.endsWith('\n\r\n') ? end - 2 : end;
}
