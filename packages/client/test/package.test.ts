import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const own = fileURLToPath(new URL('..', import.meta.url));
const dist = join(own, 'dist');
const somewhere = mkdtempSync(join(tmpdir(), 'stackbox-package-'));

/** A page that uses the package, with a browser's types and no others. */
const page = `
import { connect, indexedDbOutbox, type Room, type StackBoxError } from '@stackbox/client';

const client = connect({ url: '/', token: async () => 'token', outbox: indexedDbOutbox('ana'), WebSocket, fetch });
const room: Room = client.room('room_1');
export const text: string | undefined = room.getSnapshot().messages[0]?.text;
export const place: Promise<number> = client.request('pin', { roomId: 'r', seq: 1, clientId: 'c', on: true }).then(({ seq }) => seq);
export const retry = (error: StackBoxError): 'never' | 'now' | 'later' => error.retry;
// @ts-expect-error: a pin names a message
client.request('pin', { roomId: 'r' });
`;

beforeAll(async () => {
  await run('npm', ['run', 'build'], { cwd: own });
});
afterAll(() => rmSync(somewhere, { recursive: true }));

test('the published package stands alone: it imports nothing but Node, and that outside the browser part', () => {
  const imports = readdirSync(dist)
    .filter((file) => /\.(js|ts)$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(dist, file), 'utf8');
      return [...source.matchAll(/\bfrom\s*["']([^"']+)["']/g)].map(([, name]) => `${file}: ${name}`);
    })
    .filter((line) => !line.includes(': ./'));
  expect(imports.filter((line) => !/^node\.js: node:/.test(line))).toEqual([]);
});

test('what is published calls itself as the workspace does', () => {
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const workspace = read(join(own, 'package.json'));
  const { exports, ...published } = read(join(dist, 'package.json'));
  expect(workspace).toMatchObject(published);
  expect(Object.keys(exports as object)).toEqual(Object.keys(workspace.exports as object));
});

test('its types serve a page that knows no Node', async () => {
  symlinkSync(dist, join(somewhere, 'client'));
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2024',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2024', 'dom'],
    types: [],
    paths: { '@stackbox/client': ['./client/index.d.ts'] },
  };
  writeFileSync(join(somewhere, 'page.ts'), page);
  writeFileSync(join(somewhere, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['page.ts'] }));
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const outcome = await run(process.execPath, [tsc, '-p', somewhere, '--pretty', 'false']).catch(
    (error) => error,
  );
  expect(outcome.stdout).toBe('');
});

test('it loads from where it is published to', async () => {
  const script = `
    const { connect, StackBoxError } = await import(${JSON.stringify(join(dist, 'index.js'))});
    const { fileOutbox } = await import(${JSON.stringify(join(dist, 'node.js'))});
    console.log(typeof connect, typeof fileOutbox, StackBoxError.name);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: somewhere,
  });
  expect(stdout.trim()).toBe('function function StackBoxError');
});
