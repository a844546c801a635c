import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cursorsContract,
  type Make,
  membersContract,
  messageLogContract,
  modelContract,
  roomsContract,
  sessionsContract,
} from '@stackbox/testkit';
import { openStore } from './store.ts';

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
      return openStore(join(folder, 'stackbox.db'), ambient);
    },
    lasting: true,
    dispose() {
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
};

messageLogContract('SQLite in memory', inMemory);
messageLogContract('SQLite in a file', inFile);
roomsContract('SQLite in memory', inMemory);
roomsContract('SQLite in a file', inFile);
cursorsContract('SQLite in memory', inMemory);
cursorsContract('SQLite in a file', inFile);
membersContract('SQLite in memory', inMemory);
membersContract('SQLite in a file', inFile);
sessionsContract('SQLite in memory', inMemory);
sessionsContract('SQLite in a file', inFile);
modelContract('SQLite in memory', inMemory);
modelContract('SQLite in a file', inFile);
