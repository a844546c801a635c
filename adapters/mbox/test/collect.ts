import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportedMessage, ImportItem } from '@stackbox/core';
import { mbox } from '../src/index.ts';

type Of<Kind extends ImportItem['kind']> = Extract<ImportItem, { kind: Kind }>;

/** Everything the importer makes of an mbox with this content, sorted by kind. */
export async function importOf(content: string | Buffer, name = 'archive.mbox') {
  const folder = await mkdtemp(join(tmpdir(), 'mbox-'));
  try {
    const path = join(folder, name);
    await writeFile(path, content);
    return await collect(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function collect(path: string) {
  const items: ImportItem[] = [];
  for await (const item of mbox(path).items()) items.push(item);
  const of = <Kind extends ImportItem['kind']>(kind: Kind) =>
    items.filter((item): item is Of<Kind> => item.kind === kind);
  const messages = of('message');
  return {
    items,
    users: of('user'),
    rooms: of('room'),
    messages,
    texts: messages.map((message) => message.text),
    said: (text: string): ImportedMessage => {
      const found = messages.find((message) => message.text.includes(text));
      if (found === undefined) throw new Error(`nobody said ${text}`);
      return found;
    },
    reasons: of('skipped').map(({ what, why }) => `${what}: ${why}`),
  };
}
