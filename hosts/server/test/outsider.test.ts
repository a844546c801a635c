import { randomUUID } from 'node:crypto';
import type { RoomRef } from '@stackbox/core';
import type { Action, RoomKind } from '@stackbox/protocol';
import { actionSchemas } from '@stackbox/protocol/schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractOf } from './contract.ts';
import { forgedTokens, misplaced } from './forgery.ts';
import { type Answered, type Json, type Name, type TestServer, withServer } from './server.ts';
import { connect, type TestSocket } from './socket.ts';

/**
 * Every WebSocket action and every REST route, for each role, in a room of one's own and in rooms that are not: what
 * comes of it stands in the tables below. A route that is missing there fails the test.
 */

/** What owner, admin, staff and client get in a client room that they are in. */
type Row = readonly [owner: string, admin: string, staff: string, client: string];

interface Case {
  /** Who asks: the one of their role. */
  as: Name;
  roomId: string;
  /** Messages in the room by the one who asks, and by another. */
  mine: number;
  theirs: number;
}

const onMine = ({ roomId, mine }: Case) => ({ roomId, seq: mine, clientId: randomUUID() });
const onTheirs = ({ roomId, theirs }: Case) => ({ roomId, seq: theirs, clientId: randomUUID() });
const inRoom = ({ roomId }: Case) => ({ roomId });

// biome-ignore format: a table
const actions: readonly { action: Action; of?: string; gets: Row; fields: (one: Case) => object }[] = [
  //                                              owner        admin        staff        client
  { action: 'sendMessage',                gets: ['ok',        'ok',        'ok',        'ok'       ], fields: ({ roomId }) => ({ roomId, clientId: randomUUID(), text: 'hello' }) },
  { action: 'sendMessage', of: 'a reply', gets: ['ok',        'ok',        'ok',        'ok'       ], fields: ({ roomId, theirs }) => ({ roomId, clientId: randomUUID(), text: 'hello', replyTo: theirs }) },
  { action: 'joinRoom',                   gets: ['ok',        'ok',        'ok',        'ok'       ], fields: inRoom },
  { action: 'joinRoom', of: 'a resume',   gets: ['ok',        'ok',        'ok',        'ok'       ], fields: ({ roomId }) => ({ roomId, after: { epoch: 'epoch', seq: 0 } }) },
  { action: 'leaveRoom',                  gets: ['ok',        'ok',        'ok',        'ok'       ], fields: inRoom },
  { action: 'typing',                     gets: ['ok',        'ok',        'ok',        'ok'       ], fields: ({ roomId }) => ({ roomId, on: true }) },
  { action: 'editMessage', of: 'mine',    gets: ['ok',        'ok',        'ok',        'ok'       ], fields: (one) => ({ ...onMine(one), text: 'new' }) },
  { action: 'editMessage', of: 'theirs',  gets: ['forbidden', 'forbidden', 'forbidden', 'forbidden'], fields: (one) => ({ ...onTheirs(one), text: 'new' }) },
  { action: 'deleteMessage', of: 'mine',  gets: ['ok',        'ok',        'ok',        'ok'       ], fields: onMine },
  { action: 'deleteMessage', of: 'theirs', gets: ['ok',       'ok',        'forbidden', 'forbidden'], fields: onTheirs },
  { action: 'react',                      gets: ['ok',        'ok',        'ok',        'ok'       ], fields: (one) => ({ ...onTheirs(one), emoji: '👍', on: true }) },
  { action: 'pin',                        gets: ['ok',        'ok',        'ok',        'forbidden'], fields: (one) => ({ ...onTheirs(one), on: true }) },
  { action: 'markDelivered',              gets: ['ok',        'ok',        'ok',        'ok'       ], fields: ({ roomId }) => ({ roomId, seq: 1 }) },
  { action: 'markRead',                   gets: ['ok',        'ok',        'ok',        'ok'       ], fields: ({ roomId }) => ({ roomId, seq: 1 }) },
];

/** Actions that are about no room. What `sync` tells is a test of its own. */
const aboutNoRoom: readonly Action[] = ['hello', 'ping', 'sync', 'authenticate'];

interface Ask {
  params?: (one: Case) => Record<string, string | number>;
  body?: (one: Case) => object;
  query?: string;
}

const eve = 'usr_eve';
const ofMine = ({ mine }: Case) => ({ seq: mine });
const ofTheirs = ({ theirs }: Case) => ({ seq: theirs });
const ofEmoji = ({ theirs }: Case) => ({ seq: theirs, emoji: '👍' });

// biome-ignore format: a table
const roomRoutes: readonly ({ route: string; of?: string; gets: Row } & Ask)[] = [
  //                                                                                       owner  admin  staff  client
  { route: 'GET /rooms/{roomId}',                                                 gets: ['200', '200', '200', '200'] },
  { route: 'PATCH /rooms/{roomId}',                                               gets: ['200', '200', '200', '403'], body: () => ({ topic: 'New' }) },
  { route: 'DELETE /rooms/{roomId}',                                              gets: ['204', '204', '403', '403'] },
  { route: 'PUT /rooms/{roomId}/cursor',                                          gets: ['200', '200', '200', '200'], body: () => ({ read: 1 }) },
  { route: 'GET /rooms/{roomId}/members',                                         gets: ['200', '200', '200', '200'] },
  { route: 'PUT /rooms/{roomId}/members/{userId}',                                gets: ['200', '200', '200', '403'], params: () => ({ userId: eve }) },
  { route: 'PUT /rooms/{roomId}/members/{userId}', of: 'nobody',                  gets: ['404', '404', '404', '403'], params: () => ({ userId: 'usr_nobody' }) },
  { route: 'DELETE /rooms/{roomId}/members/{userId}',                             gets: ['200', '200', '200', '403'], params: ({ as }) => ({ userId: as === 'ana' ? 'usr_adam' : 'usr_ana' }) },
  { route: 'DELETE /rooms/{roomId}/members/{userId}', of: 'oneself',              gets: ['200', '200', '200', '200'], params: ({ as }) => ({ userId: `usr_${as}` }) },
  { route: 'GET /rooms/{roomId}/entries',                                         gets: ['200', '200', '200', '200'] },
  { route: 'GET /rooms/{roomId}/entries', of: 'the start',                        gets: ['200', '200', '200', '200'], query: '?after=0&limit=3' },
  { route: 'POST /rooms/{roomId}/messages',                                       gets: ['201', '201', '201', '201'], body: () => ({ text: 'hello' }) },
  { route: 'PATCH /rooms/{roomId}/messages/{seq}', of: 'mine',                    gets: ['200', '200', '200', '200'], params: ofMine, body: () => ({ text: 'new' }) },
  { route: 'PATCH /rooms/{roomId}/messages/{seq}', of: 'theirs',                  gets: ['403', '403', '403', '403'], params: ofTheirs, body: () => ({ text: 'new' }) },
  { route: 'DELETE /rooms/{roomId}/messages/{seq}', of: 'mine',                   gets: ['200', '200', '200', '200'], params: ofMine },
  { route: 'DELETE /rooms/{roomId}/messages/{seq}', of: 'theirs',                 gets: ['200', '200', '403', '403'], params: ofTheirs },
  { route: 'PUT /rooms/{roomId}/messages/{seq}/reactions/{emoji}',                gets: ['200', '200', '200', '200'], params: ofEmoji },
  { route: 'DELETE /rooms/{roomId}/messages/{seq}/reactions/{emoji}',             gets: ['200', '200', '200', '200'], params: ofEmoji },
  { route: 'PUT /rooms/{roomId}/messages/{seq}/pin',                              gets: ['200', '200', '200', '403'], params: ofTheirs },
  { route: 'DELETE /rooms/{roomId}/messages/{seq}/pin',                           gets: ['200', '200', '200', '403'], params: ofTheirs },
  { route: 'GET /rooms/{roomId}/messages/{seq}/revisions',                        gets: ['200', '200', '403', '403'], params: ofTheirs },
];

// biome-ignore format: a table
const otherRoutes: readonly ({ route: string; of?: string; gets: Row } & Ask)[] = [
  //                                                                     owner  admin  staff  client
  { route: 'POST /tickets',                                      gets: ['200', '200', '200', '200'] },
  { route: 'GET /me',                                            gets: ['200', '200', '200', '200'] },
  { route: 'DELETE /session',                                    gets: ['204', '204', '204', '204'] },
  { route: 'GET /rooms',                                         gets: ['200', '200', '200', '200'] },
  { route: 'POST /rooms', of: 'direct',                          gets: ['201', '201', '201', '403'], body: () => ({ kind: 'direct', name: 'New' }) },
  { route: 'POST /rooms', of: 'client, with a client',           gets: ['201', '201', '201', '403'], body: () => ({ kind: 'client', name: 'New', memberIds: ['usr_ben'] }) },
  { route: 'POST /rooms', of: 'team, with a client',             gets: ['403', '403', '403', '403'], body: () => ({ kind: 'team', name: 'New', memberIds: ['usr_ben'] }) },
  { route: 'POST /rooms', of: 'with one of another workspace',   gets: ['404', '404', '404', '403'], body: () => ({ kind: 'team', name: 'New', memberIds: ['usr_mallory'] }) },
  { route: 'POST /rooms', of: 'with nobody',                     gets: ['404', '404', '404', '403'], body: () => ({ kind: 'team', name: 'New', memberIds: ['usr_nobody'] }) },
  { route: 'GET /search',                                        gets: ['200', '200', '200', '200'], query: '?q=secret' },
  { route: 'GET /members',                                       gets: ['200', '200', '200', '200'] },
  { route: 'PATCH /members/{userId}',                            gets: ['200', '200', '403', '403'], params: () => ({ userId: eve }), body: () => ({ role: 'staff' }) },
  { route: 'PATCH /members/{userId}', of: 'to owner',            gets: ['200', '403', '403', '403'], params: () => ({ userId: 'usr_second' }), body: () => ({ role: 'owner' }) },
  { route: 'PATCH /members/{userId}', of: 'an owner',            gets: ['200', '403', '403', '403'], params: () => ({ userId: 'usr_second' }), body: () => ({ role: 'owner' }) },
  { route: 'PATCH /members/{userId}', of: 'another workspace',   gets: ['404', '404', '403', '403'], params: () => ({ userId: 'usr_mallory' }), body: () => ({ role: 'staff' }) },
  { route: 'PATCH /members/{userId}', of: 'nobody',              gets: ['404', '404', '403', '403'], params: () => ({ userId: 'usr_nobody' }), body: () => ({ role: 'staff' }) },
  { route: 'DELETE /members/{userId}', of: 'an owner',           gets: ['204', '403', '403', '403'], params: ({ as }) => ({ userId: `usr_owner_${as}` }) },
  { route: 'DELETE /members/{userId}', of: 'another workspace',  gets: ['404', '404', '403', '403'], params: () => ({ userId: 'usr_mallory' }) },
  { route: 'DELETE /members/{userId}', of: 'nobody',             gets: ['404', '404', '403', '403'], params: () => ({ userId: 'usr_nobody' }) },
  { route: 'DELETE /members/{userId}', of: 'staff',              gets: ['204', '204', '403', '403'], params: ({ as }) => ({ userId: `usr_spare_${as}` }) },
];

const actors = [
  ['owner', 'ana'],
  ['admin', 'adam'],
  ['staff', 'stan'],
  ['client', 'ben'],
] as const satisfies readonly (readonly [string, Name])[];
const business: readonly Name[] = ['ana', 'adam', 'stan'];

/** Rooms that the one who asks is not in: each must look as if it were not there. */
const outside = [
  'a room of others',
  'a team room of others',
  'another workspace’s room',
  'a room they were removed from',
  'no room',
] as const;

/** Rows with what they are called in the list of tests. */
const named = <Key extends string, Of extends { of?: string } & Record<Key, string>>(
  rows: readonly Of[],
  key: Key,
) => rows.map((row) => ({ ...row, name: row.of === undefined ? row[key] : `${row[key]} (${row.of})` }));

let server: TestServer;
let forged: Record<string, string>;

/** A room with these people in it, whatever the policy says, and a message by each. */
async function makeRoom(
  kind: RoomKind,
  names: readonly Name[],
  workspaceId = 'ws_demo',
): Promise<RoomRef & { seqs: Record<string, number> }> {
  const { rooms, log } = server.running.store;
  const roomId = `room_${randomUUID()}`;
  const memberIds = names.map((name) => `usr_${name}`);
  await rooms.create({
    workspaceId,
    roomId,
    kind,
    name: 'Room',
    topic: '',
    by: memberIds[0] as string,
    memberIds,
    clientId: roomId,
  });
  const said = { kind: 'message', clientId: 'first', text: 'secret', files: [], mentions: [] } as const;
  const places = await Promise.all(
    memberIds.map((by) => log.append({ workspaceId, roomId }, { ...said, by })),
  );
  const seqs = Object.fromEntries(names.map((name, i) => [name, places[i]?.seq ?? 0]));
  return { workspaceId, roomId, seqs };
}

const caseOf = (as: Name, { roomId, seqs }: { roomId: string; seqs: Record<string, number> }): Case => {
  const other = Object.keys(seqs).find((name) => name !== as) as string;
  return { as, roomId, mine: seqs[as] ?? (seqs[other] as number), theirs: seqs[other] as number };
};

async function makeOutside(which: (typeof outside)[number], as: Name): Promise<Case & { ref: RoomRef }> {
  const others: Name[] = ['ana', 'adam', 'olga'];
  const without = others.filter((name) => name !== as);
  if (which === 'no room')
    return { as, roomId: `room_${randomUUID()}`, mine: 4, theirs: 5, ref: { workspaceId: '', roomId: '' } };
  if (which === 'another workspace’s room') {
    const room = await makeRoom('client', ['mallory'], 'ws_other');
    return { ...caseOf(as, room), ref: room };
  }
  if (which === 'a room they were removed from') {
    const room = await makeRoom('client', [as, ...without]);
    const userId = `usr_${as}`;
    await server.running.store.log.append(room, { kind: 'member', by: userId, userId, joined: false });
    return { ...caseOf(as, room), ref: room };
  }
  const room =
    which === 'a room of others'
      ? await makeRoom('client', without)
      : await makeRoom(
          'team',
          without.filter((name) => name !== 'olga'),
        );
  expect(await server.running.store.rooms.standing(room, `usr_${as}`)).toBeUndefined();
  return { ...caseOf(as, room), ref: room };
}

const madeOutside = new Map<string, ReturnType<typeof makeOutside>>();

/** The same for each test of one who asks: whatever was tried on it has changed nothing. */
function outsideRoom(which: (typeof outside)[number], as: Name): ReturnType<typeof makeOutside> {
  const made = madeOutside.get(`${as} ${which}`) ?? makeOutside(which, as);
  madeOutside.set(`${as} ${which}`, made);
  return made;
}

const headOf = async (ref: RoomRef) =>
  (await server.running.store.log.read(ref, { after: 0, limit: 1 }))?.head;

function ask(
  one: Case,
  { route, params, body, query = '' }: { route: string } & Ask,
  token?: string,
): Promise<Answered> {
  const [method = '', template = ''] = route.split(' ');
  const values: Record<string, string | number> = { roomId: one.roomId, ...params?.(one) };
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] as string));
  return server.request(method, `/api/v1${path}${query}`, {
    ...(token === undefined ? { as: one.as } : { headers: { authorization: `Bearer ${token}` } }),
    ...(['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? { key: randomUUID() } : {}),
    ...(body === undefined ? {} : { body: body(one) }),
  });
}

beforeAll(async () => {
  server = await withServer({ unlimited: true });
  const add = (userId: string, role: 'owner' | 'staff') =>
    server.running.store.founding.addMember({
      workspaceId: 'ws_demo',
      userId,
      name: userId,
      email: `${userId}@demo.example`,
      role,
    });
  await add(eve, 'staff');
  await add('usr_second', 'owner');
  for (const [, as] of actors) {
    await add(`usr_spare_${as}`, 'staff');
    await add(`usr_owner_${as}`, 'owner');
  }
  forged = await forgedTokens(server);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('the tables', () => {
  it('have every action of the WebSocket', () => {
    const told = [...actions.map(({ action }) => action), ...aboutNoRoom];
    expect([...new Set(told)].sort()).toEqual(Object.keys(actionSchemas).sort());
  });

  it('have every route that the server’s own document tells', async () => {
    const { paths } = (await contractOf(server.url)).document;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const told = [...roomRoutes, ...otherRoutes].map(({ route }) => route);
    expect([...new Set(told)].sort()).toEqual(routes.sort());
  });
});

describe.each(actors)('%s', (role, as) => {
  const column = actors.findIndex(([name]) => name === role);
  let socket: TestSocket;
  beforeAll(async () => {
    socket = await connect(server, as);
  });
  afterAll(() => socket.close());
  const outcome = ({ ok, error }: Json): string => (ok ? 'ok' : error.code);

  describe('on the WebSocket', () => {
    it.each(named(actions, 'action'))('$name in a room of their own', async ({ action, gets, fields }) => {
      const one = caseOf(as, await makeRoom('client', ['ana', 'adam', 'stan', 'ben']));
      expect(outcome(await socket.ask({ action, ...fields(one) }))).toBe(gets[column]);
    });

    it.each(named(actions, 'action'))('[SEC4] $name in a team room', async ({ action, gets, fields }) => {
      const one = caseOf(as, await makeRoom('team', [...new Set([...business, as])]));
      expect(outcome(await socket.ask({ action, ...fields(one) }))).toBe(
        role === 'client' ? 'not_found' : gets[column],
      );
    });

    it.each(named(actions, 'action'))(
      '[SEC3] $name elsewhere: no such room, in the same words, and nothing happens',
      async ({ action, fields }) => {
        const replies: Json[] = [];
        for (const which of outside) {
          const { ref, ...one } = await outsideRoom(which, as);
          const head = await headOf(ref);
          const { id: _, ...reply } = await socket.ask({ action, ...fields(one) });
          expect(outcome(reply), which).toBe('not_found');
          expect(await headOf(ref), which).toBe(head);
          replies.push(reply);
        }
        for (const reply of replies) expect(reply).toEqual(replies.at(-1));
      },
    );

    it('[SEC2] sync tells of their own rooms and no other', async () => {
      const own = await makeRoom('client', [as, 'olga']);
      const hidden: string[] = [];
      for (const which of outside) hidden.push((await outsideRoom(which, as)).roomId);
      const positions = Object.fromEntries(hidden.map((roomId) => [roomId, { epoch: 'epoch', seq: 0 }]));
      const told: string[] = [];
      for (let from: string | undefined; ; ) {
        const reply: Json = await socket.ask({ action: 'sync', rooms: positions, ...(from && { from }) });
        told.push(...reply.rooms.map(({ roomId }: Json) => roomId));
        from = reply.next;
        if (from === undefined) break;
      }
      expect(told).toContain(own.roomId);
      for (const roomId of hidden) expect(told).not.toContain(roomId);
      for (const roomId of told) {
        const standing = await server.running.store.rooms.standing(
          { workspaceId: 'ws_demo', roomId },
          `usr_${as}`,
        );
        expect(standing === undefined || (standing.room.kind === 'team' && role === 'client'), roomId).toBe(
          false,
        );
      }
    });

    it('[SEC5] authenticate with what is no token of theirs', async () => {
      for (const [why, token] of Object.entries(forged)) {
        // Well signed, but another's, or nobody's.
        const refusal = misplaced.includes(why) ? 'forbidden' : 'unauthenticated';
        expect([why, outcome(await socket.ask({ action: 'authenticate', token }))]).toEqual([why, refusal]);
      }
      const other = await server.token(as === 'ana' ? 'adam' : 'ana');
      expect(outcome(await socket.ask({ action: 'authenticate', token: other }))).toBe('forbidden');
      expect(
        outcome(await socket.ask({ action: 'authenticate', token: await server.token('mallory') })),
      ).toBe('forbidden');
      expect(
        outcome(await socket.ask({ action: 'authenticate', token: await server.token(as, -60_000) })),
      ).toBe('token_expired');
      expect(await socket.ask({ action: 'hello' })).toMatchObject({
        ok: true,
        userId: `usr_${as}`,
        workspaceId: 'ws_demo',
        role,
      });
      expect(outcome(await socket.ask({ action: 'authenticate', token: await server.token(as) }))).toBe('ok');
    });
  });

  describe('over REST', () => {
    it.each(named(roomRoutes, 'route'))('$name in a room of their own', async ({ gets, ...asked }) => {
      const one = caseOf(as, await makeRoom('client', ['ana', 'adam', 'stan', 'ben']));
      expect(String((await ask(one, asked)).status)).toBe(gets[column]);
    });

    it.each(named(roomRoutes, 'route'))('[SEC4] $name in a team room', async ({ gets, ...asked }) => {
      const one = caseOf(as, await makeRoom('team', [...new Set([...business, as])]));
      expect(String((await ask(one, asked)).status)).toBe(role === 'client' ? '404' : gets[column]);
    });

    it.each(named(roomRoutes, 'route'))(
      '[SEC3] $name elsewhere: no such room, in the same words, and nothing happens',
      async (asked) => {
        const answers: object[] = [];
        for (const which of outside) {
          const { ref, ...one } = await outsideRoom(which, as);
          const head = await headOf(ref);
          const { status, body, headers } = await ask(one, asked);
          expect(status, which).toBe(404);
          expect(await headOf(ref), which).toBe(head);
          answers.push({ status, body, headers: [...headers].filter(([name]) => name !== 'date') });
        }
        for (const answer of answers) expect(answer).toEqual(answers.at(-1));
        expect(JSON.stringify(answers)).not.toContain('secret');
      },
    );

    it.each(named(otherRoutes, 'route'))('$name', async ({ gets, ...asked }) => {
      const one = { as, roomId: '', mine: 0, theirs: 0 };
      // A session of its own: one of the routes ends it.
      expect(String((await ask(one, asked, await server.token(as))).status)).toBe(gets[column]);
    });

    it('[SEC3] a person of another workspace and one who is not there are refused alike', async () => {
      for (const [method, body] of [
        ['PATCH', { role: 'staff' }],
        ['DELETE', undefined],
      ] as const) {
        const answers = [];
        for (const userId of ['usr_mallory', 'usr_nobody']) {
          const { status, text } = await server.request(method, `/api/v1/members/${userId}`, {
            as,
            ...(body && { body }),
          });
          answers.push([status, text.replaceAll(userId, 'them')]);
        }
        expect(answers[0]).toEqual(answers[1]);
      }
    });

    it('[SEC2] lists and searches only what is theirs', async () => {
      const hidden: string[] = [];
      for (const which of outside) hidden.push((await outsideRoom(which, as)).roomId);
      const own = await makeRoom('client', [as, 'olga']);
      const everything = async (path: string, list: string): Promise<Json[]> => {
        const found: Json[] = [];
        for (let next: string | undefined; ; ) {
          const { body } = await server.request(
            'GET',
            `${path}${next === undefined ? '' : `&cursor=${next}`}`,
            { as },
          );
          found.push(...body[list]);
          next = body.next;
          if (next === undefined) return found;
        }
      };
      const rooms = (await everything('/api/v1/rooms?limit=100', 'rooms')).map(({ roomId }) => roomId);
      expect(rooms).toContain(own.roomId);
      const hits = async () =>
        (await everything('/api/v1/search?q=secret&limit=100', 'hits')).map(({ roomId }) => roomId);
      await expect.poll(hits, { timeout: 30_000, interval: 200 }).toContain(own.roomId);
      const found = await hits();
      for (const roomId of hidden) {
        expect(rooms).not.toContain(roomId);
        expect(found).not.toContain(roomId);
      }
    });
  });
});

describe('without a good token', () => {
  const everywhere = [...roomRoutes, ...otherRoutes];
  const nobody: Case = { as: 'ana', roomId: 'room', mine: 1, theirs: 1 };

  it.each(named(everywhere, 'route'))(
    '[SEC5] $name with an expired token, a forged one, or none',
    async (asked) => {
      for (const [role, name] of actors) {
        const { status, body } = await ask(nobody, asked, await server.token(name, -60_000));
        expect([role, status, body.code, body.retry]).toEqual([role, 401, 'token_expired', 'now']);
      }
      // A role stands in no token: Ana's forgeries do for all.
      for (const [why, token] of Object.entries(forged)) {
        const { status, body } = await ask(nobody, asked, token);
        expect([why, status, body.code]).toEqual([why, 401, 'unauthenticated']);
      }
    },
  );

  it('[SEC2] a token outlives neither its member nor a role', async () => {
    const { founding } = server.running.store;
    const userId = 'usr_leaver';
    await founding.addMember({
      workspaceId: 'ws_demo',
      userId,
      name: 'L',
      email: 'l@demo.example',
      role: 'admin',
    });
    const token = await server.running.tokens.issue({ workspaceId: 'ws_demo', userId }, 3_600_000);
    const me = () => server.request('GET', '/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expect((await me()).body.role).toBe('admin');
    await server.request('PATCH', `/api/v1/members/${userId}`, { as: 'ana', body: { role: 'client' } });
    expect((await me()).body.role).toBe('client');
    await server.request('DELETE', `/api/v1/members/${userId}`, { as: 'ana' });
    expect((await me()).status).toBe(401);
  });
});
