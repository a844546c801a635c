import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const serverEntry = fileURLToPath(new URL('../../../hosts/server/src/main.ts', import.meta.url));

const readyWithinMs = 60_000;

interface Options {
  readonly port: number;
  readonly data: string;
  /** A command that runs the server's, and does not stand between it and signals. */
  readonly under?: readonly string[];
  /** What the server says goes here. */
  readonly logFile: string;
}

/** How a life of the server ended. */
export interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real server, as a process of its own that is started again and again on the same folder and port. */
export class ServerProcess {
  readonly port: number;
  readonly data: string;
  readonly #log: WriteStream;
  readonly #under: readonly string[];
  #child: ChildProcess | undefined;
  #death: Promise<Death> | undefined;
  #said = '';

  constructor({ port, data, logFile, under = [] }: Options) {
    this.port = port;
    this.data = data;
    this.#under = under;
    this.#log = createWriteStream(logFile, { flags: 'a' });
  }

  /** The last of what it said on stderr. */
  get said(): string {
    return this.#said;
  }

  /** Starts the process and does not wait for anything. `skewMs` puts its clock off. */
  spawn(skewMs = 0): void {
    if (this.#child !== undefined) throw new Error('the server runs already');
    this.#said = '';
    this.#log.write(`--- start, clock ${skewMs >= 0 ? '+' : ''}${skewMs} ms\n`);
    const server = [process.execPath, serverEntry, 'start', '--port', String(this.port), '--data', this.data];
    const [command = '', ...args] = [...this.#under, ...server];
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        STACKBOX_LIMITS: 'off',
        STACKBOX_LOG: 'info',
        STACKBOX_CLOCK_SKEW_MS: String(skewMs),
        NODE_ENV: 'production',
      },
    });
    running.add(child);
    child.stderr.on('data', (text: Buffer) => {
      this.#said = (this.#said + text).slice(-4_000);
      this.#log.write(text);
    });
    this.#child = child;
    this.#death = once(child, 'exit').then(([code, signal]) => {
      running.delete(child);
      this.#child = undefined;
      this.#log.write(`--- end, ${signal ?? code}\n`);
      return { code, signal };
    });
  }

  /** Waits until it answers well at `path`. @throws Error if it ends first, or needs more than a minute */
  async ready(path = '/readyz'): Promise<void> {
    const begun = performance.now();
    while (this.#child !== undefined) {
      if (await this.says(path)) return;
      if (performance.now() - begun > readyWithinMs)
        throw new Error(`the server was not ready within a minute:\n${this.said}`);
      await sleep(15);
    }
    throw new Error(`the server ended before it was ready:\n${this.said}`);
  }

  /** Whether it answers well at `path` now. */
  async says(path: string): Promise<boolean> {
    const headers = { connection: 'close' };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { headers }).catch(() => undefined);
    await answer?.text().catch(() => '');
    return answer?.ok ?? false;
  }

  async start(skewMs = 0): Promise<void> {
    this.spawn(skewMs);
    await this.ready();
  }

  /** Sends a signal and answers how it ended, which is up to it: see to the time. */
  async end(signal: NodeJS.Signals): Promise<Death> {
    if (this.#child === undefined || this.#death === undefined) throw new Error('the server does not run');
    this.#child.kill(signal);
    return this.#death;
  }

  get runs(): boolean {
    return this.#child !== undefined;
  }

  /** Answers how the present life ends, without doing anything about it. */
  get death(): Promise<Death> | undefined {
    return this.#death;
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#log.end();
  }
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
