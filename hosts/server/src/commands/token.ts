import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Member, systemClock } from '@stackbox/core';
import { openDirectory } from '@stackbox/sqlite';
import { dataFolder, Unusable } from '../data/folder.ts';
import { openTokens } from '../identity/tokens.ts';

const dayMs = 24 * 60 * 60_000;

/** `./stackbox token --as EMAIL`: who can read the data folder may speak for its people. */
export async function token(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      as: { type: 'string' },
      workspace: { type: 'string' },
      data: { type: 'string', default: './data' },
      url: { type: 'string', default: 'http://127.0.0.1:3001' },
      connect: { type: 'boolean', default: false },
      console: { type: 'boolean', default: false },
    },
  });
  if (values.as === undefined) throw new Unusable('Say for whom: ./stackbox token --as ana@demo.example');
  const issued = await tokenFor(values.data, values.as, values.workspace);
  if (values.connect) process.stdout.write(`${await connectUrl(values.url, issued)}\n`);
  else if (values.console) process.stdout.write(consoleLines(issued));
  else process.stdout.write(`${issued}\n`);
}

/** A token, good for a day, for the member with this address. @throws Unusable naming what is missing */
export async function tokenFor(data: string, email: string, slug?: string): Promise<string> {
  const folder = dataFolder(data);
  if (!existsSync(folder.log)) {
    throw new Unusable(
      `There is no StackBox data in ${folder.path}. Run ./stackbox start first, or give the folder with --data.`,
    );
  }
  const tokens = await openTokens(folder.signingKey, systemClock);
  return tokens.issue(findMember(folder.log, email, slug), dayMs);
}

function findMember(log: string, email: string, slug: string | undefined): Member {
  const directory = openDirectory(log);
  try {
    const found = directory.membersByEmail(email, slug);
    const [only] = found;
    if (only === undefined)
      throw new Unusable(`There is no member ${email}${slug === undefined ? '' : ` in ${slug}`}.`);
    if (found.length > 1) {
      throw new Unusable(
        `${email} is in several workspaces: ${found.map((member) => member.slug).join(', ')}. Choose with --workspace.`,
      );
    }
    return only;
  } finally {
    directory.close();
  }
}

async function connectUrl(server: string, issued: string): Promise<string> {
  const response = await fetch(new URL('/api/v1/tickets', server), {
    method: 'POST',
    headers: { authorization: `Bearer ${issued}` },
  }).catch(() => {
    throw new Unusable(`No StackBox answers at ${server}. Start it, or say where it is with --url.`);
  });
  const { ticket, url } = (await response.json()) as { ticket: string; url: string };
  return `${url}?ticket=${ticket}`;
}

function consoleLines(issued: string): string {
  return `
const { ticket } = await (await fetch('/api/v1/tickets', { method: 'POST', headers: { authorization: 'Bearer ${issued}' } })).json();
const ws = new WebSocket(location.origin.replace('http', 'ws') + '/ws', ['stackbox.v1', 'ticket.' + ticket]);
ws.onmessage = ({ data }) => console.log(JSON.parse(data));
ws.onopen = () => ws.send(JSON.stringify({ action: 'sync', id: '1', rooms: {} }));
// then: ws.send(JSON.stringify({ action: 'sendMessage', id: '2', roomId: '…', clientId: crypto.randomUUID(), text: 'Hello' }))
`.trimStart();
}
