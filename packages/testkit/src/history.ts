import type { Actor, Committed, Draft, RoomRef } from '@stackbox/core';
import type { Entry } from '@stackbox/protocol';
import fc from 'fast-check';
import { change, joining, leaving, message, readAll, type Town } from './town.ts';

/** Something that somebody does in a room of the town. `at` counts its messages, and round again: most deeds hit one. */
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

// Mostly those who are in the town's room.
const who = { who: fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(5) }) };
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
export const anyDeeds = (most: number): fc.Arbitrary<Deed[]> =>
  fc.array(anyDeed, { maxLength: most, size: 'max' });

/**
 * What a deed would append to a room whose log reads `log`, allowed or not; undefined for one that appends nothing.
 * `nth` makes its clientId.
 */
function draftOf(town: Town, log: readonly Entry[], deed: Deed, nth: number): Draft | undefined {
  const { ana, adam, sam, cleo, otto, dora } = town;
  const people = [ana, adam, sam, cleo, otto, dora];
  const by = people[deed.who] as Actor;
  const messages = log.filter((entry) => entry.kind === 'message');
  // Now and then what is no message, or not there yet.
  const seqOf = (n: number): number =>
    n % 8 === 7 ? (n % (log.length + 1)) + 1 : (messages[n % messages.length]?.seq ?? 1);
  const clientId = `deed ${nth}`;
  switch (deed.do) {
    case 'say': {
      const files = deed.withFile ? [{ name: `${deed.text}.pdf`, size: nth }] : [];
      const mentions = deed.text === 'a' ? [sam.userId] : [];
      const target = deed.replyTo === undefined ? undefined : log[seqOf(deed.replyTo) - 1];
      const replyTo = target?.kind === 'message' ? { replyTo: target.replyTo ?? target.seq } : {};
      return message(by, `${deed.text} ${nth}`, { clientId, files, mentions, ...replyTo });
    }
    case 'resend':
      return message(by, `again ${nth}`, { clientId: `deed ${nth - 1 - deed.who}` });
    case 'edit':
      return change(by, { kind: 'edit', target: seqOf(deed.at), text: `${deed.text} ${nth}` }, clientId);
    case 'delete':
      return change(by, { kind: 'delete', target: seqOf(deed.at) }, clientId);
    case 'react': {
      const { emoji, on } = deed;
      return change(by, { kind: 'reaction', target: seqOf(deed.at), emoji, on }, clientId);
    }
    case 'pin':
      return change(by, { kind: 'pin', target: seqOf(deed.at), on: deed.on }, clientId);
    case 'join':
      return joining(by, people[deed.whom] as Actor);
    case 'leave':
      return leaving(by, people[deed.whom] as Actor);
    case 'rename':
      return { kind: 'room', by: by.userId, name: deed.name, topic: clientId };
    case 'read':
      return undefined;
  }
}

/** Does `deeds` in a room of the town, all at once. Answers what came of each, to be compared: its place, or the refusal's code. */
export async function act(town: Town, ref: RoomRef, deeds: readonly Deed[], nth: number): Promise<unknown[]> {
  const { store, ana, adam, sam, cleo, otto, dora } = town;
  const log = await readAll(store, ref);
  const doing = deeds.map((deed, i) => {
    const draft = draftOf(town, log, deed, nth + i);
    if (draft !== undefined) return store.log.append(ref, draft);
    const { userId } = [ana, adam, sam, cleo, otto, dora][deed.who] as Actor;
    return store.cursors.advance(ref, userId, { read: deed.do === 'read' ? deed.at : 0 });
  });
  return Promise.all(doing.map((one) => one.catch(({ code }) => code as string)));
}

/** The entries of a room as they are heard from now on. */
export function listenTo({ store }: Town, { roomId }: RoomRef): Entry[] {
  const heard: Entry[] = [];
  store.log.onCommitted((batch: readonly Committed[]) => {
    for (const committed of batch) if (committed.roomId === roomId) heard.push(committed.entry);
  });
  return heard;
}
