import type { RoomState } from '@stackbox/core/apply';
import type { ErrorCode } from '@stackbox/protocol';
import type { CopyRecord, Deed } from '../history.ts';
import type { Person } from '../world.ts';

/** One client of the SDK in a crew's process. */
export interface Part {
  readonly name: string;
  readonly role: 'writer' | 'reader';
  readonly person: Person;
  readonly door: number;
  readonly seed: number;
  /** The file that outlives the process, of a writer. */
  readonly outbox: string;
  /** How many deeds it did in earlier lives. */
  readonly done: number;
}

/** What a crew is asked. */
export type Order =
  | { readonly order: 'play'; readonly parts: readonly Part[]; readonly life: number }
  /** Begin nothing new, and say so when everything that was begun has arrived. */
  | { readonly order: 'settle' }
  /** Catch up to these seqs, by room, and hand in the copies. */
  | { readonly order: 'finish'; readonly heads: ReadonlyMap<string, number> };

/** What a crew tells. A deed is known by its writer and number. */
export type Word =
  | {
      readonly word: 'begun';
      readonly name: string;
      readonly number: number;
      readonly roomId: string;
      readonly deed: Deed;
    }
  | { readonly word: 'kept'; readonly name: string; readonly number: number; readonly clientId: string }
  | {
      readonly word: 'stored';
      readonly name: string;
      readonly number: number;
      readonly epoch: string;
      readonly seq: number;
    }
  | { readonly word: 'refused'; readonly name: string; readonly clientId: string; readonly code: ErrorCode }
  | { readonly word: 'fault'; readonly who: string; readonly what: string }
  | { readonly word: 'settled' }
  | { readonly word: 'finished'; readonly copies: readonly CopyRecord<RoomState>[] };
