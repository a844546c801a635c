import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connect } from '@stackbox/client';
import { Chat } from '../chat/chat.ts';
import { takeOutbox } from '../chat/outbox.ts';
import { talkPlainly } from '../chat/plain.ts';
import { reflows } from '../chat/screen/terminal.ts';
import { firstLine, stateFolder, userIdIn } from '../chat/sign-in.ts';
import { painter } from '../chat/text/paint.ts';
import { dataFolder, Unusable } from '../data/folder.ts';
import { tokenFor } from './token.ts';

interface Options {
  as?: string | undefined;
  room?: string | undefined;
  url: string;
  data?: string | undefined;
  workspace?: string | undefined;
  token?: string | undefined;
}

/** So much of the usual wait between two tries: somebody sits there and looks, five seconds are long. */
const patience = 1 / 6;

/** `./stackbox chat --as EMAIL`: a conversation in the terminal, or through pipes. */
export async function chat(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      as: { type: 'string' },
      room: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:3001' },
      data: { type: 'string' },
      workspace: { type: 'string' },
      token: { type: 'string' },
    },
  });
  if (!URL.canParse(values.url))
    throw new Unusable(`--url ${values.url} is no address. Like this: http://127.0.0.1:3001`);
  const token = await tokenSource(values);
  const userId = userIdIn(await token());
  if (userId === undefined) throw new Unusable('That is no token of StackBox. ./stackbox token prints one.');
  const { outbox, release } = await takeOutbox(outboxFolder(values), userId);
  const { stdin, stdout, stderr } = process;
  const isTerminal = stdin.isTTY && stdout.isTTY && process.env.TERM !== 'dumb';
  let tell = (trouble: string): unknown => stderr.write(`${trouble}\n`);
  const client = connect({
    url: values.url,
    // A single token can't be renewed: as a string, the SDK knows.
    token: values.token === undefined ? token : await token(),
    outbox,
    random: () => Math.random() * patience,
    onError: ({ message }) => tell(message),
  });
  const both = {
    client,
    url: values.url,
    signInMend:
      values.token === undefined
        ? `Is ${dataFolder(values.data ?? './data').path} the folder that it runs on? Say so with --data.`
        : 'Give another with --token.',
    wanted: values.room,
    now: Date.now,
  };
  const bits = stdout.getColorDepth?.() ?? 1;
  const talk = isTerminal
    ? new Chat({
        ...both,
        input: stdin,
        output: stdout,
        paint: painter(bits),
        coloured: bits > 1,
        reflows: reflows(process.env),
      })
    : undefined;
  if (talk !== undefined) tell = (trouble) => talk.hint(trouble);
  // A reader that is gone (`| head`) must not stop what is being sent.
  stdout.on('error', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (talk === undefined ? process.exit(1) : talk.leave()));
  }
  process.exitCode = await (talk?.run() ??
    talkPlainly({ ...both, input: stdin, output: stdout, errors: stderr }));
  client.close();
  // Nobody else may have the file before its last line is written.
  await outbox.close?.();
  release();
}

/** Asked again when the SDK needs another: a token from the data folder is good for a day, the chat may last longer. */
async function tokenSource({ as, data, workspace, token }: Options): Promise<() => Promise<string>> {
  if (token !== undefined) {
    const given = (token === '-' ? await firstLine(process.stdin) : token).trim();
    return async () => given;
  }
  if (as === undefined) throw new Unusable('Say who you are: ./stackbox chat --as ana@demo.example');
  return () => tokenFor(data ?? './data', as, workspace);
}

/** Beside the data if the server's folder is at hand, or else where this user's programs keep such things. */
function outboxFolder({ data, token }: Options): string {
  const at =
    token !== undefined && data === undefined ? stateFolder(process.env) : dataFolder(data ?? './data').path;
  return join(at, 'chat');
}
