import type { Duplex } from 'node:stream';
import type { Line } from '@stackbox/gateway';
import { textFrames } from '@stackbox/gateway';
import type { ClosingEvent } from '@stackbox/protocol';
import type { WebSocket } from 'ws';

export interface LineStats {
  writes: number;
  slowConsumers: number;
}

/** Bytes that may wait for one client before it is closed as a slow consumer (DEL4). */
const mostWaiting = 1024 * 1024;
/** Bytes waiting beyond which typing, presence and cursors are left out. */
const lagging = 64 * 1024;
const joinBelow = 64 * 1024;
const closeGraceMs = 1_000;

/** Lines with something to write, flushed together at the end of the turn. */
let dirty: SocketLine[] = [];

function flushAll(): void {
  const lines = dirty;
  dirty = [];
  for (const line of lines) line.flush();
}

/**
 * A WebSocket's outgoing side. Frames come finished and go straight to the TCP socket, all of one turn in one write:
 * `ws` would frame the same message again for every receiver. Safe beside `ws`, which writes whole control frames to
 * the same socket, because compression, its only reason to delay one, is off.
 */
export class SocketLine implements Line {
  #waiting: Buffer[] = [];
  #closing = false;
  readonly #socket: Duplex;
  readonly #ws: WebSocket;
  readonly #stats: LineStats;

  constructor(ws: WebSocket, socket: Duplex, stats: LineStats) {
    this.#ws = ws;
    this.#socket = socket;
    this.#stats = stats;
  }

  push(frames: Buffer): void {
    if (this.#closing) return;
    if (this.#waiting.push(frames) > 1) return;
    if (dirty.push(this) === 1) setImmediate(flushAll);
  }

  pushPassing(frames: Buffer): boolean {
    if (this.#closing || this.#socket.writableLength > lagging) return false;
    this.push(frames);
    return true;
  }

  close(why: Omit<ClosingEvent, 'type'>): void {
    if (this.#closing) return;
    this.push(textFrames([JSON.stringify({ type: 'closing', ...why })]));
    // Before the flush, which would close a line that is full, and this one over again.
    this.#closing = true;
    this.flush();
    this.#ws.close(closeCodes[why.code] ?? 1008, why.code);
    setTimeout(() => this.#ws.terminate(), closeGraceMs).unref();
  }

  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const socket = this.#socket;
    if (socket.destroyed) return;
    this.#stats.writes++;
    if (waiting.length === 1) socket.write(waiting[0]);
    else {
      let bytes = 0;
      for (const frames of waiting) bytes += frames.length;
      if (bytes <= joinBelow) socket.write(Buffer.concat(waiting, bytes));
      else {
        socket.cork();
        for (const frames of waiting) socket.write(frames);
        socket.uncork();
      }
    }
    if (socket.writableLength > mostWaiting && !this.#closing) {
      this.#stats.slowConsumers++;
      this.close({
        code: 'slow_consumer',
        message: 'You read too slowly. Connect again and resume.',
        retry: 'now',
      });
    }
  }
}

/** Close codes for reasons of the server's own (RFC 6455, 7.4.1): 1001 going away, 1013 try again later, else 1008 policy. */
const closeCodes: Partial<Record<ClosingEvent['code'], number>> = { unavailable: 1001, slow_consumer: 1013 };
