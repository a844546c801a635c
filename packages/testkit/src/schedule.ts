import type { TestStore } from './store.ts';

/** Everything that can run without another gate has run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Gates at which work waits until the test lets it through, one at a time and in the order that the test chooses: each
 * order is another interleaving. Open while nobody runs it.
 */
export class Schedule {
  readonly #waiting: { name: string; open: () => void }[] = [];
  #running = false;
  /** Which gates were opened, in order. For the reader of a failure. */
  readonly passed: string[] = [];

  gate(name: string): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((open) => {
      this.#waiting.push({ name, open });
    });
  }

  /** Does `works`, each from its first gate on, and opens gates until nothing waits. `choose` picks one of so many. */
  async run(
    works: readonly { name: string; start: () => Promise<unknown> }[],
    choose: (of: number) => number,
  ): Promise<void> {
    this.#running = true;
    const all = Promise.all(works.map(({ name, start }) => this.gate(name).then(start)));
    for (;;) {
      await turn();
      const next = this.#waiting.splice(choose(this.#waiting.length), 1)[0];
      if (next === undefined) break;
      this.passed.push(next.name);
      next.open();
    }
    this.#running = false;
    await all;
  }
}

/** A store whose answers wait at gates, before it looks and after: what it answers may be over when it is heard. */
export function gated(store: TestStore, schedule: Schedule): TestStore {
  const wait = <Port extends object>(port: Port, names: readonly (keyof Port & string)[]): Port => {
    const slow: Record<string, unknown> = {};
    for (const name of names) {
      const look = port[name] as (...args: unknown[]) => Promise<unknown>;
      slow[name] = async (...args: unknown[]) => {
        await schedule.gate(`${name}?`);
        const answer = await look(...args);
        await schedule.gate(`${name}!`);
        return answer;
      };
    }
    return { ...port, ...slow };
  };
  return {
    ...store,
    log: wait(store.log, ['read', 'entry']),
    rooms: wait(store.rooms, ['standing', 'ofMember', 'people', 'size', 'summary']),
    cursors: wait(store.cursors, ['of']),
    members: wait(store.members, ['member']),
    sessions: wait(store.sessions, ['isRevoked']),
  };
}
