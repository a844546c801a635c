import { fuzzInProcess } from './in-process.ts';
import { fuzzOverTheWire } from './over-the-wire.ts';
import { FuzzReport } from './report.ts';

export { FuzzFailure } from './judge.ts';
export { FuzzReport } from './report.ts';
export { fuzzRest } from './rest.ts';

export interface FuzzOptions {
  readonly frames: number;
  /** The same seed sends the same frames. */
  readonly seed: number;
  /** A running server, best one without rate limits, and a member's token. Without it, a gateway in this process. */
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * Sends hostile frames. Each is answered with ok or a code of the table, never `internal`; the connection stays or
 * closes as the rules say; nothing is kept of what was sent but what the log holds.
 * @throws FuzzFailure with the seed and the frame
 */
export async function fuzz({ frames, seed, url, token }: FuzzOptions): Promise<FuzzReport> {
  const report = new FuzzReport(seed);
  if (url === undefined) await fuzzInProcess(frames, seed, report);
  else await fuzzOverTheWire({ url, token: token ?? '' }, frames, seed, report);
  return report.end();
}
