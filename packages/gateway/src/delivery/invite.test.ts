import type { Committed } from '@stackbox/core';
import type { MemberEntry } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { Hub } from './hub.ts';

function open(hub: Hub, userId: string): { connection: Connection; heard: string[] } {
  const heard: string[] = [];
  const line = {
    push: (frames: Buffer) => {
      heard.push(frames.toString());
    },
    pushPassing: () => true,
    close: () => {},
  };
  const session = { sessionId: userId, workspaceId: 'ws', userId, expiresAt: Number.MAX_SAFE_INTEGER };
  const connection: Connection = {
    id: userId,
    line,
    address: '',
    session,
    actor: { workspaceId: 'ws', userId, role: 'staff' },
    openedAt: 0,
    heardAt: 0,
    actedAt: 0,
    badFramesInARow: 0,
    closed: false,
    rooms: new Set(),
    joining: undefined,
  };
  hub.open(connection);
  return { connection, heard };
}

const joining = (userId: string): Committed => {
  const entry: MemberEntry = { seq: 9, at: 0, by: 'usr_a', kind: 'member', userId, joined: true };
  return { workspaceId: 'ws', roomId: 'room', epoch: 'e', entry };
};

describe('who is put into a room', () => {
  it('[SEC2] hears of it on an open connection, and nobody outside the room does', () => {
    const hub = new Hub();
    const added = open(hub, 'usr_added');
    const outsider = open(hub, 'usr_outsider');
    hub.entries([joining('usr_added')]);
    expect(added.heard).toHaveLength(1);
    expect(added.heard[0]).toContain('"kind":"member"');
    expect(outsider.heard).toEqual([]);
  });

  it('[DEL1] hears it once where the connection is joined already', () => {
    const hub = new Hub();
    const { connection, heard } = open(hub, 'usr_added');
    hub.hold(connection, 'room');
    hub.release(connection, 'room', 1);
    hub.entries([joining('usr_added')]);
    expect(heard).toHaveLength(1);
  });
});
