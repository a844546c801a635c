import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockFolder } from '@stackbox/sqlite';

/** Where things are in a data folder. */
export interface DataFolder {
  readonly path: string;
  readonly log: string;
  readonly search: string;
  readonly signingKey: string;
}

export function dataFolder(path: string): DataFolder {
  const at = resolve(path);
  return {
    path: at,
    log: join(at, 'stackbox.db'),
    search: join(at, 'search.db'),
    signingKey: join(at, 'keys', 'signing.json'),
  };
}

/** A command cannot do its work here; the message says what to do. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** Makes the folder if need be and takes it for this process. @throws Unusable if another has it */
export function takeFolder(path: string): DataFolder & { release: () => void } {
  const folder = dataFolder(path);
  mkdirSync(folder.path, { recursive: true, mode: 0o700 });
  const release = lockFolder(join(folder.path, 'lock'));
  if (release === undefined) {
    throw new Unusable(
      `${folder.path} is in use by another StackBox. Stop it, or give another folder with --data.`,
    );
  }
  return { ...folder, release };
}
