import { apply, emptyRoom } from '@stackbox/core/apply';
import type { Entry } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import type { Deed, DeedRecord, SearchRecord } from '../history.ts';
import type { Charge } from './charges.ts';
import { judge, type Trial } from './judge.ts';

// A history that is as it should be, made anew for each test to spoil in one place.
const room = 'room_1';
const epoch = 'epoch_1';

const message = (seq: number, by: string, clientId: string): Entry => ({
  kind: 'message',
  seq,
  at: 1_000 - seq,
  by,
  clientId,
  text: `text of ${clientId}`,
  files: [],
  mentions: [],
});

const did = (by: string, clientId: string, seq: number, order: number, deed?: Deed): DeedRecord => ({
  writer: `writer of ${by}`,
  by,
  roomId: room,
  clientId,
  deed: deed ?? { kind: 'message', text: `text of ${clientId}` },
  order,
  tries: 1,
  answers: [{ epoch, seq, duplicate: false }],
});

function wellKept() {
  const entries: Entry[] = [
    { kind: 'room', seq: 1, at: 1, by: 'ana', name: 'Room' },
    { kind: 'member', seq: 2, at: 1, by: 'ana', userId: 'ben', joined: true },
    message(3, 'ana', 'a1'),
    message(4, 'ben', 'b1'),
    message(5, 'ana', 'a2'),
    { kind: 'reaction', seq: 6, at: 1, by: 'ben', target: 5, emoji: '👍', on: true },
    { kind: 'edit', seq: 7, at: 1, by: 'ben', target: 4, text: 'edited', mentions: [] },
    message(8, 'ana', 'a3'),
    { kind: 'delete', seq: 9, at: 1, by: 'ana', target: 8 },
  ];
  Object.assign(entries[3] as Entry, { text: 'edited' });
  Object.assign(entries[7] as Entry, { text: '', deleted: true });
  const deeds = [
    did('ana', 'a1', 3, 0),
    did('ben', 'b1', 4, 0),
    did('ana', 'a2', 5, 1),
    did('ben', 'b2', 6, 1, { kind: 'reaction', target: 5, emoji: '👍', on: true }),
    did('ben', 'b3', 7, 2, { kind: 'edit', target: 4, text: 'edited' }),
    did('ana', 'a3', 8, 2),
    did('ana', 'a4', 9, 3, { kind: 'delete', target: 8 }),
  ];
  const log = { roomId: room, epoch, head: entries.length, entries };
  const trial = {
    foundations: new Map([[room, { epoch, head: 2 }]]),
    logs: [log],
    deeds,
    copies: [{ reader: 'reader', roomId: room, state: apply(emptyRoom(epoch), structuredClone(entries)) }],
    marks: [{ userId: 'ben', roomId: room, read: 4 }],
    standings: [{ userId: 'ben', roomId: room, read: 4, unread: 2 }],
    searches: [
      { word: 'a1', at: { roomId: room, seq: 3 }, found: [{ roomId: room, seq: 3 }] },
    ] as SearchRecord[],
    faults: [] as Trial['faults'][number][],
    damage: [] as string[],
  } satisfies Trial;
  return {
    ...trial,
    log,
    entries,
    deed: (clientId: string) => deeds.find((each) => each.clientId === clientId) as DeedRecord,
  };
}

type Made = ReturnType<typeof wellKept>;

/** Renumbers what a test moved about, so that only what it spoilt is spoilt. */
function renumber({ log, entries }: Made): void {
  for (const [i, entry] of entries.entries()) Object.assign(entry, { seq: i + 1 });
  log.head = entries.length;
}

function chargesIn(spoil: (made: Made) => void): Charge[] {
  const made = wellKept();
  spoil(made);
  return [...new Set(judge(made).map(({ charge }) => charge))];
}

describe('the judge', () => {
  it('has nothing to say about a history that is as it should be', () => {
    expect(judge(wellKept())).toEqual([]);
  });

  it('accepts a duplicate answer at the same place, and a refusal about a withdrawn message', () => {
    const charges = chargesIn(({ deeds, deed }) => {
      deed('a1').answers.push({ epoch, seq: 3, duplicate: true });
      const late = did('ana', 'a5', 0, 4, { kind: 'edit', target: 8, text: 'too late' });
      deeds.push({ ...late, answers: [], refused: 'not_found' });
    });
    expect(charges).toEqual([]);
  });

  it('[LOG5] finds an acknowledged message that is lost at the end of the log', () => {
    const charges = chargesIn(({ log, entries, copies }) => {
      entries.splice(7);
      log.head = 7;
      copies.length = 0;
    });
    expect(charges).toContain('lost');
  });

  it('[LOG5] finds an acknowledged message that is lost in the middle, the rest having closed up', () => {
    const charges = chargesIn((made) => {
      made.entries.splice(4, 1);
      renumber(made);
    });
    expect(charges).toContain('lost');
  });

  it('[LOG5] finds a reaction that is lost while another one stands in its place', () => {
    const charges = chargesIn(({ entries }) => {
      entries[5] = { kind: 'reaction', seq: 6, at: 1, by: 'ana', target: 5, emoji: '👍', on: true };
    });
    expect(charges).toContain('lost');
  });

  it('[LOG5] finds a message lost that an outbox kept, though nobody was told its place', () => {
    const charges = chargesIn(({ deeds }) => {
      deeds.push({ ...did('ben', 'b9', 0, 9), answers: [], kept: true });
    });
    expect(charges).toEqual(['lost']);
  });

  it('finds a whole room gone', () => {
    expect(chargesIn(({ logs }) => logs.splice(0))).toEqual(['lost']);
  });

  it('[LOG4] finds a message that is in the log twice', () => {
    const charges = chargesIn(({ log, entries }) => {
      entries.push(message(10, 'ana', 'a1'));
      log.head = 10;
    });
    expect(charges).toContain('doubled');
  });

  it('[LOG4] finds a reaction that is in the log twice, though entries of that kind show no clientId', () => {
    const charges = chargesIn(({ log, entries }) => {
      entries.push({ kind: 'reaction', seq: 10, at: 1, by: 'ben', target: 5, emoji: '👍', on: true });
      log.head = 10;
    });
    expect(charges).toContain('doubled');
  });

  it('lets a killed client’s deed be there once or not at all, but not twice', () => {
    const abandoned: DeedRecord = { ...did('ben', '', 0, 9), answers: [], abandoned: true };
    const times = (count: number) =>
      chargesIn(({ log, entries, deeds, copies }) => {
        deeds.push(abandoned);
        copies.length = 0;
        for (let i = 0; i < count; i++)
          entries.push({ ...message(10 + i, 'ben', `unheard of ${i}`), text: 'text of ' } as Entry);
        log.head = 9 + count;
      });
    expect(times(0)).toEqual([]);
    expect(times(1).filter((charge) => charge !== 'cursors')).toEqual([]);
    expect(times(2)).toContain('doubled');
  });

  it('finds two messages of one writer in the wrong order', () => {
    const charges = chargesIn(({ deed }) => {
      Object.assign(deed('a1'), { order: 1 });
      Object.assign(deed('a2'), { order: 0 });
    });
    expect(charges).toEqual(['reordered']);
  });

  it('expects no order of a writer that did not wait', () => {
    const charges = chargesIn(({ deed }) => {
      for (const clientId of ['a1', 'a2']) delete (deed(clientId) as { order?: number }).order;
      deed('a3').tries = 7;
    });
    expect(charges).toEqual([]);
  });

  it('[LOG1] finds a gap, a repeated seq and a head that is not the last', () => {
    expect(chargesIn(({ entries }) => Object.assign(entries[8] as Entry, { seq: 10 }))).toContain('gaps');
    expect(chargesIn(({ entries }) => Object.assign(entries[8] as Entry, { seq: 8 }))).toContain('gaps');
    expect(chargesIn(({ log }) => Object.assign(log, { head: 12 }))).toEqual(['gaps']);
  });

  it('finds what nobody did', () => {
    const added = (entry: Entry) =>
      chargesIn(({ log, entries }) => {
        entries.push(entry);
        log.head = 10;
      });
    expect(added(message(10, 'ana', 'never sent'))).toContain('invented');
    expect(added({ kind: 'pin', seq: 10, at: 1, by: 'ana', target: 5, on: true })).toContain('invented');
  });

  it('finds other words than were sent, and words that should be gone', () => {
    expect(chargesIn(({ entries }) => Object.assign(entries[2] as Entry, { text: 'other' }))).toContain(
      'altered',
    );
    expect(chargesIn(({ entries }) => Object.assign(entries[3] as Entry, { text: 'text of b1' }))).toContain(
      'altered',
    );
    expect(chargesIn(({ entries }) => Object.assign(entries[7] as Entry, { text: 'text of a3' }))).toContain(
      'altered',
    );
    expect(chargesIn(({ entries }) => Object.assign(entries[5] as Entry, { emoji: '🎉' }))).toContain(
      'altered',
    );
  });

  it('[LOG4] finds answers that contradict each other', () => {
    expect(chargesIn(({ deed }) => deed('a1').answers.push({ epoch, seq: 5, duplicate: true }))).toEqual([
      'contradicted',
    ]);
    expect(chargesIn(({ deed }) => deed('a1').answers.push({ epoch, seq: 3, duplicate: false }))).toEqual([
      'contradicted',
    ]);
    expect(chargesIn(({ deeds }) => deeds.push({ ...did('ana', 'a9', 3, 9) }))).toContain('contradicted');
    expect(chargesIn(({ deed }) => Object.assign(deed('a1'), { refused: 'not_found' }))).toContain(
      'contradicted',
    );
  });

  it('[LOG6] finds a room in another epoch', () => {
    expect(chargesIn(({ log }) => Object.assign(log, { epoch: 'epoch_2' }))).toContain('contradicted');
  });

  it('finds a refusal without a reason, and a deed that nobody ever answered', () => {
    const deed = did('ana', 'a9', 0, 9);
    expect(chargesIn(({ deeds }) => deeds.push({ ...deed, answers: [], refused: 'not_found' }))).toEqual([
      'refused',
    ]);
    expect(chargesIn(({ deeds }) => deeds.push({ ...deed, answers: [] }))).toEqual(['unanswered']);
  });

  it('[LOG8] finds a copy that differs from a fresh read', () => {
    const behind = chargesIn(({ copies, entries }) => {
      copies[0] = { reader: 'reader', roomId: room, state: apply(emptyRoom(epoch), entries.slice(0, 8)) };
    });
    expect(behind).toEqual(['stale']);
    const wrong = chargesIn(({ copies }) =>
      Object.assign(copies[0]?.state.messages.get(5) ?? {}, { reactions: {} }),
    );
    expect(wrong).toEqual(['stale']);
  });

  it('[DEL5] finds a cursor that moved back, and a wrong count of unread', () => {
    expect(chargesIn(({ marks }) => marks.push({ userId: 'ben', roomId: room, read: 6 }))).toEqual([
      'cursors',
    ]);
    expect(chargesIn(({ standings }) => Object.assign(standings[0] ?? {}, { unread: 3 }))).toEqual([
      'cursors',
    ]);
  });

  it('[LOG9] finds a search that misses a message, gives it twice, or gives one that was withdrawn', () => {
    const at = { roomId: room, seq: 3 };
    const charges = (search: Omit<SearchRecord, 'word'>) =>
      chargesIn(({ searches }) => searches.push({ word: 'word', ...search }));
    expect(charges({ at: undefined, found: [] })).toEqual([]);
    expect(charges({ at, found: [] })).toEqual(['search']);
    expect(charges({ at, found: [at, at] })).toEqual(['search']);
    expect(charges({ at: undefined, found: [at] })).toEqual(['search']);
  });

  it('passes on what was seen while it ran, and what the database says', () => {
    expect(chargesIn(({ faults }) => faults.push({ who: 'reader', what: 'heard 5 after 7' }))).toEqual([
      'faults',
    ]);
    expect(chargesIn(({ damage }) => damage.push('row 7 missing from index'))).toEqual(['damaged']);
  });
});
