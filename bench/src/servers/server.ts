import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../load/http.ts';

export interface Server {
  port: number;
  pid: number;
  /** From the start of the process until it was ready. */
  startMs: number;
  stop(): Promise<void>;
}

interface Launch {
  name: string;
  command: string[];
  port: number;
  /** What answers 2xx once the server is ready. */
  readyPath: string;
  env?: Record<string, string>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) kill(child, 'SIGKILL');
});

/** Starts a server and waits until it is ready, a minute at most. */
export async function launch({ name, command, port, readyPath, env = {} }: Launch): Promise<Server> {
  const [file = '', ...args] = command;
  const begun = performance.now();
  // A process group of its own, so that a wrapper's child ends with it.
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  running.add(child);
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      over = true;
      running.delete(child);
      resolve();
    };
    child.once('error', (error) => {
      said += error.message;
      end();
    });
    child.once('close', end);
  });

  const ready = () =>
    call({ port, path: readyPath, agent: false }).then(
      () => true,
      () => false,
    );
  while (!(await ready())) {
    if (over) throw new Error(`${name} ended before it was ready:\n${said}`);
    if (performance.now() > begun + 60_000) {
      kill(child, 'SIGKILL');
      throw new Error(`${name} was not ready within a minute:\n${said}`);
    }
    await sleep(5);
  }
  return {
    port,
    pid: child.pid ?? 0,
    startMs: performance.now() - begun,
    async stop() {
      kill(child, 'SIGTERM');
      const late = setTimeout(() => kill(child, 'SIGKILL'), 15_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}
