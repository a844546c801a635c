import { memoryTown, outcome, post, readAll, type Town } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { deleteMessage, editMessage, pin, react, readRevisions } from './change.ts';

type Person = Town['ana'];
let changed = 0;

/** A town with a message by each of its people: 6 Ana’s, 7 Adam’s, 8 Sam’s, 9 Cleo’s. */
async function withMessages() {
  const town = await memoryTown();
  const { store, room, ana, adam, sam, cleo } = town;
  for (const by of [ana, adam, sam, cleo]) await post(store, room, by, 'text');
  const on = (seq: number) => ({ roomId: room.roomId, seq, clientId: `c${++changed}` });
  return {
    ...town,
    on,
    edits: (by: Person, seq: number, text = 'new') => outcome(editMessage(store, by, { ...on(seq), text })),
    deletes: (by: Person, seq: number) => outcome(deleteMessage(store, by, on(seq))),
    reacts: (by: Person, seq: number) => outcome(react(store, by, { ...on(seq), emoji: '👍', on: true })),
    pins: (by: Person, seq: number) => outcome(pin(store, by, { ...on(seq), on: true })),
    audits: (by: Person, seq: number) => outcome(readRevisions(store, by, { roomId: room.roomId, seq })),
  };
}

describe('changes of a message', () => {
  it('[SEC7] who may edit: its author alone', async () => {
    const { edits, ana, adam, sam, cleo } = await withMessages();
    for (const [i, by] of [ana, adam, sam, cleo].entries()) {
      for (const seq of [6, 7, 8, 9])
        expect(await edits(by, seq), `${by.role} ${seq}`).toBe(seq === 6 + i ? 'answered' : 'forbidden');
    }
  });

  it('[SEC7] who may withdraw: its author, an owner, an admin', async () => {
    for (const who of ['ana', 'adam', 'sam', 'cleo'] as const) {
      const town = await withMessages();
      const own = { ana: 6, adam: 7, sam: 8, cleo: 9 }[who];
      for (const seq of [6, 7, 8, 9]) {
        const may = who === 'ana' || who === 'adam' || seq === own;
        expect(await town.deletes(town[who], seq), `${who} ${seq}`).toBe(may ? 'answered' : 'forbidden');
      }
    }
  });

  it('[SEC7] everyone in the room may react; all but clients may pin; owners and admins may audit', async () => {
    const { reacts, pins, audits, ana, adam, sam, cleo } = await withMessages();
    const may = async (does: (by: Person, seq: number) => Promise<string>) =>
      Promise.all([ana, adam, sam, cleo].map((by) => does(by, 6)));
    expect(await may(reacts)).toEqual(['answered', 'answered', 'answered', 'answered']);
    expect(await may(pins)).toEqual(['answered', 'answered', 'answered', 'forbidden']);
    expect(await may(audits)).toEqual(['answered', 'answered', 'forbidden', 'forbidden']);
  });

  it('[SEC3] outsiders find neither the room nor its messages, those that are there nor others', async () => {
    const town = await withMessages();
    const { otto, dora, elsewhere, store, room } = town;
    for (const who of [otto, dora, elsewhere.mallory, elsewhere.max]) {
      expect(await store.rooms.standing(room, who.userId)).toBeUndefined();
      for (const seq of [6, 999]) {
        const tried = [town.edits, town.deletes, town.reacts, town.pins, town.audits].map((does) =>
          does(who, seq),
        );
        expect(await Promise.all(tried)).toEqual(Array(5).fill('not_found'));
      }
    }
  });

  it('[SEC2] the role is the one of now, not the one that an open connection knows', async () => {
    const { store, workspaceId, adam, deletes, pins, audits } = await withMessages();
    await store.members.changeRole(workspaceId, adam.userId, 'client');
    expect(adam.role).toBe('admin');
    expect(await deletes(adam, 6)).toBe('forbidden');
    expect(await pins(adam, 6)).toBe('forbidden');
    expect(await audits(adam, 6)).toBe('forbidden');
    expect(await deletes(adam, 7)).toBe('answered');
  });

  it('what is no message, or is withdrawn, takes no change', async () => {
    const { ana, sam, edits, deletes, reacts, pins } = await withMessages();
    for (const does of [edits, deletes, reacts, pins]) {
      for (const seq of [1, 2, 10, 999]) expect(await does(ana, seq)).toBe('not_found');
    }
    expect(await deletes(sam, 8)).toBe('answered');
    expect(await edits(sam, 8)).toBe('not_found');
    for (const does of [deletes, reacts, pins]) expect(await does(ana, 8)).toBe('not_found');
  });

  it('[LOG4] a repeated delete finds the first, also with the message gone', async () => {
    const { store, sam, on } = await withMessages();
    const change = on(8);
    const first = await deleteMessage(store, sam, change);
    expect(await deleteMessage(store, sam, change)).toEqual({ ...first, duplicate: true });
  });

  it('an edit needs text: to withdraw is to delete', async () => {
    const { ana, edits } = await withMessages();
    expect(await edits(ana, 6, '')).toBe('bad_request');
    expect(await edits(ana, 6, ' \n')).toBe('bad_request');
  });

  it('[LOG9] revisions are told oldest first, and none of a withdrawn message', async () => {
    const { store, room, ana, adam, edits, deletes } = await withMessages();
    await edits(ana, 6, 'one');
    await edits(ana, 6, 'two');
    const on = { roomId: room.roomId, seq: 6 };
    expect((await readRevisions(store, adam, on)).map(({ text }) => text)).toEqual(['text', 'one']);
    await deletes(ana, 6);
    expect(await readRevisions(store, adam, on)).toEqual([]);
  });

  it('[SEC4] an edit names only those in the room', async () => {
    const { store, room, ana, sam, otto, edits } = await withMessages();
    await edits(ana, 6, `<@${sam.userId}> <@${otto.userId}>`);
    expect((await readAll(store, room)).at(-1)).toMatchObject({ kind: 'edit', mentions: [sam.userId] });
  });
});
