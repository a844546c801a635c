import type { Cursors, Member, Members, MessageLog, Rooms, Sessions } from '@stackbox/core';
import type { Ambient } from './ambient.ts';

/** Every port that keeps something, and what fills an empty one. */
export interface TestStore {
  readonly log: MessageLog;
  readonly rooms: Rooms;
  readonly cursors: Cursors;
  readonly members: Members;
  readonly sessions: Sessions;
  readonly founding: {
    createWorkspace(workspace: { workspaceId: string; slug: string; name: string }): Promise<void>;
    addMember(member: Member): Promise<{ userId: string }>;
  };
  close(): Promise<void>;
}

/** A place where one store can be opened. Nothing is there until `open`. */
export interface Premises {
  open(ambient: Ambient): Promise<TestStore>;
  /** Whether `open` after `close` finds what the first one left. */
  readonly lasting: boolean;
  /** Takes away what was left. */
  dispose(): void;
}

/** Fresh premises for each test. */
export type Make = () => Premises;
