import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { type Chaos, drawFate, type Fate } from './chaos.ts';
import { FrameSplitter, type Piece } from './splitter.ts';

type Towards = 'client' | 'server';

export interface ProxyStats {
  connections: number;
  /** The server was not there. */
  unreached: number;
  fins: number;
  resets: number;
  stalls: number;
  trickled: number;
  framesToClient: number;
  framesToServer: number;
  droppedToClient: number;
  droppedToServer: number;
  doubledToServer: number;
  delayed: number;
}

/** One client's connection through the proxy. */
interface Passage {
  readonly client: Socket;
  readonly server: Socket;
  readonly chance: Chance;
  readonly fate: Fate;
  readonly passed: Record<Towards, number>;
  /** Its key among those on which frames to the client were dropped. */
  readonly key: string;
  /** Says nothing any more, both ways. */
  silent: boolean;
  /** Its sockets are being closed as fated. */
  ended: boolean;
}

/**
 * A TCP proxy that mistreats what passes. It reads WebSocket frames well enough to drop and double whole ones; HTTP and
 * all the rest it cuts, delays and slows down as bytes. Each client gets a door (a port) of its own, so that what befalls
 * its n-th connection follows from the seed and not from who came first.
 */
export class RoughProxy {
  readonly stats: ProxyStats = {
    connections: 0,
    unreached: 0,
    fins: 0,
    resets: 0,
    stalls: 0,
    trickled: 0,
    framesToClient: 0,
    framesToServer: 0,
    droppedToClient: 0,
    droppedToServer: 0,
    doubledToServer: 0,
    delayed: 0,
  };
  /** Called after each text frame that was passed on. */
  onFrame: (towards: Towards) => void = () => {};
  readonly #target: number;
  readonly #chaos: Chaos;
  readonly #chance: Chance;
  readonly #doors: Server[] = [];
  readonly #passages = new Set<Passage>();
  /** Connections on which frames to the client were dropped: a gap in what it hears is no fault of the server's. */
  readonly #lossy = new Set<string>();
  #calm = false;

  constructor(target: number, chaos: Chaos, chance: Chance) {
    this.#target = target;
    this.#chaos = chaos;
    this.#chance = chance;
  }

  /** Opens a door for one client. @returns its port */
  async door(name: string): Promise<number> {
    let nth = 0;
    const door = createServer({ noDelay: true }, (client) => {
      nth++;
      void this.#pass(client, this.#chance.fork(`${name} ${nth}`));
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    this.#doors.push(door);
    return (door.address() as AddressInfo).port;
  }

  /** No more misfortunes. What was made dumb is cut, so that its client hears of it. */
  calm(): void {
    this.#calm = true;
    for (const { silent, client, server } of this.#passages) if (silent) reset(client, server);
  }

  /** Whether frames were dropped on the connection that came from `port` to this door. */
  lostOn(door: number, port: number): boolean {
    // Also when the connection has ended here: the client may be reading what lay in its buffers.
    return this.#lossy.has(`${door} ${port}`);
  }

  async close(): Promise<void> {
    for (const { client, server } of this.#passages) reset(client, server);
    await Promise.all(this.#doors.map((door) => new Promise((resolve) => door.close(resolve))));
  }

  async #pass(client: Socket, chance: Chance): Promise<void> {
    client.on('error', ignore);
    this.stats.connections++;
    const key = `${client.localPort} ${client.remotePort}`;
    // A port that was used before.
    this.#lossy.delete(key);
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    server.on('error', ignore);
    try {
      await once(server, 'connect');
    } catch {
      this.stats.unreached++;
      client.destroy();
      return;
    }
    const fate = drawFate(this.#chaos, chance);
    if (fate.trickleBytes > 0) this.stats.trickled++;

    const passage: Passage = {
      client,
      server,
      key,
      chance,
      fate,
      passed: { client: 0, server: 0 },
      silent: false,
      ended: false,
    };
    this.#passages.add(passage);
    await Promise.all([this.#pump(passage, 'server'), this.#pump(passage, 'client')]);
    this.#passages.delete(passage);
  }

  /** Carries one direction until either end is gone. */
  async #pump(passage: Passage, towards: Towards): Promise<void> {
    const [source, sink] =
      towards === 'server' ? [passage.client, passage.server] : [passage.server, passage.client];
    const splitter = new FrameSplitter();
    let framed: boolean | undefined;
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        if (framed === false) {
          await this.#carry(passage, towards, sink, chunk);
          continue;
        }
        for (const piece of splitter.push(chunk)) await this.#handle(passage, towards, sink, piece);
        if (framed !== undefined || splitter.head === undefined) continue;
        framed = isUpgrade(splitter.head);
        if (!framed) await this.#carry(passage, towards, sink, splitter.drain());
      }
      await this.#carry(passage, towards, sink, splitter.drain());
      sink.end();
    } catch {
      // One end broke: so does the other.
      if (!passage.ended) reset(passage.client, passage.server);
    }
  }

  async #handle(
    passage: Passage,
    towards: Towards,
    sink: Socket,
    { bytes, textFrame }: Piece,
  ): Promise<void> {
    if (!textFrame || this.#calm) {
      await this.#carry(passage, towards, sink, bytes);
    } else {
      const { chance } = passage;
      const { dropToClient, dropToServer, doubleToServer, delay, delayMs } = this.#chaos;
      if (chance.hit(towards === 'client' ? dropToClient : dropToServer)) {
        if (towards === 'client') {
          this.#lossy.add(passage.key);
          this.stats.droppedToClient++;
        } else this.stats.droppedToServer++;
        return;
      }
      if (chance.hit(delay)) {
        this.stats.delayed++;
        await sleep(chance.int(1, delayMs));
      }
      await this.#carry(passage, towards, sink, bytes);
      if (towards === 'server' && chance.hit(doubleToServer)) {
        this.stats.doubledToServer++;
        await this.#carry(passage, towards, sink, bytes);
      }
    }
    if (!textFrame) return;
    if (towards === 'client') this.stats.framesToClient++;
    else this.stats.framesToServer++;
    this.onFrame(towards);
  }

  /** Passes bytes on, slowly if so fated, up to where the connection is fated to end. */
  async #carry(passage: Passage, towards: Towards, sink: Socket, bytes: Buffer): Promise<void> {
    const { fate, passed } = passage;
    let at = 0;
    while (at < bytes.length) {
      if (passage.silent) await this.#silence(passage);
      let upTo = bytes.length;
      if (!this.#calm) {
        const { ending } = fate;
        const left =
          ending?.towards === towards ? ending.afterBytes - passed[towards] : Number.POSITIVE_INFINITY;
        if (left <= 0) await this.#end(passage);
        const slow = passed[towards] < fate.trickleBytes;
        upTo = Math.min(upTo, at + (slow ? passage.chance.int(1, 40) : left), at + left);
        if (slow) await sleep(1);
      }
      const part = bytes.subarray(at, upTo);
      passed[towards] += part.length;
      at = upTo;
      if (!sink.writable) throw new Error('the other end is gone');
      if (!sink.write(part)) await Promise.race([once(sink, 'drain'), once(sink, 'close')]);
    }
  }

  /** The fated end has come. Never returns normally. */
  async #end(passage: Passage): Promise<void> {
    const { client, server, fate } = passage;
    switch (fate.ending?.how) {
      case 'fin':
        this.stats.fins++;
        passage.ended = true;
        client.destroySoon();
        server.destroySoon();
        break;
      case 'stall':
        this.stats.stalls++;
        passage.silent = true;
        return this.#silence(passage);
      case 'reset':
      case undefined:
        this.stats.resets++;
        reset(client, server);
    }
    throw new Error('cut');
  }

  async #silence(passage: Passage): Promise<never> {
    const { client, server, fate } = passage;
    await Promise.race([sleep(fate.stallMs), once(client, 'close'), once(server, 'close')]);
    reset(client, server);
    throw new Error('cut');
  }
}

function isUpgrade(head: string): boolean {
  return /^(?:HTTP\/1\.1 101|GET [^\r]*\r\n(?:[^\r]+\r\n)*?upgrade: *websocket)/i.test(`${head}\r\n`);
}

function reset(...sockets: Socket[]): void {
  for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
}

function ignore(): void {}
