import type { Room, Sent, StackBox } from '@stackbox/client';
import { textFault } from '@stackbox/protocol';
import type { Draft } from './input/draft.ts';
import { withMentions } from './mentions.ts';
import type { Names } from './names.ts';
import { oneLine } from './text/safe.ts';
import { type Line, span } from './text/span.ts';

interface Needs {
  readonly client: StackBox;
  readonly names: Names;
  /** The room that is open. @throws Misuse if none is */
  room(): Room;
  say(rows: readonly Line[]): void;
  hint(text: string): void;
  /** Puts a line back into the input, unless another was begun. */
  giveBack(draft: Draft, typed: string): void;
}

/** What becomes of a line that is no command, and of the small deeds of commands. */
export class Sending {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Answers false if the line can't be sent as it is, which was hinted at. */
  send(typed: string, draft: Draft): boolean {
    const { names, hint, giveBack } = this.#needs;
    const room = this.#needs.room();
    const text = withMentions(typed, names.byName(room.people.map(({ userId }) => userId)));
    const fault = textFault(text);
    if (fault !== undefined) {
      hint(`This can't be sent: ${fault}.`);
      return false;
    }
    if (draft.kind === 'edit' && typed === draft.was) return true;
    this.#sent(room, text, draft).catch((error: Error) => {
      // What could not be kept was not sent either.
      giveBack(draft, typed);
      hint(oneLine(error.message));
    });
    return true;
  }

  /** A reaction, a pin, a withdrawal: refused, it is told and given up. */
  async deed(sending: Promise<Sent>): Promise<void> {
    const { client, say, hint } = this.#needs;
    let sent: Sent;
    try {
      sent = await sending;
    } catch (error) {
      return hint(oneLine((error as Error).message));
    }
    try {
      await sent.stored();
    } catch (error) {
      say([[span(`      · ${oneLine((error as Error).message)}`, 'error')]]);
      await client.discard(sent.clientId);
    }
  }

  #sent(room: Room, text: string, draft: Draft): Promise<Sent> {
    switch (draft.kind) {
      case 'new':
        return room.send(text);
      case 'reply':
        return room.send(text, { replyTo: draft.seq });
      case 'edit':
        return room.edit(draft.seq, text);
      case 'rewrite':
        return this.#needs.client.rewrite(draft.clientId, text);
    }
  }
}
