import { Refusal } from '@stackbox/protocol';

/**
 * How far a search got: everything from this id on has been looked at. `beginnings`: the last word is taken as a
 * beginning, which the first page decided. Made up or altered it shows nothing more: membership is asked at each hit.
 */
export interface Cursor {
  readonly below: number;
  readonly beginnings: boolean;
}

export function cursorText({ below, beginnings }: Cursor): string {
  return `${beginnings ? 'b' : 'w'}${below.toString(36)}`;
}

export function cursorIn(text: string): Cursor {
  const below = /^[bw][0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text.slice(1), 36) : Number.NaN;
  if (!Number.isSafeInteger(below)) {
    throw new Refusal(
      'bad_request',
      'The cursor is not one that was given as `next`. Search again without it.',
    );
  }
  return { below, beginnings: text.startsWith('b') };
}
