import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestClock } from '@stackbox/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTokens, type Tokens } from './tokens.ts';

const who = { workspaceId: 'ws_1', userId: 'user_1' };

describe('a token', () => {
  let folder: string;
  let clock: TestClock;
  let tokens: Tokens;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackbox-'));
    clock = new TestClock();
    tokens = await openTokens(join(folder, 'key.json'), clock);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('[SEC1] says who it speaks for, the first time and every time', async () => {
    const token = await tokens.issue(who, 60_000);
    const session = await tokens.verify(token);
    expect(session).toMatchObject(who);
    expect(await tokens.verify(token)).toEqual(session);
  });

  it('[SEC1] that was good before is refused from the moment it expires', async () => {
    const token = await tokens.issue(who, 60_000);
    const { expiresAt } = await tokens.verify(token);
    clock.advance(expiresAt - clock.now() - 1);
    await tokens.verify(token);
    clock.advance(1);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_expired' });
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_expired' });
  });

  it('[SEC1] is not taken for another with the same signature, payload or head', async () => {
    const mine = (await tokens.issue(who, 60_000)).split('.');
    const theirs = (await tokens.issue({ ...who, userId: 'user_2' }, 60_000)).split('.');
    await tokens.verify(mine.join('.'));
    await tokens.verify(theirs.join('.'));
    for (const forged of [
      [mine[0], theirs[1], mine[2]],
      [mine[0], mine[1], theirs[2]],
      [Buffer.from('{"alg":"none"}').toString('base64url'), mine[1], ''],
    ]) {
      await expect(tokens.verify(forged.join('.'))).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });
});
