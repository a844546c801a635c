import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../hosts/server/src/main.ts', import.meta.url));

/** StackBox as it runs on one machine, with its demo workspace (Ana, Ben and a room of theirs), in a folder of its own. */
export class RealServer {
  readonly #data = mkdtempSync(join(tmpdir(), 'stackbox-client-'));
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(): Promise<RealServer> {
    const server = new RealServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Also after `kill`, on the same data and port. */
  async start(): Promise<void> {
    const args = [main, 'start', '--port', String(this.#port), '--data', this.#data];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    // A test that times out stops nothing.
    process.once('exit', () => child.kill('SIGKILL'));
    const said: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.push(text);
      said.splice(0, said.length - 100);
    });
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(`${line}\n`);
      if (line.includes('ready at')) break;
    }
    // What it says from now on must not fill the pipes.
    child.stdout.resume();
    if (child.exitCode !== null) throw new Error(`the server did not start:\n${said.join('')}`);
  }

  token(email: string): string {
    return execFileSync(process.execPath, [main, 'token', '--as', email, '--data', this.#data], {
      encoding: 'utf8',
    }).trim();
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#data, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Resolves once the store's snapshot is as it should be. */
export async function until<T>(
  store: { subscribe(listener: () => void): () => void; getSnapshot(): T },
  good: (snapshot: T) => boolean,
): Promise<T> {
  if (good(store.getSnapshot())) return store.getSnapshot();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = store.subscribe(() => {
    if (good(store.getSnapshot())) resolve();
  });
  await promise;
  stop();
  return store.getSnapshot();
}
