import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { randomIds } from '@stackbox/core';
import { faultsIn, renewEpochs } from '@stackbox/sqlite';
import { dataFolder, takeFolder, Unusable } from '../data/folder.ts';
import { Progress } from '../progress.ts';

/** What a backup says of itself: a folder with the log, the signing key, and this beside them. */
interface Manifest {
  format: 1;
  madeAt: string;
  /** SHA-256 of each file, hexadecimal. */
  files: Record<string, string>;
}

const logFile = 'stackbox.db';
const keyFile = 'signing.json';
const manifestFile = 'manifest.json';

/** `./stackbox backup --to FOLDER`: everything as it is at one instant, while the server runs. */
export async function backup(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { data: { type: 'string', default: './data' }, to: { type: 'string' } },
  });
  const folder = dataFolder(values.data);
  if (!existsSync(folder.log))
    throw new Unusable(`There is no StackBox data in ${folder.path}. Give the folder with --data.`);
  const madeAt = new Date().toISOString();
  const to = resolve(values.to ?? `stackbox-backup-${madeAt.slice(0, 19).replaceAll(':', '')}`);
  if (existsSync(to)) throw new Unusable(`${to} is there already. Name a new folder with --to.`);
  // Made beside and renamed: a folder with the right name is a whole backup.
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    await copyLogOnThread(folder.log, join(part, logFile));
    await copyFile(folder.signingKey, join(part, keyFile));
    const files = {
      [logFile]: await sha256(join(part, logFile)),
      [keyFile]: await sha256(join(part, keyFile)),
    };
    const manifest: Manifest = { format: 1, madeAt, files };
    await writeFile(join(part, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    for (const file of [logFile, keyFile]) await sync(join(part, file));
    await rename(part, to);
    await sync(dirname(to));
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
  process.stdout.write(
    `Backed up to ${to}\nBring it back with: ./stackbox restore ${to} --data NEW_FOLDER\n`,
  );
}

/** `./stackbox restore BACKUP --data FOLDER`: a new folder from a backup; its rooms get new epochs (LOG6). */
export async function restore(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: 'string', default: './data' } },
  });
  const [from] = positionals;
  if (from === undefined)
    throw new Unusable(
      'Say which backup: ./stackbox restore stackbox-backup-2026-01-31T120000 --data ./data',
    );
  const source = resolve(from);
  const manifest = await readManifest(source);
  for (const [file, expected] of Object.entries(manifest.files)) {
    if (!existsSync(join(source, file)) || (await sha256(join(source, file))) !== expected) {
      throw new Unusable(
        `${join(source, file)} is not as it was backed up. Nothing was restored; use another backup.`,
      );
    }
  }
  if (existsSync(dataFolder(values.data).log)) {
    throw new Unusable(
      `${resolve(values.data)} has data already. Restore into a new folder with --data, or move the old one away.`,
    );
  }
  const folder = takeFolder(values.data);
  try {
    await mkdir(dirname(folder.signingKey), { recursive: true, mode: 0o700 });
    const part = `${folder.log}.part`;
    await copyFile(join(source, logFile), part);
    const faults = faultsIn(part);
    if (faults.length > 0)
      throw new Unusable(
        `The backup's log is damaged: ${faults.join('; ')}. Nothing was restored; use another backup.`,
      );
    const rooms = renewEpochs(part, randomIds);
    await rm(folder.search, { force: true });
    await copyFile(join(source, keyFile), folder.signingKey);
    await sync(part);
    await rename(part, folder.log);
    process.stdout.write(
      `Restored ${rooms} rooms as of ${manifest.madeAt} into ${folder.path}.\nStart it with: ./stackbox start --data ${values.data}\n`,
    );
  } finally {
    folder.release();
  }
}

async function readManifest(source: string): Promise<Manifest> {
  const text = await readFile(join(source, manifestFile), 'utf8').catch(() => {
    throw new Unusable(`${source} is no StackBox backup: it has no ${manifestFile}.`);
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 1) throw new Unusable(`${source} was made by a newer StackBox. Upgrade this one.`);
  return manifest;
}

/** On a thread, so that the progress line moves. */
async function copyLogOnThread(from: string, to: string): Promise<void> {
  const total = statSync(from).size;
  const progress = new Progress('bytes copied', total);
  const timer = setInterval(() => progress.at(statSync(to, { throwIfNoEntry: false })?.size ?? 0), 200);
  try {
    await new Promise<void>((done, reject) => {
      const worker = new Worker(new URL('./copy-thread.ts', import.meta.url), { workerData: { from, to } });
      worker.once('error', reject);
      worker.once('exit', () => done());
    });
  } finally {
    clearInterval(timer);
  }
  progress.done();
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
