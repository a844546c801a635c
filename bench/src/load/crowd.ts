/** Does `work` for every item, `width` at a time; the first failure fails the whole. */
export async function pool<T>(
  items: T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const rest = items.entries();
  const lane = async () => {
    for (const [index, item] of rest) await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Spreads many connections over loopback's source addresses: one address has about 28,000 ports. Linux only. */
export function source(index: number): { from?: string } {
  return process.platform === 'linux' ? { from: `127.0.0.${1 + (index % 8)}` } : {};
}
