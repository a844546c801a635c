import { afterEach, expect, test } from 'vitest';
import type { Outbox } from '../src/index.ts';
import { item } from './outbox-item.ts';

/** What every outbox owes. `make` gives a new one, and `reopen` what the next process has of it. */
export function outboxContract(make: () => { outbox: Outbox; reopen: () => Outbox }): void {
  const opened: Outbox[] = [];
  const open = () => {
    const { outbox, reopen } = make();
    const again = () => {
      const next = reopen();
      opened.push(next);
      return next;
    };
    opened.push(outbox);
    return { outbox, reopen: again };
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((outbox) => outbox.close?.()));
  });
  const load = async (outbox: Outbox) => (await outbox.load()).toSorted((a, b) => a.order - b.order);

  test('what was put and not removed is there for the next process', async () => {
    const { outbox, reopen } = open();
    await outbox.put(item(1));
    await outbox.put(item(2, 'ä "quoted"\nsecond line\u2028'));
    await outbox.put(item(3));
    await outbox.remove('c1');
    expect(await load(reopen())).toEqual([item(2, 'ä "quoted"\nsecond line\u2028'), item(3)]);
  });

  test('an outbox that was never used is empty', async () => {
    expect(await open().outbox.load()).toEqual([]);
  });

  test('a second put of the same clientId replaces the first', async () => {
    const { outbox, reopen } = open();
    await outbox.put(item(1));
    const failed = { ...item(1), failed: { code: 'forbidden', retry: 'never', message: 'no' } as const };
    await outbox.put(failed);
    expect(await load(outbox)).toEqual([failed]);
    expect(await load(reopen())).toEqual([failed]);
  });

  test('calls that overlap take effect in their order', async () => {
    const { outbox, reopen } = open();
    const calls = Array.from({ length: 200 }, (_, i) => [
      outbox.put(item(i)),
      i % 2 === 0 ? outbox.remove(`c${i}`) : undefined,
    ]);
    await Promise.all(calls.flat());
    expect((await load(reopen())).map(({ order }) => order)).toEqual(
      Array.from({ length: 100 }, (_, i) => 2 * i + 1),
    );
  });

  test('one that was closed opens again when it is used, and has everything', async () => {
    const { outbox } = open();
    const putting = outbox.put(item(1));
    await outbox.close?.();
    await putting;
    await outbox.put(item(2));
    expect(await load(outbox)).toEqual([item(1), item(2)]);
  });

  test('removing what is not there is nothing', async () => {
    const { outbox } = open();
    await outbox.remove('c9');
    expect(await outbox.load()).toEqual([]);
  });
}
