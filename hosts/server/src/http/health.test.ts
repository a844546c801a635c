import { Refusal } from '@stackbox/protocol';
import { expect, test } from 'vitest';
import { withServer } from '../../test/server.ts';
import { readiness } from './health.ts';

test('a server is ready once its log can be written', async () => {
  await using server = await withServer();
  expect((await server.request('GET', '/healthz')).text).toBe('ok\n');
  expect((await server.request('GET', '/readyz')).text).toBe('ready\n');
  const { body } = await server.request('GET', '/.well-known/jwks.json');
  expect(body.keys).toHaveLength(1);
  // The public half alone.
  expect(Object.keys(body.keys[0])).not.toContain('d');
});

test('a log that cannot be written makes the server unready, with the reason', async () => {
  await using server = await withServer();
  server.running.store.sessions.revoke = async () => {
    throw new Refusal('unavailable', 'The disk is full.');
  };
  const { status, text } = await server.request('GET', '/readyz');
  expect(status).toBe(503);
  expect(text).toBe('the log cannot be written: The disk is full.\n');
  expect((await server.request('GET', '/healthz')).status).toBe(200);
});

test('readiness is asked of the log once, however many ask', async () => {
  let writes = 0;
  const sessions = {
    revoke: async () => {
      writes++;
    },
  };
  const why = readiness({ sessions, isDraining: () => false });
  expect(await Promise.all([why(), why(), why()])).toEqual([undefined, undefined, undefined]);
  expect(writes).toBe(1);
  const draining = readiness({ sessions, isDraining: () => true });
  expect(await draining()).toBe('stopping');
});
