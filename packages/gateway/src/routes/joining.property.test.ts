import type { RoomRef } from '@stackbox/core';
import type { Entry, ServerFrame } from '@stackbox/protocol';
import {
  change,
  joining,
  leaving,
  makeRoom,
  message,
  readAll,
  Schedule,
  type Stage,
  setStage,
  type TestClient,
} from '@stackbox/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** What somebody does, each started at a moment that the schedule chooses. */
type Work =
  | { do: 'post'; by: 'ana' | 'sam' | 'cleo' }
  | { do: 'edit' | 'delete' }
  | { do: 'join' | 'sync'; client: number; from: 'known' | 'start' | 'nowhere' | 'elsewhere' }
  | { do: 'leave'; client: number }
  | { do: 'remove' };

const client = { client: fc.nat(3) };
const from = { from: fc.constantFrom('known', 'known', 'start', 'nowhere', 'elsewhere') };
const work: fc.Arbitrary<Work> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('post' as const), by: fc.constantFrom('ana', 'sam', 'cleo') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('edit', 'delete') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('join' as const), ...client, ...from }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sync' as const), ...client, ...from }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), ...client }) },
);

/** Follows what one client is sent about a room, and holds it against the rules frame by frame. */
class Follower {
  /** The seq that must come next, while joined. */
  next: number | undefined;
  /** Everything up to here was received. */
  known = 0;
  readonly #asked = new Map<string, number | undefined>();
  readonly #room: RoomRef;
  readonly #epoch: string;

  constructor(room: RoomRef, epoch: string) {
    this.#room = room;
    this.#epoch = epoch;
  }

  asked(id: string, after: number | undefined): void {
    this.#asked.set(id, after);
  }

  see(frame: ServerFrame): void {
    if (frame.type === 'entry' && frame.roomId === this.#room.roomId) this.#event(frame);
    if (frame.type !== 'reply' || !frame.ok || frame.id === undefined) return;
    const answers = ('rooms' in frame ? frame.rooms : 'entries' in frame ? [frame] : []) as Stretch[];
    const stretch = answers.find(({ roomId }) => roomId === this.#room.roomId);
    if (stretch !== undefined) this.#joined(stretch, this.#asked.get(frame.id));
    else if (frame.id.startsWith('leave')) this.next = undefined;
  }

  #event(entry: { epoch: string } & Entry): void {
    expect(entry.epoch).toBe(this.#epoch);
    // DEL1: in order, none lost, none twice, and none to who has not joined.
    expect(entry.seq).toBe(this.next);
    this.next = entry.seq + 1;
    this.known = entry.seq;
  }

  #joined({ epoch, head, entries, more, reset }: Stretch, after: number | undefined): void {
    expect(epoch).toBe(this.#epoch);
    expect(more).toBe(false);
    expect(reset).toBe(after === undefined ? undefined : after < 0 || after > head ? true : undefined);
    const from = after === undefined || reset ? Math.max(0, head - 50) : after;
    // DEL2: exactly the entries after the position, up to the head.
    expect(entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: head - from }, (_, i) => from + 1 + i),
    );
    this.next = head + 1;
    this.known = head;
  }
}

interface Stretch {
  roomId: string;
  epoch: string;
  head: number;
  entries: Entry[];
  more: boolean;
  reset?: true;
  read?: number;
  unread?: number;
}

const fieldsOf = (work: Work & { client: number }, { room }: Stage, epoch: string, known: number) => {
  if (work.do !== 'join' && work.do !== 'sync') return { roomId: room.roomId };
  const position = {
    known: { epoch, seq: known },
    start: { epoch, seq: 0 },
    nowhere: undefined,
    elsewhere: { epoch: 'other', seq: 3 },
  }[work.from];
  if (work.do === 'sync') return { rooms: position === undefined ? {} : { [room.roomId]: position } };
  return { roomId: room.roomId, ...(position === undefined ? {} : { after: position }) };
};

const actions = { join: 'joinRoom', sync: 'sync', leave: 'leaveRoom' } as const;

/** Runs `works` in the order that `choices` make of them. */
async function play(works: readonly Work[], choices: readonly number[]) {
  const schedule = new Schedule();
  const stage = await setStage({ schedule });
  const { store, room, ana, sam, cleo, otto } = stage;
  const { epoch } = (await store.log.read(room, { after: 0, limit: 1 })) as { epoch: string };
  await store.log.append(room, message(ana, 'target'));
  // A second room of Cleo's, which sync reads after the first.
  await makeRoom(stage, { kind: 'direct', name: 'Second', people: [ana, cleo] });
  const clients = await Promise.all([sam, cleo, cleo, otto].map((who) => stage.connect(who)));
  const followers = clients.map((client) => {
    const follower = new Follower(room, epoch);
    const { push } = client.line;
    client.line.push = (frames) => {
      const before = client.frames.length;
      push(frames);
      for (const frame of client.frames.slice(before)) follower.see(frame);
    };
    return follower;
  });
  let removed: { seq: number; frames: number[] } | undefined;

  const start = async (work: Work, nth: number): Promise<void> => {
    switch (work.do) {
      case 'post': {
        const by = { ana, sam, cleo }[work.by];
        await store.log.append(room, message(by, `text ${nth}`)).catch(() => {});
        return;
      }
      case 'edit':
      case 'delete': {
        const what =
          work.do === 'edit'
            ? ({ kind: 'edit', target: 6, text: 'new' } as const)
            : ({ kind: 'delete', target: 6 } as const);
        await store.log.append(room, change(ana, what)).catch(() => {});
        return;
      }
      case 'remove': {
        const { seq } = await store.log.append(room, leaving(ana, cleo));
        removed = { seq, frames: clients.map(({ frames }) => frames.length) };
        return;
      }
      default: {
        const [client, follower] = [clients[work.client], followers[work.client]] as [TestClient, Follower];
        const id = `${work.do} ${nth}`;
        const fields = fieldsOf(work, stage, epoch, follower.known);
        const asked = { known: follower.known, start: 0, elsewhere: -1, nowhere: undefined };
        if (work.do !== 'leave') follower.asked(id, asked[work.from]);
        await client.send({ ...fields, action: actions[work.do], id });
      }
    }
  };
  const named = works.map((work, nth) => ({ name: `${nth} ${work.do}`, start: () => start(work, nth) }));
  let chosen = 0;
  await schedule.run(named, (of) => (choices[chosen++] ?? 0) % Math.max(1, of));
  expect(stage.faults).toEqual([]);
  return { ...stage, clients, followers, log: await readAll(store, room), removed };
}

const choices = fc.array(fc.nat(30), { minLength: 150, maxLength: 250, size: 'max' });
const works = (most: number) => fc.array(work, { minLength: 2, maxLength: most, size: 'max' });

describe('joining while entries commit, at every interleaving', () => {
  it('[DEL1] [DEL2] none is lost between the log and the live entries, none comes twice, all in order', async () => {
    await fc.assert(
      fc.asyncProperty(works(12), choices, async (doing, order) => {
        const { clients, followers, log, room, otto, store } = await play(doing, order);
        expect(await store.rooms.standing(room, otto.userId)).toBeUndefined();
        for (const [i, follower] of followers.entries()) {
          const { frames } = clients[i] as TestClient;
          if (i === 3) expect(frames.filter((frame) => frame.type === 'entry')).toEqual([]);
          else if (follower.next !== undefined) expect(follower.next).toBe(log.length + 1);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('[DEL1] every request is answered, and whoever joined last without leaving hears on', async () => {
    await fc.assert(
      fc.asyncProperty(works(10), choices, async (doing, order) => {
        const { clients, followers, room, store, ana, log } = await play(doing, order);
        for (const [i, client] of clients.entries()) {
          const asked = doing.flatMap((one, nth) =>
            'client' in one && one.client === i ? [{ ...one, id: `${one.do} ${nth}` }] : [],
          );
          const replies = client.frames.filter((frame) => frame.type === 'reply');
          expect(replies.map(({ id }) => id).sort()).toEqual(asked.map(({ id }) => id).sort());
          for (const reply of replies) {
            // The outsider's sync is empty, and there is nothing else for them.
            const hidden = i === 3 && !reply.id?.startsWith('sync');
            expect(reply.ok ? 'ok' : reply.error.code, reply.id).toBe(hidden ? 'not_found' : 'ok');
          }
          const left = asked.some((one) => one.do === 'leave');
          if (asked.length === 0 || left || i === 3) continue;
          await store.log.append(room, message(ana, 'last'));
          expect(client.entries(room.roomId).at(-1)).toMatchObject({ text: 'last' });
          expect((followers[i] as Follower).next).toBeGreaterThan(log.length + 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('[SEC2] nothing of the room goes to a member after their removal was acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(works(6), choices, async (doing, order) => {
        const { clients, removed, room, store, cleo } = await play([...doing, { do: 'remove' }], order);
        expect(await store.rooms.standing(room, cleo.userId)).toBeUndefined();
        const { seq, frames: before } = removed as { seq: number; frames: number[] };
        for (const i of [1, 2]) {
          const { frames } = clients[i] as TestClient;
          for (const frame of frames.slice(before[i])) {
            // That they left is theirs to know; it is what they asked for.
            if (frame.type === 'reply' && frame.id?.startsWith('leave')) continue;
            expect(JSON.stringify(frame)).not.toContain(room.roomId);
          }
          for (const frame of frames) if (frame.type === 'entry') expect(frame.seq).toBeLessThanOrEqual(seq);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('[DEL5] what sync counts as unread is exact at the head that it names', async () => {
    await fc.assert(
      fc.asyncProperty(works(10), choices, async (doing, order) => {
        const { clients, log, room, sam, cleo } = await play(doing, order);
        for (const [i, { userId }] of [sam, cleo, cleo].entries()) {
          for (const frame of (clients[i] as TestClient).frames) {
            if (frame.type !== 'reply' || !frame.ok || !('rooms' in frame)) continue;
            const told = frame.rooms.find(({ roomId }) => roomId === room.roomId) as Stretch;
            const read = told.read as number;
            const naive = log.filter(
              (e) => e.kind === 'message' && e.by !== userId && e.seq > read && e.seq <= told.head,
            );
            expect(told.unread).toBe(naive.length);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('[SEC2] who comes back hears what was said meanwhile only because they are a member again', async () => {
    const stage = await setStage();
    const { store, room, ana, cleo } = stage;
    const client = await stage.connect(cleo);
    await client.must('joinRoom', { roomId: room.roomId });
    await store.log.append(room, leaving(ana, cleo));
    await store.log.append(room, message(ana, 'meanwhile'));
    expect(client.entries().map(({ kind }) => kind)).toEqual(['member']);
    await store.log.append(room, joining(ana, cleo));
    await store.log.append(room, message(ana, 'not joined yet'));
    expect(client.entries().map(({ kind }) => kind)).toEqual(['member', 'member']);
    const { entries } = await client.must('joinRoom', { roomId: room.roomId });
    expect(entries.filter(({ kind }) => kind === 'message')).toHaveLength(2);
  });
});
