import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Whom a token speaks for, read without trusting it: the server decides. undefined if it is none of ours. */
export function userIdIn(token: string): string | undefined {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { sub } = JSON.parse(payload) as { sub?: unknown };
    // It becomes a file's name.
    return typeof sub === 'string' && /^[\w-]{1,64}$/.test(sub) ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Where programs keep what should outlive them (https://specifications.freedesktop.org/basedir-spec/latest/). */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'stackbox');
}

/** `--token -`: the first line of the input, which a terminal doesn't show. The rest can still be read. */
export async function firstLine(input: NodeJS.ReadStream): Promise<string> {
  if (input.isTTY) return hiddenLine(input);
  let held = '';
  input.setEncoding('utf8');
  while (!held.includes('\n') && !input.readableEnded) {
    const chunk: string | null = input.read();
    if (chunk === null) await Promise.race([once(input, 'readable'), once(input, 'end')]);
    else held += chunk;
  }
  const end = held.indexOf('\n');
  if (end === -1) return held;
  input.unshift(held.slice(end + 1), 'utf8');
  return held.slice(0, end);
}

async function hiddenLine(input: NodeJS.ReadStream): Promise<string> {
  process.stderr.write('Token: ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
