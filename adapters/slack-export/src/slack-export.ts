import { stat } from 'node:fs/promises';
import type { ImportItem, ImportSource, NotTaken } from '@stackbox/core';
import { Refusal } from '@stackbox/protocol';
import { Channels, channelLists, roomOf } from './channels.ts';
import { type ExportFiles, type ExportLimits, exportLimits, Unreadable } from './files/files.ts';
import { folderFiles } from './files/folder.ts';
import { zipFiles } from './files/zip.ts';
import { History } from './history.ts';
import { type Json, records } from './json.ts';
import { People } from './people.ts';

/** A Slack export: the zip file, or the folder somebody unpacked it into. */
export function slackExport(path: string, limits: Partial<ExportLimits> = {}): ImportSource {
  return {
    name: 'slack-export',
    async *items() {
      const files = await open(path, { ...exportLimits, ...limits });
      try {
        yield* itemsOf(files, path);
      } finally {
        await files.close();
      }
    },
  };
}

async function open(path: string, limits: ExportLimits): Promise<ExportFiles> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Refusal('bad_request', `There is no file or folder ${path}.`);
  return found.isDirectory() ? folderFiles(path, limits) : zipFiles(path, limits);
}

const userLists = ['users.json', 'org_users.json'];
const lists = [...userLists, ...channelLists.map(({ file }) => file)];
const day = /^\d{4}-\d{2}-\d{2}\.json$/;

async function* itemsOf(files: ExportFiles, path: string): AsyncIterable<ImportItem> {
  const { root, days, others } = layout(files.paths);
  if (days.size === 0 && !files.paths.some((file) => lists.includes(file.slice(root.length)))) {
    throw new Refusal(
      'bad_request',
      `${path} is no Slack export: it has no users.json and no days of messages.`,
    );
  }
  for (const { path, why } of files.unreadable)
    yield { kind: 'skipped', what: 'file of the export', why, where: path };
  for (const where of others) {
    yield {
      kind: 'skipped',
      what: 'file of the export',
      why: 'it holds no messages of a conversation',
      where,
    };
  }

  const people = new People();
  const channels = new Channels(days.keys());
  const listed = async function* (file: string): AsyncGenerator<NotTaken, Json[]> {
    if (!files.paths.includes(root + file)) return [];
    try {
      return records(JSON.parse((await files.read(root + file)).toString('utf8')));
    } catch (error) {
      if (!(error instanceof Unreadable || error instanceof SyntaxError)) throw error;
      const why = 'the file is no JSON that can be read';
      yield { kind: 'skipped', what: 'list of users or rooms', why, where: `${file}: ${error.message}` };
      return [];
    }
  };
  for (const file of userLists) for (const entry of yield* listed(file)) people.list(entry, file);
  for (const { file, roomKind } of channelLists) {
    for (const entry of yield* listed(file)) channels.list(entry, roomKind, file);
  }
  channels.takeStrays();

  const histories: History[] = [];
  for (const channel of channels.all()) {
    for (const member of channel.memberRefs) people.meet(member);
    const history = new History(channel, files, (channel.folder && days.get(channel.folder)) || []);
    await history.survey(people);
    histories.push(history);
  }

  yield* people.notTaken;
  yield* channels.notTaken;
  yield* people.all();
  for (const channel of channels.all()) yield roomOf(channel, people);
  for (const history of histories) yield* history.items(people, channels);
}

/** Which files are days of which folder. Somebody may have zipped the folder and not what is in it: `root` is that folder. */
function layout(paths: readonly string[]): { root: string; days: Map<string, string[]>; others: string[] } {
  const anchors = paths.filter((path) => lists.some((file) => path === file || path.endsWith(`/${file}`)));
  const shallowest = anchors.sort((a, b) => a.split('/').length - b.split('/').length)[0] ?? '';
  const root = shallowest.slice(0, shallowest.lastIndexOf('/') + 1);
  const days = new Map<string, string[]>();
  const others: string[] = [];
  for (const path of [...paths].sort()) {
    const [folder = '', file = '', ...deeper] = path.startsWith(root)
      ? path.slice(root.length).split('/')
      : [];
    if (file === '' && lists.includes(folder)) continue;
    if (deeper.length > 0 || !day.test(file)) others.push(path);
    else {
      const known = days.get(folder);
      if (known === undefined) days.set(folder, [path]);
      else known.push(path);
    }
  }
  return { root, days, others };
}
