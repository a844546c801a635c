import { fuzz, fuzzRest } from '@stackbox/testkit/fuzz';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, withServer } from './server.ts';

let server: TestServer;
let roomId: string;
beforeAll(async () => {
  server = await withServer({ unlimited: true });
  const body = { kind: 'client', name: 'Fuzz', memberIds: ['usr_stan', 'usr_ben'] };
  ({ roomId } = (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'fuzz', body })).body);
});
afterAll(async () => {
  // It went through all of that and still does its work.
  const asked = { as: 'ben', key: 'after', body: { text: 'still here' } } as const;
  expect((await server.request('POST', `/api/v1/rooms/${roomId}/messages`, asked)).status).toBe(201);
  await server[Symbol.asyncDispose]();
});

// Another seed each time; a failure says which.
const seed = Math.floor(Math.random() * 2 ** 32);

describe('a whole server', () => {
  it('2,000 hostile frames through a socket: each is answered with a code, or closes as the protocol says', async () => {
    const { outcomes } = await fuzz({
      frames: 2_000,
      seed,
      url: server.url,
      token: await server.token('stan'),
    });
    expect(outcomes.ok).toBeGreaterThan(100);
    expect(outcomes['closed with 1007']).toBeGreaterThan(10);
  });

  it('2,000 hostile requests: each is answered with what was asked, or a problem with a code', async () => {
    const { outcomes } = await fuzzRest({
      requests: 2_000,
      seed,
      url: server.url,
      token: await server.token('stan'),
      roomId,
    });
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['200', '400', '401', '404', '405']));
  });
});
