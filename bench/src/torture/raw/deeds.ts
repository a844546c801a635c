import type { Chance } from '../chance.ts';
import type { Deed } from '../history.ts';
import type { Person } from '../world.ts';

interface Plan {
  readonly roomId: string;
  readonly clientId: string;
  readonly deed: Deed;
}

const scraps = [
  'yes',
  'no',
  'später',
  'déjà vu',
  '契約書',
  '👍🏽',
  'naïve café',
  'a\tb',
  'two\nlines',
  '“quoted” \\ / "',
  '<b>&amp;</b>',
];
const emojis = ['👍', '❤️', '🎉', '👩‍💻'];
const mayPin = new Set(['owner', 'admin', 'staff']);

/** Thinks of things to do: mostly messages, and changes to those it knows to be in the log. */
export class Imagination {
  readonly #name: string;
  readonly #person: Person;
  readonly #chance: Chance;
  /** Own messages that stand, by room. */
  readonly #standing = new Map<string, number[]>();
  readonly #longOnes: number;
  #count = 0;

  constructor(name: string, person: Person, chance: Chance, wordy = false) {
    this.#name = name;
    this.#person = person;
    this.#chance = chance;
    this.#longOnes = wordy ? 1 : 0.02;
  }

  next(): Plan {
    const chance = this.#chance;
    const roomId = chance.pick(this.#person.rooms);
    const clientId = `${this.#name}-${++this.#count}`;
    return { roomId, clientId, deed: this.#deed(roomId, `${this.#name}x${this.#count}`) };
  }

  /** The message is in the log: it may be changed from now on. */
  knows(roomId: string, seq: number): void {
    const standing = this.#standing.get(roomId) ?? [];
    standing.push(seq);
    // The latest ones: an edit soon after, while connections come and go, is the interesting one.
    this.#standing.set(roomId, standing.slice(-20));
  }

  /** `word` begins its text, and stands in no other: search is asked for it. */
  #deed(roomId: string, word: string): Deed {
    const chance = this.#chance;
    const standing = this.#standing.get(roomId) ?? [];
    const wish = chance.next();
    if (wish < 0.68 || standing.length === 0) {
      const text = `${word} ${this.#words()}`;
      return chance.hit(0.1) && standing.length > 0
        ? { kind: 'message', text, replyTo: chance.pick(standing) }
        : { kind: 'message', text };
    }
    const target = chance.pick(standing);
    if (wish < 0.78) return { kind: 'edit', target, text: `${word} edited: ${this.#words()}` };
    if (wish < 0.83) {
      // Now and then it forgets that it withdrew the message, and is told so.
      if (chance.hit(0.9))
        this.#standing.set(
          roomId,
          standing.filter((seq) => seq !== target),
        );
      return { kind: 'delete', target };
    }
    if (wish < 0.95 || !mayPin.has(this.#person.role)) {
      return { kind: 'reaction', target, emoji: chance.pick(emojis), on: chance.hit(0.7) };
    }
    return { kind: 'pin', target, on: chance.hit(0.6) };
  }

  #words(): string {
    const chance = this.#chance;
    // Rarely a long one, so that frames need the longer length field and the log's pages fill.
    const length = chance.hit(this.#longOnes) ? chance.int(2_000, 6_000) : chance.magnitude(5, 300);
    let words = '';
    while (words.length < length) words += `${chance.pick(scraps)} `;
    return words.trim();
  }
}
