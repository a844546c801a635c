import { historyWork, searchWork } from './archive.ts';
import { closedWorks } from './closed.ts';
import { generatorWork } from './generator.ts';
import { idleWork } from './idle.ts';
import { openWorks } from './open.ts';
import { startWork } from './start.ts';
import { stormWork } from './storm.ts';
import type { Work } from './work.ts';

/** In the order they run: the open loops take their rate from the closed ones. */
export const works: Work[] = [
  generatorWork,
  ...closedWorks,
  ...openWorks,
  idleWork,
  stormWork,
  historyWork,
  searchWork,
  startWork,
];
