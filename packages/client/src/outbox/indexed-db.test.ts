import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { outboxContract } from '../../test/outbox-contract.ts';
import { item } from '../../test/outbox-item.ts';
import { indexedDbOutbox } from './indexed-db.ts';

let last = 0;
const fresh = () => `outbox ${++last}`;

const platform = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
const browser = (navigator: object) =>
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
afterEach(() => {
  if (platform === undefined) Reflect.deleteProperty(globalThis, 'navigator');
  else Object.defineProperty(globalThis, 'navigator', platform);
});

describe('indexedDbOutbox', () => {
  // Without locks every other tab is taken for closed.
  beforeEach(() => void browser({}));

  outboxContract(() => {
    const name = fresh();
    return { outbox: indexedDbOutbox(name), reopen: () => indexedDbOutbox(name) };
  });
});

/** Web Locks among the tabs of one browser, as far as they are used. */
class FakeLocks {
  readonly #held = new Map<string, unknown>();
  /** Whose calls these are; a tab that is closed frees its locks. */
  tab = 'first';
  readonly #owners = new Map<string, string>();

  async request(
    name: string,
    { ifAvailable }: { ifAvailable: boolean },
    held: (lock: unknown) => Promise<unknown>,
  ) {
    if (this.#held.has(name)) {
      if (!ifAvailable) throw new Error('nothing here waits for a lock');
      return held(null);
    }
    this.#held.set(name, true);
    this.#owners.set(name, this.tab);
    const result = await held({ name });
    this.#held.delete(name);
    return result;
  }

  closeTab(tab: string): void {
    for (const [name, owner] of this.#owners) if (owner === tab) this.#held.delete(name);
  }
}

describe('in several tabs', () => {
  test('a tab leaves alone what another carries, and takes over once that one is closed', async () => {
    const locks = new FakeLocks();
    browser({ locks });
    const name = fresh();
    const first = indexedDbOutbox(name);
    await first.put(item(1));
    await settle();
    locks.tab = 'second';
    const second = indexedDbOutbox(name);
    expect(await second.load()).toEqual([]);
    await second.put(item(2));
    locks.closeTab('first');
    locks.tab = 'third';
    expect(await indexedDbOutbox(name).load()).toEqual([item(1)]);
    expect((await second.load()).map(({ order }) => order)).toEqual([2]);
  });

  test('an outbox that is closed leaves its items to the next one in the same tab', async () => {
    browser({ locks: new FakeLocks() });
    const name = fresh();
    const first = indexedDbOutbox(name);
    await first.put(item(1));
    await first.close?.();
    await settle();
    expect(await indexedDbOutbox(name).load()).toEqual([item(1)]);
  });
});
