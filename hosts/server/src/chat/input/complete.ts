/** What could stand where the cursor is, instead of what begins at `from`. */
export interface Completion {
  readonly from: number;
  readonly options: readonly string[];
}

interface Known {
  readonly commands: readonly string[];
  readonly people: readonly string[];
  readonly rooms: readonly string[];
}

/** Completes `/command`, `@Name`, and a room after `/join`. */
export function completionOf(before: string, { commands, people, rooms }: Known): Completion | undefined {
  const join = /^\/join\s+(.+)$/.exec(before);
  if (join !== null) return matches(before.length - (join[1] ?? '').length, join[1] ?? '', rooms, '', '');
  const command = /^\/(\w*)$/.exec(before);
  if (command !== null) return matches(0, command[1] ?? '', commands, '/', ' ');
  const name = /(?:^|[\s(])@([^@\n]*)$/.exec(before);
  if (name === null) return undefined;
  return matches(before.length - (name[1] ?? '').length - 1, name[1] ?? '', [...people, 'all'], '@', ' ');
}

/** What all options begin with. */
export function commonStart(options: readonly string[]): string {
  const [first = '', ...others] = options;
  let length = first.length;
  for (const other of others) {
    while (!other.toLowerCase().startsWith(first.slice(0, length).toLowerCase())) length--;
  }
  return first.slice(0, length);
}

function matches(
  from: number,
  begun: string,
  all: readonly string[],
  sign: string,
  end: string,
): Completion | undefined {
  const hits = all.filter((one) => one.toLowerCase().startsWith(begun.toLowerCase()));
  if (hits.length === 0) return undefined;
  return {
    from,
    options: hits.length === 1 ? [`${sign}${hits[0]}${end}`] : hits.map((hit) => `${sign}${hit}`),
  };
}
