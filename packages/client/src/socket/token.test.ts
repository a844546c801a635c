import { expect, test } from 'vitest';
import { settle } from '../../test/fake-time.ts';
import { Stage } from '../../test/stage.ts';

/** A JWT that says when it expires, and nothing true besides. */
function jwt(expiresAt: number, name = 'ana'): string {
  return `head.${btoa(JSON.stringify({ exp: expiresAt / 1000, name })).replaceAll('=', '')}.signature`;
}

test('a token that expired is replaced, if the app has another', async () => {
  const stage = new Stage();
  const tokens = ['token of ana', 'newer'];
  stage.server.tokens.set('newer', 'ana');
  const client = await stage.online({ token: async () => tokens.shift() ?? '' });
  stage.server.tokens.delete('token of ana');
  stage.server.close('ana', { code: 'token_expired', message: 'expired', retry: 'now' });
  await stage.time.advance(1_000);
  expect(client.state).toBe('online');
});

test('a fixed token that expired signs out', async () => {
  const stage = new Stage();
  const client = await stage.online();
  stage.server.close('ana', { code: 'token_expired', message: 'expired', retry: 'now' });
  await settle();
  expect(client.state).toBe('signed_out');
});

test('a token function that fails for now is asked again', async () => {
  const stage = new Stage();
  let calls = 0;
  const client = stage.connect({
    token: async () => {
      if (++calls === 1) throw new TypeError('fetch failed');
      return 'token of ana';
    },
  });
  await stage.time.advance(1_000);
  expect(client.state).toBe('online');
});

test('[SEC5] the server is given a new token on the open link before the old one expires', async () => {
  const stage = new Stage();
  const start = stage.time.now();
  const issued = [jwt(start + 600_000, 'first'), jwt(start + 1_200_000, 'second')];
  for (const token of issued) stage.server.tokens.set(token, 'ana');
  await stage.online({ token: async () => issued.shift() ?? '' });
  await stage.time.advance(539_000);
  expect(stage.asked('authenticate')).toEqual([]);
  await stage.time.advance(2_000);
  expect(stage.asked('authenticate')).toMatchObject([{ token: jwt(start + 1_200_000, 'second') }]);
  expect(stage.net.dialled).toHaveLength(1);
});

test('a token function without a newer token is asked seldom', async () => {
  const stage = new Stage();
  const only = jwt(stage.time.now() + 600_000);
  stage.server.tokens.set(only, 'ana');
  let calls = 0;
  await stage.online({
    token: async () => {
      calls++;
      return only;
    },
  });
  await stage.time.advance(595_000);
  expect(stage.asked('authenticate')).toEqual([]);
  expect(calls).toBeLessThan(10);
});
