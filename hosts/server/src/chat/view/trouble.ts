import type { StackBoxError } from '@stackbox/client';
import { oneLine } from '../text/safe.ts';

/** Where the server is, and what to do when it doesn't take the sign-in. */
export interface Place {
  readonly url: string;
  readonly signInMend: string;
}

/** Why there is no connection yet. */
export function notConnected({ url }: Place, error: StackBoxError): string {
  const mend = 'Start it with ./stackbox start, or say where it is with --url.';
  // A request that found nobody has a cause; what a server answered has none.
  const what =
    error.cause === undefined
      ? `${url} answers, but not as a StackBox that is ready: ${oneLine(error.message)}.`
      : `No StackBox answers at ${url}.`;
  return `${what} ${mend} Trying again until it's there.`;
}

export function notSignedIn({ url, signInMend }: Place, why: string): string {
  return `The server at ${url} doesn't take this sign-in. ${oneLine(why)} ${signInMend}`;
}
