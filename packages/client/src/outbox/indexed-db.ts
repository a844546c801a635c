import type { Outbox, OutboxItem } from './outbox.ts';

// The slices of IndexedDB and Web Locks that are used, so that these sources need no DOM types.
interface Request<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface ObjectStore {
  getAll(): Request<Row[]>;
  put(row: Row): Request<unknown>;
  delete(key: string): Request<unknown>;
}
interface Transaction {
  readonly error: unknown;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): ObjectStore;
}
interface Database {
  transaction(store: string, mode: 'readwrite', options: { durability: 'strict' }): Transaction;
  createObjectStore(name: string, options: { keyPath: string }): unknown;
  onversionchange: (() => void) | null;
  close(): void;
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null;
}
interface Locks {
  request(
    name: string,
    options: { ifAvailable: boolean },
    held: (lock: unknown) => Promise<unknown>,
  ): Promise<unknown>;
}

interface Row {
  clientId: string;
  /** The tab that carries it. */
  owner: string;
  item: OutboxItem;
}

const store = 'items';

/** While it is in use: the database, and the lock that tells other tabs so. */
interface Session {
  readonly owner: string;
  readonly database: Promise<Database>;
  readonly locked: Promise<void>;
  release(): void;
}

/**
 * Keeps the outbox in this browser, under `name`: give each user their own. Several tabs may use the same name: each
 * carries what it was given, and a new tab takes over from those that are closed, as far as Web Locks tell.
 */
export function indexedDbOutbox(name: string): Outbox {
  const lockOf = (owner: string) => `stackbox outbox ${name} ${owner}`;
  let session: Session | undefined;

  const begin = (): Session => {
    const owner = crypto.randomUUID();
    const database = open(name);
    // Who calls gets the error; nobody calling is no reason to crash.
    database.catch(() => {});
    return { owner, database, ...hold(lockOf(owner)) };
  };
  const inUse = (): Session => {
    session ??= begin();
    return session;
  };
  const write = async (work: (items: ObjectStore, owner: string) => void): Promise<void> => {
    const { owner, database } = inUse();
    const opened = await database;
    return new Promise((resolve, reject) => {
      // `strict`: on disk before it is said to be. The default may lose the last seconds to a power cut.
      const transaction = opened.transaction(store, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(store), owner);
    });
  };

  return {
    async load() {
      await inUse().locked;
      const all: Row[] = [];
      await write((items) => {
        const request = items.getAll();
        request.onsuccess = () => all.push(...request.result);
      });
      const alive = new Set<string>();
      for (const owner of new Set(all.map((row) => row.owner))) {
        if (owner !== inUse().owner && (await isHeld(lockOf(owner)))) alive.add(owner);
      }
      const mine = all.filter(({ owner }) => !alive.has(owner));
      await write((items, owner) => {
        for (const row of mine) items.put({ ...row, owner });
      });
      return mine.map((row) => row.item);
    },
    put: (item) => write((items, owner) => items.put({ clientId: item.clientId, owner, item })),
    remove: (clientId) => write((items) => items.delete(clientId)),
    async close() {
      const last = session;
      session = undefined;
      last?.release();
      (await last?.database)?.close();
    },
  };
}

function open(name: string): Promise<Database> {
  return new Promise((resolve, reject) => {
    const { indexedDB } = globalThis as unknown as {
      indexedDB: { open(name: string, version: number): OpenRequest };
    };
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: 'clientId' });
    request.onsuccess = () => {
      // A newer version of the app in another tab must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

const locks = () => (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;

/** Takes a lock that this tab keeps until it is closed, or `release` is called. */
function hold(name: string): Pick<Session, 'locked' | 'release'> {
  const locked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const platform = locks();
  if (platform === undefined) locked.resolve();
  else {
    const held = () => {
      locked.resolve();
      return released.promise;
    };
    platform.request(name, { ifAvailable: false }, held).catch(() => locked.resolve());
  }
  return { locked: locked.promise, release: released.resolve };
}

/** Another tab that is open has it. */
async function isHeld(name: string): Promise<boolean> {
  let taken = false;
  await locks()?.request(name, { ifAvailable: true }, async (lock) => {
    taken = lock === null;
  });
  return taken;
}
