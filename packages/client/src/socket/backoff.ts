const baseMs = 500;
const capMs = 30_000;

/**
 * How long to wait before the next try, in milliseconds: exponential with full jitter, so that clients which lost one
 * server at one instant don't meet again (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * What the server asked for comes first, the jitter on top of it: it told all of them the same.
 */
export function backoff(failures: number, random: () => number, retryAfterMs = 0): number {
  return retryAfterMs + random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 16));
}
