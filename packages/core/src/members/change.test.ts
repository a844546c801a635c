import type { Role } from '@stackbox/protocol';
import { leaving, memoryTown, notingAudience, outcome, type Town } from '@stackbox/testkit';
import { describe, expect, it } from 'vitest';
import { changeRole, listMembers, removeFromWorkspace } from './change.ts';

type Person = Town['ana'];

async function stage() {
  const town = await memoryTown();
  const audience = notingAudience();
  const needs = { ...town.store, audience };
  return {
    ...town,
    audience,
    roleTo: (by: Person, who: Person, role: Role) => outcome(changeRole(needs, by, who.userId, role)),
    removes: (by: Person, who: Person) => outcome(removeFromWorkspace(needs, by, who.userId)),
    lists: async (by: Person) => (await listMembers(needs, by, { limit: 99 })).map(({ name }) => name).sort(),
  };
}

describe('listMembers', () => {
  it('[SEC4] a client is told of the people of its own rooms, the business of everyone', async () => {
    const { lists, ana, otto, cleo, dora, store, room, sam } = await stage();
    const everyone = ['Adam', 'Ana', 'Cleo', 'Dora', 'Max', 'Otto', 'Sam'];
    expect(await lists(ana)).toEqual(everyone);
    expect(await lists(otto)).toEqual(everyone);
    expect(await lists(cleo)).toEqual(['Adam', 'Ana', 'Cleo', 'Sam']);
    expect(await lists(dora)).toEqual(['Dora']);
    await store.log.append(room, leaving(ana, sam));
    expect(await lists(cleo)).toEqual(['Adam', 'Ana', 'Cleo']);
  });
});

describe('changeRole', () => {
  it('[SEC7] owners give any role, admins any but owner, others none', async () => {
    const { roleTo, ana, adam, sam, cleo } = await stage();
    expect(await roleTo(sam, cleo, 'staff')).toBe('forbidden');
    expect(await roleTo(cleo, sam, 'client')).toBe('forbidden');
    expect(await roleTo(adam, cleo, 'owner')).toBe('forbidden');
    expect(await roleTo(adam, ana, 'staff')).toBe('forbidden');
    expect(await roleTo(adam, sam, 'admin')).toBe('answered');
    expect(await roleTo(ana, adam, 'owner')).toBe('answered');
    expect(await roleTo(ana, ana, 'staff')).toBe('answered');
  });

  it('[SEC1] nobody of another workspace is known, and who may not ask is not told who is', async () => {
    const { roleTo, ana, cleo, elsewhere } = await stage();
    expect(await roleTo(ana, elsewhere.mallory, 'staff')).toBe('not_found');
    expect(await roleTo(elsewhere.mallory, ana, 'staff')).toBe('not_found');
    expect(await roleTo(cleo, elsewhere.mallory, 'staff')).toBe('forbidden');
    expect(await roleTo(cleo, { ...ana, userId: 'usr_nobody' }, 'staff')).toBe('forbidden');
  });

  it('[SEC5] closes the connections of the one whose role it is, where it changed', async () => {
    const { roleTo, ana, sam, audience, workspaceId } = await stage();
    await roleTo(ana, sam, 'staff');
    expect(audience.told).toEqual([]);
    await roleTo(ana, sam, 'admin');
    expect(audience.told).toMatchObject([
      {
        call: 'dismiss',
        with: [
          { workspaceId, userId: sam.userId },
          { code: 'forbidden', retry: 'now' },
        ],
      },
    ]);
  });
});

describe('removeFromWorkspace', () => {
  it('[SEC7] by owners, and by admins but for owners', async () => {
    const { removes, ana, adam, sam, cleo, dora } = await stage();
    expect(await removes(sam, dora)).toBe('forbidden');
    expect(await removes(cleo, cleo)).toBe('forbidden');
    expect(await removes(adam, ana)).toBe('forbidden');
    expect(await removes(ana, ana)).toBe('conflict');
    expect(await removes(adam, cleo)).toBe('answered');
    expect(await removes(adam, cleo)).toBe('not_found');
    expect(await removes(ana, adam)).toBe('answered');
  });

  it('[SEC5] closes their connections, once they are out', async () => {
    const { removes, ana, sam, audience, workspaceId, store } = await stage();
    const { dismiss } = audience;
    let outAlready: unknown = 'nothing was told';
    audience.dismiss = (...args) => {
      dismiss(...args);
      outAlready = store.members.member(workspaceId, sam.userId);
    };
    await removes(ana, sam);
    expect(await outAlready).toBeUndefined();
    expect(audience.told).toMatchObject([
      {
        call: 'dismiss',
        with: [
          { workspaceId, userId: sam.userId },
          { code: 'unauthenticated', retry: 'never' },
        ],
      },
    ]);
  });
});
