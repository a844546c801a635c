import { oneLine } from '../text/safe.ts';

/** Where the server is, and what to do when it doesn't take the sign-in. */
export interface Place {
  readonly url: string;
  readonly signInMend: string;
}

export function noServer({ url }: Place): string {
  return `No StackBox answers at ${url}. Start it with ./stackbox start, or say where it is with --url. Trying again until it answers.`;
}

export function notSignedIn({ url, signInMend }: Place, why: string): string {
  return `The server at ${url} doesn't take this sign-in. ${oneLine(why)} ${signInMend}`;
}
