import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outbox } from '@stackbox/client';
import { fileOutbox } from '@stackbox/client/node';
import { lockFolder } from '@stackbox/sqlite';

export interface TakenOutbox {
  readonly outbox: Outbox;
  readonly release: () => void;
}

/**
 * A file in `folder` that keeps what this person sends until the server has it, for this process alone. Two terminals of
 * one person have a file each. What a terminal that is gone left behind is taken over: it goes out with the rest.
 */
export async function takeOutbox(folder: string, userId: string): Promise<TakenOutbox> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { path, release } = firstFree(folder, userId);
  try {
    const outbox = fileOutbox(path);
    for (const name of await readdir(folder)) {
      const other = join(folder, name);
      if (other !== path && isOf(userId, name)) await takeOver(other, outbox);
    }
    return { outbox, release };
  } catch (error) {
    release();
    throw error;
  }
}

const fileName = (userId: string, nth: number): string => `${userId}${nth === 1 ? '' : `.${nth}`}.outbox`;

function isOf(userId: string, name: string): boolean {
  return name.startsWith(`${userId}.`) && /^(?:\.\d+)?\.outbox$/.test(name.slice(userId.length));
}

function firstFree(folder: string, userId: string): { path: string; release: () => void } {
  for (let nth = 1; ; nth++) {
    const path = join(folder, fileName(userId, nth));
    const release = lockFolder(`${path}.lock`);
    if (release !== undefined) return { path, release };
  }
}

/**
 * Moves what another file has, unless somebody uses it. Put here before it is removed there: should this be cut short, a
 * message is in both, and the server takes it once (LOG4).
 */
async function takeOver(path: string, into: Outbox): Promise<void> {
  const release = lockFolder(`${path}.lock`);
  if (release === undefined) return;
  const from = fileOutbox(path);
  try {
    const left = (await from.load()).toSorted((a, b) => a.order - b.order);
    let order = Math.max(0, ...(await into.load()).map((item) => item.order));
    for (const item of left) {
      await into.put({ ...item, order: ++order });
      await from.remove(item.clientId);
    }
  } finally {
    await from.close?.();
    release();
  }
}
