import { Refusal, type Role, type RoomKind } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import { type Act, type Decision, decide, demand, type Subject } from './policy.ts';

const roles: readonly Role[] = ['owner', 'admin', 'staff', 'client'];
const kinds: readonly RoomKind[] = ['client', 'team', 'direct'];

/**
 * Who may do what in a room that admits them: yes, no, or where it depends:
 * own        their own message
 * no-client  not where it would put a client into a team room
 * no-owner   not where it would make or unmake an owner
 */
// biome-ignore format: a table
const table: Record<Act, readonly [owner: string, admin: string, staff: string, client: string]> = {
  //                    owner        admin        staff        client
  'room.read':         ['yes',       'yes',       'yes',       'yes'],
  'room.create':       ['no-client', 'no-client', 'no-client', 'no'],
  'room.change':       ['yes',       'yes',       'yes',       'no'],
  'room.delete':       ['yes',       'yes',       'no',        'no'],
  'room.addMember':    ['no-client', 'no-client', 'no-client', 'no'],
  'room.removeMember': ['yes',       'yes',       'yes',       'no'],
  'room.leave':        ['yes',       'yes',       'yes',       'yes'],
  'message.send':      ['yes',       'yes',       'yes',       'yes'],
  'message.edit':      ['own',       'own',       'own',       'own'],
  'message.delete':    ['yes',       'yes',       'own',       'own'],
  'message.react':     ['yes',       'yes',       'yes',       'yes'],
  'message.pin':       ['yes',       'yes',       'yes',       'no'],
  'message.audit':     ['yes',       'yes',       'no',        'no'],
  'cursor.move':       ['yes',       'yes',       'yes',       'yes'],
  'typing.send':       ['yes',       'yes',       'yes',       'yes'],
  'member.list':       ['yes',       'yes',       'yes',       'yes'],
  'member.changeRole': ['yes',       'no-owner',  'no',        'no'],
  'member.remove':     ['yes',       'no-owner',  'no',        'no'],
  search:              ['yes',       'yes',       'yes',       'yes'],
};

const aboutNoRoom: readonly Act[] = [
  'room.create',
  'member.list',
  'member.changeRole',
  'member.remove',
  'search',
];

interface Case {
  act: Act;
  role: Role;
  /** The room in question: one of the actor's, another workspace's, or none that they are in. */
  place: RoomKind | 'foreign' | 'none';
  author: 'self' | 'other' | undefined;
  kind: RoomKind | undefined;
  personRole: Role | undefined;
  newRole: Role | undefined;
}

function* everyCase(): Generator<Case> {
  for (const act of Object.keys(table) as Act[])
    for (const role of roles)
      for (const place of [...kinds, 'foreign', 'none'] as const)
        for (const author of ['self', 'other', undefined] as const)
          for (const kind of [...kinds, undefined])
            for (const personRole of [...roles, undefined])
              for (const newRole of [...roles, undefined])
                yield { act, role, place, author, kind, personRole, newRole };
}

function expected({ act, role, place, author, kind, personRole, newRole }: Case): Decision {
  if (!aboutNoRoom.includes(act)) {
    if (place === 'none' || place === 'foreign') return 'hidden';
    if (place === 'team' && role === 'client') return 'hidden';
  }
  const entry = table[act][roles.indexOf(role)];
  const teamRoom = act === 'room.create' ? kind === 'team' : place === 'team';
  switch (entry) {
    case 'own':
      return author === 'self' ? 'yes' : 'no';
    case 'no-client':
      return teamRoom && personRole === 'client' ? 'no' : 'yes';
    case 'no-owner':
      return personRole === 'owner' || (act === 'member.changeRole' && newRole === 'owner') ? 'no' : 'yes';
    default:
      return entry as Decision;
  }
}

const actor = (role: Role) => ({ workspaceId: 'ws', userId: 'self', role });

function subjectOf({ role, place, author, kind, personRole, newRole }: Case): Subject {
  const room = {
    workspaceId: place === 'foreign' ? 'other' : 'ws',
    roomId: 'room',
    kind: place === 'foreign' || place === 'none' ? 'client' : place,
    name: '',
    topic: '',
    epoch: 'epoch',
    createdAt: 0,
  } as const;
  return {
    ...(place === 'none' ? {} : { standing: { room, role } }),
    ...(author === undefined ? {} : { author }),
    ...(kind === undefined ? {} : { kind }),
    ...(personRole === undefined ? {} : { personRole }),
    ...(newRole === undefined ? {} : { newRole }),
  };
}

describe('the policy', () => {
  it('[SEC7] decides as the table says, in every case there is', () => {
    let cases = 0;
    const wrong: string[] = [];
    for (const one of everyCase()) {
      cases++;
      const decision = decide(actor(one.role), one.act, subjectOf(one));
      if (decision !== expected(one)) wrong.push(`${JSON.stringify(one)}: ${decision}, not ${expected(one)}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(cases).toBe(Object.keys(table).length * 4 * 5 * 3 * 4 * 5 * 5);
  });

  it('[SEC4] a team room is hidden from a client, even one who stands in it', () => {
    for (const act of Object.keys(table) as Act[]) {
      if (aboutNoRoom.includes(act)) continue;
      const inTeam = { act, role: 'client', place: 'team', author: 'self' } as Case;
      expect(decide(actor('client'), act, subjectOf(inTeam)), act).toBe('hidden');
      expect(decide(actor('staff'), 'room.read', subjectOf({ ...inTeam, role: 'staff' }))).toBe('yes');
    }
  });

  it('[SEC3] what is hidden and what is not there are refused alike; what is forbidden is said to be', () => {
    const refusal = (subject: Subject, act: Act = 'message.send') => {
      try {
        demand(actor('client'), act, subject);
      } catch (error) {
        return (error as Refusal).toWire();
      }
      return undefined;
    };
    const place = (where: Case['place']) =>
      subjectOf({ act: 'room.read', role: 'client', place: where } as Case);
    const nowhere = refusal(place('none'));
    expect(nowhere?.code).toBe('not_found');
    expect(refusal(place('foreign'))).toEqual(nowhere);
    expect(refusal(place('team'))).toEqual(nowhere);
    expect(refusal(place('client'))).toBeUndefined();
    expect(refusal(place('client'), 'message.pin')?.code).toBe('forbidden');
    expect(() => demand(actor('client'), 'room.create')).toThrow(Refusal);
  });
});
