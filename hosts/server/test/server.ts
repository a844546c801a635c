import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@stackbox/core';
import type { Role } from '@stackbox/protocol';
import { type Logger, pino } from 'pino';
import { type DataFolder, dataFolder } from '../src/data/folder.ts';
import { type RunningServer, startServer } from '../src/server.ts';
import { type Contract, contractOf } from './contract.ts';

/** Who is there: in the workspace `demo` the business and two clients who don't know each other, and a second business. */
const people: Record<string, { role: Role; workspace: string }> = {
  ana: { role: 'owner', workspace: 'demo' },
  adam: { role: 'admin', workspace: 'demo' },
  stan: { role: 'staff', workspace: 'demo' },
  ben: { role: 'client', workspace: 'demo' },
  olga: { role: 'client', workspace: 'demo' },
  mallory: { role: 'owner', workspace: 'other' },
};

export type Name = 'ana' | 'adam' | 'stan' | 'ben' | 'olga' | 'mallory';

export interface Asked {
  /** Whose token to send; nobody's if left out. */
  as?: Name;
  body?: unknown;
  /** `Idempotency-Key`. */
  key?: string;
  headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer by asserting it
export type Json = any;

export interface Answered {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON. */
  body: Json;
  text: string;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly running: RunningServer;
  readonly folder: DataFolder;
  /** The user's id. */
  id(name: Name): string;
  /** A token good for an hour, or for `ttlMs`. */
  token(name: Name, ttlMs?: number): Promise<string>;
  /** Asks the server. What it answers under `/api/v1` is held against the server's own OpenAPI document. */
  request(method: string, path: string, asked?: Asked): Promise<Answered>;
}

interface Options {
  clock?: Clock;
  origins?: readonly string[];
  metricsToken?: string;
  /** Without rate limits, for tests that ask more than a person does. */
  unlimited?: boolean;
  logger?: Logger;
}

/** A whole server on a free port and a data folder of its own: `await using server = await withServer()`. */
export async function withServer({
  clock = systemClock,
  origins = [],
  metricsToken,
  unlimited = false,
  logger = pino({ level: 'silent' }),
}: Options = {}): Promise<TestServer> {
  const path = await mkdtemp(join(tmpdir(), 'stackbox-test-'));
  const folder = dataFolder(path);
  const running = await startServer({
    folder,
    port: 0,
    host: '127.0.0.1',
    origins,
    unlimited,
    metricsToken,
    clock,
    logger,
  });
  const { founding } = running.store;
  for (const slug of ['demo', 'other']) {
    await founding.createWorkspace({ workspaceId: `ws_${slug}`, slug, name: slug });
  }
  for (const [name, { role, workspace }] of Object.entries(people)) {
    const email = `${name}@${workspace}.example`;
    await founding.addMember({ workspaceId: `ws_${workspace}`, userId: `usr_${name}`, name, email, role });
  }
  const token = (name: Name, ttlMs = 3_600_000) =>
    running.tokens.issue({ workspaceId: `ws_${people[name]?.workspace}`, userId: `usr_${name}` }, ttlMs);
  const kept = new Map<Name, Promise<string>>();
  const keptToken = (name: Name) => {
    const mine = kept.get(name) ?? token(name);
    kept.set(name, mine);
    return mine;
  };
  let contract: Promise<Contract> | undefined;
  return {
    url: running.url,
    running,
    folder,
    id: (name) => `usr_${name}`,
    token,
    async request(method, path, { as, body, key, headers = {} } = {}) {
      const response = await fetch(new URL(path, running.url), {
        method,
        redirect: 'manual',
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer ${await keptToken(as)}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
      const answered = {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : text,
      };
      contract ??= contractOf(running.url);
      (await contract).check(method, path, answered);
      return answered;
    },
    async [Symbol.asyncDispose]() {
      await running.stop(100);
      await rm(path, { recursive: true, force: true });
    },
  };
}
