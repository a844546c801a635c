import { afterAll } from 'vitest';
import { countingIds, TestClock } from '../ambient.ts';
import type { Make, Premises, TestStore } from '../store.ts';
import { foundTown, type Town } from '../town.ts';

export interface Stage {
  /** A new town. Many stand in one store: what a test does in its own shows in no other. */
  town(): Promise<Town & { clock: TestClock }>;
  /** The same town after its store was closed and opened again. */
  reopened(town: Town): Promise<Town>;
}

/** Opens a store for the tests of a `describe`, and puts it away behind them. */
export function stageFor(make: Make): Stage {
  const ambient = { clock: new TestClock(), ids: countingIds() };
  const used: Premises[] = [];
  let store: TestStore | undefined;

  const open = async (premises: Premises): Promise<TestStore> => {
    const opened = await premises.open(ambient);
    store = {
      ...opened,
      async close() {
        store = undefined;
        await opened.close();
      },
    };
    return store;
  };
  afterAll(async () => {
    await store?.close();
    for (const premises of used) premises.dispose();
  });
  return {
    async town() {
      if (store === undefined) used.push(make());
      store ??= await open(used.at(-1) as Premises);
      return { ...(await foundTown(store, ambient)), clock: ambient.clock };
    },
    async reopened(town) {
      await town.store.close();
      return { ...town, store: await open(used.at(-1) as Premises) };
    },
  };
}
