export type { CommitReport } from './committer.ts';
export { type Directory, openDirectory } from './directory.ts';
export { lockFolder } from './lock.ts';
export type { LogSearch, SearchStats } from './search/search.ts';
export { type Founding, openStore, type Store, type StoreOptions } from './store.ts';
export { copyLog, damageIn, faultsIn, logFigures, renewEpochs } from './upkeep.ts';
