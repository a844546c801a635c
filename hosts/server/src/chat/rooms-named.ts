import type { StackBox } from '@stackbox/client';

/** After that, rooms without a name are shown so. Milliseconds. */
const patienceMs = 3_000;

/** Resolves once the rooms' names are there: they come a moment after the rooms do. */
export async function roomsNamed({ rooms }: StackBox): Promise<void> {
  const named = () => rooms.getSnapshot().every(({ kind }) => kind !== undefined);
  if (named()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  const stop = rooms.subscribe(() => {
    if (named()) resolve();
  });
  await promise;
  clearTimeout(timer);
  stop();
}
