import { Histogram, type Spread } from './histogram.ts';
import { call } from './http.ts';
import type { HistoryJob } from './jobs.ts';
import { chance } from './text.ts';

const limit = 50;

interface Page {
  head: number;
  entries: { seq: number; text?: string }[];
}

/** Reads a page before a random place in a long room, one request at a time. */
export async function historyPages({ port, token, roomId, requests }: HistoryJob): Promise<Spread> {
  const { head } = JSON.parse(await entriesBefore(port, token, roomId, 2, 1)) as Page;
  const next = chance(3);
  const latency = new Histogram();
  const warm = Math.ceil(requests / 10);
  for (let i = 0; i < warm + requests; i++) {
    const before = limit + 1 + Math.floor(next() * (head - limit));
    const start = performance.now();
    const body = await entriesBefore(port, token, roomId, before, limit);
    const ms = performance.now() - start;
    const { entries } = JSON.parse(body) as Page;
    const whole = entries.length === limit && entries.every(({ seq }, at) => seq === before - limit + at);
    if (!whole) throw new Error(`the page before ${before} is not the ${limit} entries before it, ascending`);
    if (i >= warm) latency.record(ms);
  }
  return latency.spread();
}

export function entriesBefore(
  port: number,
  token: string,
  roomId: string,
  before: number,
  limit: number,
): Promise<string> {
  return call({ port, token, path: `/api/v1/rooms/${roomId}/entries?before=${before}&limit=${limit}` });
}
