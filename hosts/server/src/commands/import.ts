import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type ImportSource, type Member, randomIds, systemClock } from '@stackbox/core';
import { mbox } from '@stackbox/mbox';
import { Refusal } from '@stackbox/protocol';
import { slackExport } from '@stackbox/slack-export';
import { openDirectory, openStore } from '@stackbox/sqlite';
import { dataFolder, takeFolder, Unusable } from '../data/folder.ts';
import { type ImportReport, ImportRun } from '../import/run.ts';
import { Progress } from '../progress.ts';

const sources: Record<string, (path: string) => ImportSource> = { mbox, 'slack-export': slackExport };

/** `./stackbox import slack-export <zip|folder>` and `import mbox <file>`: repeatable, nothing comes twice. */
export async function importConversations(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: 'string', default: './data' }, workspace: { type: 'string' } },
  });
  const [name = '', path] = positionals;
  const source = sources[name];
  if (source === undefined || path === undefined) {
    throw new Unusable(
      'Say what to import: ./stackbox import slack-export export.zip, or ./stackbox import mbox list.mbox',
    );
  }
  if (!existsSync(path)) throw new Unusable(`There is no ${resolve(path)}.`);
  if (!existsSync(dataFolder(values.data).log)) {
    throw new Unusable(
      `There is no workspace in ${resolve(values.data)} yet. Run ./stackbox start once, or give the folder with --data.`,
    );
  }
  const folder = takeFolder(values.data);
  try {
    const owner = ownerOf(folder.log, values.workspace);
    const store = await openStore(folder.log, { clock: systemClock, ids: randomIds });
    const progress = new Progress('messages');
    try {
      const run = new ImportRun(source(path), {
        store,
        ids: randomIds,
        workspaceId: owner.workspaceId,
        ownerId: owner.userId,
        onProgress: (messages) => progress.at(messages),
      });
      const report = await run.run();
      progress.done();
      process.stdout.write(reportText(report, owner.name));
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof Refusal) throw new Unusable(error.message);
    throw error;
  } finally {
    folder.release();
  }
}

function ownerOf(log: string, slug: string | undefined): Member {
  const directory = openDirectory(log);
  try {
    const workspaces = directory
      .workspaces()
      .filter((workspace) => slug === undefined || workspace.slug === slug);
    const [only] = workspaces;
    if (only === undefined) throw new Unusable(`There is no workspace ${slug ?? ''} here.`);
    if (workspaces.length > 1) {
      throw new Unusable(
        `Say into which workspace with --workspace: ${workspaces.map((each) => each.slug).join(', ')}.`,
      );
    }
    return directory.ownerOf(only.workspaceId);
  } finally {
    directory.close();
  }
}

function reportText(
  { users, rooms, messages, already, replies, reactions, notTaken }: ImportReport,
  owner: string,
): string {
  const n = (count: number) => count.toLocaleString('en');
  const lines = [
    `${n(messages)} messages stored, ${n(already)} were there already.`,
    `${n(rooms)} rooms, ${n(users)} people, ${n(replies)} replies in threads, ${n(reactions)} reactions. ${owner} is in every room.`,
  ];
  if (notTaken.size === 0) lines.push('Nothing was left behind.');
  else {
    lines.push('', 'Not taken, or not as it was:');
    for (const [cause, { count, where }] of [...notTaken].sort(([, a], [, b]) => b.count - a.count)) {
      lines.push(`  ${n(count).padStart(7)}  ${cause}`, `           for example ${where.join(' · ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
