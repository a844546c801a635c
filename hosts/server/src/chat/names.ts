import type { Person } from '@stackbox/client';
import { peopleColours } from './text/paint.ts';
import { oneLine } from './text/safe.ts';
import type { Style } from './text/span.ts';
import { shortened, widthOf } from './text/width.ts';

/** Cells that a name may take beside a message. */
const mostCells = 12;
const leastCells = 3;

/** What people are called, and in which colour. Who left keeps both for as long as the terminal is open. */
export class Names {
  readonly #people = new Map<string, { readonly name: string; readonly colour: number }>();
  #me = '';

  /** @param me the user id that is called "you" */
  isMe(me: string): void {
    this.#me = me;
  }

  get me(): string {
    return this.#me;
  }

  learn(people: readonly Person[]): void {
    // By id, so that those who look at the same room see the same colours.
    for (const { userId, name } of people.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))) {
      const colour = this.#people.get(userId)?.colour ?? this.#freeColour(userId);
      this.#people.set(userId, { name: oneLine(name) || userId, colour });
    }
  }

  knows(userId: string): boolean {
    return this.#people.has(userId);
  }

  /** The name as it stands in a sentence or a column. */
  call(userId: string): string {
    if (userId === this.#me) return 'you';
    return shortened(this.#people.get(userId)?.name ?? '(left)', mostCells);
  }

  full(userId: string): string {
    return this.#people.get(userId)?.name ?? 'someone who left';
  }

  style(userId: string): Style {
    if (userId === this.#me) return 'bold';
    const known = this.#people.get(userId);
    return known === undefined ? 'dim' : `person${known.colour}`;
  }

  /** How wide the column of names is for these people. */
  columnOf(userIds: Iterable<string>): number {
    let cells = leastCells;
    for (const userId of userIds) cells = Math.max(cells, widthOf(this.call(userId)));
    return cells;
  }

  /** Ids by name, longest name first; a name that two people share stands for neither. */
  byName(userIds: Iterable<string>): [name: string, userId: string][] {
    const named = Map.groupBy(
      [...userIds].filter((id) => this.#people.has(id)),
      (id) => this.full(id),
    );
    return [...named]
      .filter(([, ids]) => ids.length === 1)
      .map(([name, ids]): [string, string] => [name, ids[0] as string])
      .sort(([a], [b]) => b.length - a.length);
  }

  /** Decided by the id; the next free one if somebody has it already. */
  #freeColour(userId: string): number {
    const taken = new Set([...this.#people.values()].map(({ colour }) => colour));
    const start = hash(userId) % peopleColours;
    for (let i = 0; i < peopleColours; i++) {
      const colour = (start + i) % peopleColours;
      if (!taken.has(colour)) return colour;
    }
    return start;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}
