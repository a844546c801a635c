import { changeRole, removeFromWorkspace, signOut } from '@stackbox/core';
import { post, Schedule, type Stage, setStage } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';

const audienceOf = ({ store, gateway }: Stage) => ({ ...store, audience: gateway.hub });

describe('connecting', () => {
  it('[SEC5] only a session that stands is admitted', async () => {
    const stage = await setStage();
    const { gateway, store, sam, ana, signIn, workspaceId } = stage;
    const session = signIn(sam);
    await gateway.admit(session);
    const revoked = signIn(sam);
    await store.sessions.revoke(revoked);
    await expect(gateway.admit(revoked)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(gateway.admit({ ...session, userId: 'usr_nobody' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(gateway.admit({ ...session, workspaceId: 'ws_none' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await store.members.remove(workspaceId, sam.userId, ana.userId);
    await expect(gateway.admit(session)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('a member may have so many connections open, and not one more', async () => {
    const { gateway, sam, cleo, signIn, connect } = await setStage({ connectionsPerMember: 3 });
    const clients = [await connect(sam), await connect(sam), await connect(sam)];
    await expect(gateway.admit(signIn(sam))).rejects.toMatchObject({ code: 'rate_limited' });
    await gateway.admit(signIn(cleo));
    gateway.disconnect((clients[0] as (typeof clients)[0]).connection);
    await gateway.admit(signIn(sam));
  });

  it('[SEC5] a session that ends while it connects is closed, at every interleaving', async () => {
    // The sign-out falls before, between and behind the connecting's own looks.
    for (let place = 0; place < 6; place++) {
      const schedule = new Schedule();
      const stage = await setStage({ schedule });
      const { sam, signIn, connect, gateway } = stage;
      const session = signIn(sam);
      const connecting = { name: 'connect', start: () => connect(session) };
      const ending = { name: 'sign out', start: () => signOut(audienceOf(stage), session) };
      let step = 0;
      await schedule.run([ending, connecting], (of) => (step++ < place ? of - 1 : 0));
      expect(gateway.hub.connections.size, schedule.passed.join(', ')).toBe(0);
    }
  });
});

describe('a session’s end', () => {
  it('[SEC5] signing out closes the session’s connections, and no other', async () => {
    const stage = await setStage();
    const { sam, signIn, connect, room, store, ana } = stage;
    const session = signIn(sam);
    const [one, two, other] = [await connect(session), await connect(session), await connect(sam)];
    for (const client of [one, two, other]) await client.must('joinRoom', { roomId: room.roomId });
    await signOut(audienceOf(stage), session);
    for (const client of [one, two])
      expect(client.closed).toMatchObject({ code: 'unauthenticated', retry: 'never' });
    expect(other.closed).toBeUndefined();
    await post(store, room, ana, 'later');
    expect([one, two, other].map((client) => client.entries().length)).toEqual([0, 0, 1]);
  });

  it('[SEC5] expiry closes the connection at the next sweep, which comes twice a second', async () => {
    const { sam, signIn, connect, clock, gateway } = await setStage();
    const [short, long] = [await connect(signIn(sam, 10_000)), await connect(signIn(sam, 60_000))];
    clock.advance(9_999);
    gateway.sweep();
    expect(short.closed).toBeUndefined();
    clock.advance(1);
    gateway.sweep();
    expect(short.closed).toMatchObject({ code: 'token_expired', retry: 'now' });
    expect(long.closed).toBeUndefined();
  });

  it.each([
    ['two hours', 7_200_000],
    ['ten silent minutes', 600_000],
  ])('[SEC5] a connection ends after %s', async (_, ms) => {
    const { sam, signIn, connect, clock, gateway } = await setStage();
    const client = await connect(signIn(sam, 99_999_999));
    // A ping at each minute keeps from idling, not from growing old.
    const end = clock.now() + ms;
    while (ms > 600_000 && clock.now() < end - 60_000) {
      clock.advance(60_000);
      await client.must('ping');
      gateway.sweep();
    }
    clock.advance(end - clock.now() - 1);
    gateway.sweep();
    expect(client.closed).toBeUndefined();
    clock.advance(1);
    gateway.sweep();
    expect(client.closed).toMatchObject({ code: 'unavailable', retry: 'now' });
  });

  it('[SEC5] a new role closes all connections of the member in the workspace, and no others', async () => {
    const stage = await setStage();
    const { ana, sam, cleo, connect } = stage;
    const [one, two, other] = [await connect(sam), await connect(sam), await connect(cleo)];
    await changeRole(audienceOf(stage), ana, sam.userId, 'staff');
    expect(one.closed, 'the role they had already').toBeUndefined();
    await changeRole(audienceOf(stage), ana, sam.userId, 'client');
    for (const client of [one, two]) expect(client.closed).toMatchObject({ code: 'forbidden', retry: 'now' });
    expect(other.closed).toBeUndefined();
    const again = await connect(sam);
    expect(await again.must('hello')).toMatchObject({ role: 'client' });
  });

  it('[SEC5] of a user in two workspaces only the connections of the one are closed', async () => {
    const stage = await setStage();
    const { ana, workspaceId, elsewhere, connect, gateway } = stage;
    const here = await connect({ ...elsewhere.max, workspaceId, role: 'client' });
    const there = await connect(elsewhere.max);
    await removeFromWorkspace(audienceOf(stage), ana, elsewhere.max.userId);
    expect(here.closed).toMatchObject({ code: 'unauthenticated' });
    expect(there.closed).toBeUndefined();
    expect(gateway.hub.connections.size).toBe(1);
  });

  it('a server that stops says so to everyone', async () => {
    const { sam, cleo, connect, gateway } = await setStage();
    const clients = [await connect(sam), await connect(cleo)];
    gateway.drain();
    for (const { closed } of clients) expect(closed).toMatchObject({ code: 'unavailable', retry: 'now' });
  });
});

describe('authenticate', () => {
  it('[SEC5] a newer token of the same person carries the connection on', async () => {
    const { sam, signIn, tokenOf, connect, clock, gateway } = await setStage();
    const client = await connect(signIn(sam, 10_000));
    const newer = signIn(sam, 60_000);
    expect(await client.must('authenticate', { token: tokenOf(newer) })).toMatchObject({
      expiresAt: newer.expiresAt,
    });
    clock.advance(59_999);
    gateway.sweep();
    expect(client.closed).toBeUndefined();
    clock.advance(1);
    gateway.sweep();
    expect(client.closed).toMatchObject({ code: 'token_expired' });
  });

  it('[SEC5] what is no token, an old one, a revoked one or another’s changes nothing', async () => {
    const { sam, cleo, signIn, tokenOf, connect, clock, gateway, store, elsewhere, workspaceId } =
      await setStage();
    const client = await connect(signIn(sam, 10_000));
    const old = signIn(sam, 1_000);
    const revoked = signIn(sam);
    await store.sessions.revoke(revoked);
    clock.advance(2_000);
    const tried = async (token: string) => client.code('authenticate', { token });
    expect(await tried('made up')).toBe('unauthenticated');
    expect(await tried(tokenOf(old))).toBe('token_expired');
    expect(await tried(tokenOf(revoked))).toBe('unauthenticated');
    expect(await tried(tokenOf(signIn(cleo)))).toBe('forbidden');
    expect(await tried(tokenOf(signIn(elsewhere.max)))).toBe('forbidden');
    expect(await tried(tokenOf(signIn({ ...sam, workspaceId: elsewhere.workspaceId })))).toBe('forbidden');
    expect(await client.must('hello')).toMatchObject({ userId: sam.userId, workspaceId });
    clock.advance(8_000);
    gateway.sweep();
    expect(client.closed).toMatchObject({ code: 'token_expired' });
  });

  it('[SEC5] a session that ends while the connection takes it on closes it, at every interleaving', async () => {
    const ends = new Set<string>();
    for (let place = 0; place < 10; place++) {
      const schedule = new Schedule();
      const stage = await setStage({ schedule });
      const { sam, signIn, tokenOf, connect } = stage;
      const client = await connect(sam);
      const newer = signIn(sam);
      const token = tokenOf(newer);
      const taking = { name: 'authenticate', start: () => client.send({ action: 'authenticate', token }) };
      const ending = { name: 'sign out', start: () => signOut(audienceOf(stage), newer) };
      let step = 0;
      await schedule.run([ending, taking], (of) => (step++ < place ? of - 1 : 0));
      const [reply] = client.frames;
      const refused = reply?.type === 'reply' && !reply.ok;
      // Refused, and goes on with the session it had; or taken on, and closed with it.
      const end = client.closed?.code ?? (refused ? 'refused' : 'lives on without a session');
      expect(['unauthenticated', 'refused'], schedule.passed.join(', ')).toContain(end);
      ends.add(end);
    }
    expect(ends.size).toBe(2);
  });
});
