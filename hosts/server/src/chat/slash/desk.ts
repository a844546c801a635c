import type { Room, Sent, StackBox } from '@stackbox/client';
import type { Draft } from '../input/draft.ts';
import type { Names } from '../names.ts';
import type { Line } from '../text/span.ts';
import type { Transcript } from '../transcript.ts';
import type { Look } from '../view/look.ts';

/** What a command may reach. */
export interface Desk {
  readonly client: StackBox;
  readonly names: Names;
  /** @throws Misuse if none is open */
  readonly room: Room;
  readonly transcript: Transcript;
  /** The id of the open room, if there is one. */
  readonly openId: string | undefined;
  readonly look: Look;
  /** Prints rows into the scrollback. */
  say(rows: readonly Line[]): void;
  /** Shows a word below the input until the next key. */
  hint(text: string): void;
  /** Sends what was typed; answers false if it can't be a message, which was hinted at. */
  send(text: string, draft: Draft): boolean;
  /** Puts a text into the input, and decides what Enter does with it. */
  write(draft: Draft, text: string): void;
  /** A small deed: refused, it is told and forgotten. */
  deed(sent: Promise<Sent>): void;
  enter(roomId: string): Promise<void>;
  leave(): void;
}

/** What was typed is no use as it is: the message says how to write it, and the line stays in the input. */
export class Misuse extends Error {}

export interface Command {
  readonly name: string;
  /** How it is written, after the name. */
  readonly takes: string;
  readonly about: string;
  run(desk: Desk, rest: string): void | Promise<void>;
}
