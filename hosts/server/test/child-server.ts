import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** `./stackbox start` as a process that can be killed and started again, with the demo in a folder of its own. */
export class ChildServer implements AsyncDisposable {
  readonly data: string;
  readonly port: number;
  #child: ChildProcess | undefined;

  private constructor(data: string, port: number) {
    this.data = data;
    this.port = port;
  }

  static async start(): Promise<ChildServer> {
    const data = await mkdtemp(join(tmpdir(), 'stackbox-child-'));
    const server = new ChildServer(data, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = [main, 'start', '--port', String(this.port), '--data', this.data];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          if (said.includes('StackBox is ready')) resolve();
        });
      }
      child.once('exit', () => reject(new Error(`the server ended: ${said}`)));
    });
  }

  /** SIGKILL: it has no time for anything. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
