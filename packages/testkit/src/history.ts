import type { Committed, RoomRef } from '@stackbox/core';
import type { Entry } from '@stackbox/protocol';
import fc from 'fast-check';
import { change, joining, leaving, message, type Town } from './town.ts';

/** Something that somebody does in the town's room. Seqs are taken modulo what is there, so that most of them hit. */
export type Deed = { who: number } & (
  | { do: 'say'; text: string; replyTo?: number; withFile: boolean }
  | { do: 'resend' }
  | { do: 'edit'; at: number; text: string }
  | { do: 'delete'; at: number }
  | { do: 'react'; at: number; emoji: string; on: boolean }
  | { do: 'pin'; at: number; on: boolean }
  | { do: 'join'; whom: number }
  | { do: 'leave'; whom: number }
  | { do: 'rename'; name: string }
  | { do: 'read'; at: number }
);

const who = { who: fc.nat(5) };
const at = { at: fc.nat(40) };
const on = { on: fc.boolean() };
const text = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');

const deeds: Record<Deed['do'], { weight: number; arbitrary: fc.Arbitrary<Deed> }> = {
  say: {
    weight: 6,
    arbitrary: fc.record(
      { do: fc.constant('say' as const), ...who, text, replyTo: fc.nat(40), withFile: fc.boolean() },
      { requiredKeys: ['do', 'who', 'text', 'withFile'] },
    ),
  },
  resend: { weight: 1, arbitrary: fc.record({ do: fc.constant('resend' as const), ...who }) },
  edit: { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), ...who, ...at, text }) },
  delete: { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), ...who, ...at }) },
  react: {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('react' as const),
      ...who,
      ...at,
      ...on,
      emoji: fc.constantFrom('👍', '🎉'),
    }),
  },
  pin: { weight: 2, arbitrary: fc.record({ do: fc.constant('pin' as const), ...who, ...at, ...on }) },
  join: { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), ...who, whom: fc.nat(5) }) },
  leave: { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), ...who, whom: fc.nat(5) }) },
  rename: { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), ...who, name: text }) },
  read: { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const), ...who, ...at }) },
};

export const anyDeed: fc.Arbitrary<Deed> = fc.oneof(...Object.values(deeds));

/** What several people do in a room, one behind the other. */
export const anyDeeds = (most: number): fc.Arbitrary<Deed[]> => fc.array(anyDeed, { maxLength: most, size: 'max' });

/** Does `deed` in a room of the town, whether or not it is allowed. Answers what came of it, to be compared. */
export async function act(town: Town, ref: RoomRef, deed: Deed, nth: number): Promise<unknown> {
  const { store, ana, adam, sam, cleo, otto, dora } = town;
  const { log, cursors } = store;
  const people = [ana, adam, sam, cleo, otto, dora];
  const by = people[deed.who] as typeof ana;
  const head = (await log.read(ref, { after: 0, limit: 1 }))?.head ?? 0;
  // Past the head, too, once in a while.
  const seqOf = (n: number) => (n % (head + 1)) + 1;
  const clientId = `deed ${nth}`;
  const told = (doing: Promise<unknown>) => doing.catch(({ code }) => code);
  switch (deed.do) {
    case 'say': {
      const files = deed.withFile ? [{ name: `${deed.text}.pdf`, size: nth }] : [];
      const mentions = deed.text === 'a' ? [sam.userId] : [];
      const target = deed.replyTo === undefined ? undefined : await log.entry(ref, seqOf(deed.replyTo));
      const replyTo = target?.kind === 'message' ? { replyTo: target.replyTo ?? target.seq } : {};
      return told(log.append(ref, message(by, `${deed.text} ${nth}`, { clientId, files, mentions, ...replyTo })));
    }
    case 'resend':
      return told(log.append(ref, message(by, 'again', { clientId: `deed ${nth - 1 - deed.who}` })));
    case 'edit': {
      const edit = { kind: 'edit', target: seqOf(deed.at), text: `${deed.text} ${nth}` } as const;
      return told(log.append(ref, change(by, edit, clientId)));
    }
    case 'delete':
      return told(log.append(ref, change(by, { kind: 'delete', target: seqOf(deed.at) }, clientId)));
    case 'react': {
      const { emoji, on } = deed;
      return told(log.append(ref, change(by, { kind: 'reaction', target: seqOf(deed.at), emoji, on }, clientId)));
    }
    case 'pin':
      return told(log.append(ref, change(by, { kind: 'pin', target: seqOf(deed.at), on: deed.on }, clientId)));
    case 'join':
      return told(log.append(ref, joining(by, people[deed.whom] as typeof ana)));
    case 'leave':
      return told(log.append(ref, leaving(by, people[deed.whom] as typeof ana)));
    case 'rename':
      return told(log.append(ref, { kind: 'room', by: by.userId, name: deed.name, topic: clientId }));
    case 'read':
      return told(cursors.advance(ref, by.userId, { read: deed.at }));
  }
}

/** The entries of a room as they are heard from now on. */
export function listenTo({ store }: Town, { roomId }: RoomRef): Entry[] {
  const heard: Entry[] = [];
  store.log.onCommitted((batch: readonly Committed[]) => {
    for (const committed of batch) if (committed.roomId === roomId) heard.push(committed.entry);
  });
  return heard;
}

