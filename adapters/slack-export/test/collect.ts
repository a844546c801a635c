import type { ImportedMessage, ImportItem, ImportSource } from '@stackbox/core';

type Of<Kind extends ImportItem['kind']> = Extract<ImportItem, { kind: Kind }>;

/** Everything a source yields, checked against what every source owes, and sorted by kind. */
export async function collect(source: ImportSource) {
  const items: ImportItem[] = [];
  for await (const item of source.items()) items.push(item);
  const of = <Kind extends ImportItem['kind']>(kind: Kind) =>
    items.filter((item): item is Of<Kind> => item.kind === kind);
  const messages = of('message');
  return {
    items,
    users: of('user'),
    rooms: of('room'),
    messages,
    skipped: of('skipped'),
    texts: messages.map((message) => message.text),
    said: (text: string): ImportedMessage => {
      const found = messages.find((message) => message.text.includes(text));
      if (found === undefined) throw new Error(`nobody said ${text}`);
      return found;
    },
    reasons: of('skipped').map(({ what, why }) => `${what}: ${why}`),
  };
}
