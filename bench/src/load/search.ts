import { Histogram, type Spread } from './histogram.ts';
import { entriesBefore } from './history.ts';
import { call } from './http.ts';
import type { SearchJob, SearchResult } from './jobs.ts';
import { chance } from './text.ts';

const wordsOfEach = 20;

/** Searches one request at a time for words that many messages hold, few hold, and as someone who may see none. */
export async function searches(job: SearchJob): Promise<SearchResult> {
  const words = await sampleWords(job);
  return {
    common: await timed(job, job.token, words.common, (hits) => hits > 0),
    rare: await timed(job, job.token, words.rare, (hits) => hits > 0),
    outsider: await timed(job, job.outsiderToken, [...words.common, ...words.rare], (hits) => hits === 0),
    words,
  };
}

async function timed(
  job: SearchJob,
  token: string,
  words: string[],
  right: (hits: number) => boolean,
): Promise<Spread> {
  const latency = new Histogram();
  const warm = words.length;
  for (let i = 0; i < warm + job.requests; i++) {
    const word = words[i % words.length] ?? '';
    const start = performance.now();
    const body = await call({
      port: job.port,
      token,
      path: `/api/v1/search?q=${encodeURIComponent(word)}&limit=20`,
    });
    const ms = performance.now() - start;
    const { hits } = JSON.parse(body) as { hits: unknown[] };
    if (!right(hits.length)) throw new Error(`a search for "${word}" gave ${hits.length} hits`);
    if (i >= warm) latency.record(ms);
  }
  return latency.spread();
}

/** The most and the least frequent words of 10,000 messages from all over the room. */
async function sampleWords({ port, token, roomId }: SearchJob): Promise<SearchResult['words']> {
  const { head } = JSON.parse(await entriesBefore(port, token, roomId, 2, 1)) as { head: number };
  const next = chance(4);
  const counts = new Map<string, number>();
  for (let page = 0; page < 20; page++) {
    const body = await entriesBefore(port, token, roomId, 501 + Math.floor(next() * (head - 500)), 500);
    for (const { text = '' } of (JSON.parse(body) as { entries: { text?: string }[] }).entries) {
      for (const word of new Set(text.toLowerCase().match(/\p{L}{4,}/gu)))
        counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word);
  return { common: byCount.slice(0, wordsOfEach), rare: byCount.slice(-wordsOfEach) };
}
