import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Make, searchIndexContract } from '@stackbox/testkit';
import { openStore } from '../store.ts';

const inMemory: Make = () => ({
  open: (ambient) => openStore(':memory:', ambient),
  lasting: false,
  dispose() {},
});

const inFile: Make = () => {
  let folder: string | undefined;
  return {
    open(ambient) {
      folder ??= mkdtempSync(join(tmpdir(), 'stackbox-'));
      return openStore(join(folder, 'stackbox.db'), { ...ambient, search: join(folder, 'search.db') });
    },
    lasting: true,
    dispose() {
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
};

searchIndexContract('SQLite in memory', inMemory);
searchIndexContract('SQLite in a file', inFile);
