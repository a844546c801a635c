import type { Room } from '@stackbox/client';
import { titleOf } from './find-room.ts';
import type { Recalled } from './input/prompt.ts';
import type { Names } from './names.ts';
import { oneLine } from './text/safe.ts';
import { dim, type Line, span } from './text/span.ts';
import { wrap } from './text/wrap.ts';
import { Transcript } from './transcript.ts';
import type { Look } from './view/look.ts';
import { spell } from './view/message.ts';
import { listed } from './view/status.ts';

interface Needs {
  readonly names: Names;
  /** With a column of names for these people. */
  look(speakers: Iterable<string>): Look;
  print(rows: readonly Line[]): void;
  changed(): void;
  /** The room ended, or this member is in it no longer. */
  gone(title: string): void;
}

/** How far back ↑ goes. */
const recallAtMost = 20;
const pageEntries = 500;

/** The room that is looked at: prints what comes, and marks it read. */
export class OpenRoom {
  readonly room: Room;
  readonly transcript: Transcript;
  readonly #needs: Needs;
  readonly #unsubscribe: () => void;
  #title: string;
  #marked = 0;
  #reading = false;

  constructor(room: Room, needs: Needs) {
    this.room = room;
    this.#needs = needs;
    this.transcript = new Transcript(room);
    this.#learn();
    this.#title = this.title;
    needs.print([[], ...this.#header(), ...this.transcript.open(this.look)]);
    this.#unsubscribe = room.subscribe(() => this.#refresh());
    this.#markRead();
  }

  get title(): string {
    const { name, kind } = this.room.getSnapshot();
    const { names } = this.#needs;
    const others = this.room.people.filter(({ userId }) => userId !== names.me);
    if (kind === 'direct' && name === '' && others.length > 0) {
      return listed(others.map(({ userId }) => names.full(userId)));
    }
    return titleOf({ name, kind });
  }

  get look(): Look {
    return this.#needs.look(this.#speakers);
  }

  /** Whose names may stand in the column of names. */
  get #speakers(): Set<string> {
    const { people, messages } = this.room.getSnapshot();
    return new Set([...people.map(({ userId }) => userId), ...messages.map(({ by }) => by)]);
  }

  /** One's own messages for writing anew, newest first; what was refused before those. */
  own(): Recalled[] {
    const { look } = this;
    const { names } = this.#needs;
    const { messages, queued } = this.room.getSnapshot();
    const refused = queued.flatMap(({ status, deed, clientId }): Recalled[] =>
      status === 'failed' && deed.action === 'sendMessage'
        ? [{ draft: { kind: 'rewrite', clientId }, text: typed(spell(deed.text, look)) }]
        : [],
    );
    const stored = messages
      .filter(({ by, deleted, text }) => by === names.me && !deleted && text !== '')
      .slice(-recallAtMost)
      .map(({ seq, text }): Recalled => {
        const was = typed(spell(text, look));
        return { draft: { kind: 'edit', seq, was }, text: was };
      });
    return [...refused.toReversed(), ...stored.toReversed()];
  }

  /** Before something else is opened: nothing of it stays live. */
  close(): void {
    this.#unsubscribe();
    this.room.setTyping(false);
    this.#needs.print(this.transcript.flush(this.look));
  }

  #refresh(): void {
    const { print } = this.#needs;
    const { status } = this.room.getSnapshot();
    if (status === 'gone') {
      this.#unsubscribe();
      return this.#needs.gone(this.#title);
    }
    this.#learn();
    this.#rename();
    if (this.transcript.gap) void this.#readGap();
    print(this.transcript.update(this.look));
    this.#markRead();
    this.#needs.changed();
  }

  #learn(): void {
    this.#needs.names.learn(this.room.people);
  }

  #rename(): void {
    const { title } = this;
    if (title === this.#title) return;
    this.#title = title;
    this.#needs.print([
      ...this.transcript.flush(this.look),
      [dim(`      · this room is called ${title} now`)],
    ]);
  }

  /** What is on the screen counts as read. */
  #markRead(): void {
    const head = this.room.state?.head ?? 0;
    if (head <= Math.max(this.#marked, this.room.getSnapshot().read)) return;
    this.#marked = head;
    this.room.markRead(head);
  }

  async #readGap(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.transcript.gap && (await this.room.loadEarlier(pageEntries)));
    } catch {
      // The connection went: what comes after it tries again.
    } finally {
      this.#reading = false;
    }
  }

  #header(): Line[] {
    const { topic, people } = this.room.getSnapshot();
    const { names } = this.#needs;
    const others = people.filter(({ userId }) => userId !== names.me);
    const named = others.slice(0, 8).map(({ userId }) => names.full(userId));
    const all = others.length > 8 ? [...named, `${others.length - 8} more`] : named;
    const company = all.length === 0 ? 'nobody else is here yet' : `with ${listed(all)}`;
    const about = topic === '' ? [] : [dim(` — ${oneLine(topic)}`)];
    return wrap([span(this.title, 'bold'), ...about, dim(` · ${company}`)], this.look.width);
  }
}

/** As it has to be typed: a leading slash would be taken for a command. */
function typed(text: string): string {
  return text.startsWith('/') ? `/${text}` : text;
}
