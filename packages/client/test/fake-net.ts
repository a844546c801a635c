import type { Fetch, FetchResponse } from '../src/rest/rest.ts';
import type { Socket, SocketEvent } from '../src/socket/socket.ts';
import type { FakeConnection, FakeServer } from './fake-server.ts';

/** Something on its way: a frame, an HTTP request or its answer, a connection being opened. The test says when it arrives. */
export interface Step {
  readonly what: string;
  run(): void;
}

/** The wires between clients and a fake server. */
export class FakeNet {
  readonly server: FakeServer;
  /** Everything arrives at once, in order; else only when the test calls a step. */
  auto = true;
  /** False: nothing gets through, new connections fail. */
  up = true;
  /** Pushes of entries may overtake each other, as on API Gateway. */
  reorders = false;
  readonly wires: Wire[] = [];
  readonly dialled: { url: string; protocols: string[] }[] = [];
  readonly #http: Step[] = [];
  #pumping = false;

  constructor(server: FakeServer) {
    this.server = server;
  }

  get WebSocket(): new (
    url: string,
    protocols: string[],
  ) => Socket {
    const net = this;
    return class {
      constructor(url: string, protocols: string[]) {
        net.dialled.push({ url, protocols });
        // biome-ignore lint/correctness/noConstructorReturn: stands in for the platform's class
        return new Wire(net, protocols) as never;
      }
    } as unknown as new (
      url: string,
      protocols: string[],
    ) => Socket;
  }

  readonly fetch: Fetch = (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const lost = () => reject(new TypeError('fetch failed'));
      signal.addEventListener('abort', lost);
      const { pathname, searchParams } = new URL(url);
      this.#later(`${method} ${pathname}`, lost, () => {
        const { status, json } = this.server.http(method, pathname, searchParams, headers, body);
        const response: FetchResponse = {
          ok: status < 400,
          status,
          headers: { get: () => null },
          text: async () => JSON.stringify(json),
        };
        this.#later(`answer to ${method} ${pathname}`, lost, () => resolve(response));
      });
    });

  /** What could arrive now. */
  get steps(): Step[] {
    return [...this.wires.flatMap((wire) => wire.steps), ...this.#http];
  }

  /** The network goes: open connections break, what was on its way is lost. */
  cut(): void {
    for (const wire of [...this.wires]) wire.cut();
  }

  wake(): void {
    if (!this.auto || this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      for (let [step] = this.steps; step !== undefined && this.auto; [step] = this.steps) step.run();
    });
  }

  #later(what: string, lost: () => void, run: () => void): void {
    const step: Step = {
      what,
      run: () => {
        this.#http.splice(this.#http.indexOf(step), 1);
        if (this.up) run();
        else lost();
      },
    };
    this.#http.push(step);
    this.wake();
  }
}

/** One WebSocket, seen from the client. */
export class Wire implements Socket {
  readonly #net: FakeNet;
  readonly #listeners = new Map<string, ((event: SocketEvent) => void)[]>();
  readonly #toServer: string[] = [];
  readonly #toClient: string[] = [];
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #connection: FakeConnection | undefined;
  readonly #protocols: string[];
  /** Frames vanish in both directions, and nobody is told. */
  dead = false;

  constructor(net: FakeNet, protocols: string[]) {
    this.#net = net;
    this.#protocols = protocols;
    net.wires.push(this);
    net.wake();
  }

  get connection(): FakeConnection | undefined {
    return this.#connection;
  }

  get steps(): Step[] {
    if (this.#state === 'closed' || this.dead) return [];
    if (this.#state === 'opening') return [{ what: 'open', run: () => this.#open() }];
    const steps: Step[] = [];
    if (this.#toServer.length > 0) steps.push({ what: `up ${this.#toServer[0]}`, run: () => this.#up() });
    const reach = this.#net.reorders ? this.#toClient.length : Math.min(1, this.#toClient.length);
    for (let i = 0; i < reach; i++)
      steps.push({ what: `down ${this.#toClient[i]}`, run: () => this.#down(i) });
    return steps;
  }

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    if (this.#state !== 'open') throw new Error('the socket is not open');
    this.#toServer.push(text);
    this.#net.wake();
  }

  close(): void {
    this.#end(1000);
  }

  /** From the server's side. */
  push(text: string): void {
    if (this.#state !== 'open') return;
    this.#toClient.push(text);
    this.#net.wake();
  }

  /** Drops what is on its way to the client, if `lose` says so of it. */
  lose(lose: (frame: string) => boolean): number {
    const kept = this.#toClient.filter((frame) => !lose(frame));
    const lost = this.#toClient.length - kept.length;
    this.#toClient.splice(0, this.#toClient.length, ...kept);
    return lost;
  }

  /** The frame at the front comes twice. */
  repeat(): void {
    const [front] = this.#toClient;
    if (front !== undefined) this.#toClient.unshift(front);
  }

  cut(): void {
    this.#end(1006);
  }

  #open(): void {
    const ticket = this.#protocols
      .find((protocol) => protocol.startsWith('ticket.'))
      ?.slice('ticket.'.length);
    const connection = this.#net.up
      ? this.#net.server.connect(
          ticket ?? '',
          (frame) => this.push(frame),
          () => this.cut(),
        )
      : undefined;
    if (connection === undefined) {
      this.#emit('error', {});
      return this.#end(1006);
    }
    this.#connection = connection;
    this.#state = 'open';
    this.#emit('open', {});
  }

  #up(): void {
    const frame = this.#toServer.shift();
    if (frame !== undefined && this.#connection !== undefined)
      this.#net.server.message(this.#connection, frame);
  }

  #down(at: number): void {
    const [frame] = this.#toClient.splice(at, 1);
    if (frame !== undefined) this.#emit('message', { data: frame });
  }

  #end(code: number): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#net.wires.splice(this.#net.wires.indexOf(this), 1);
    if (this.#connection !== undefined) this.#net.server.disconnect(this.#connection);
    this.#emit('close', { code, reason: '' });
  }

  #emit(type: string, event: SocketEvent): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
