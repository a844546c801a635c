import { fold, hasSpacedLetter, nextLetter, type Run, runsIn } from './scripts.ts';

/**
 * Finds a term in folded texts: its runs of letters as they stand, with anything but letters between them. In a script
 * with spaces a run begins where a word begins, and ends with one if it is to be whole.
 */
export class Finder {
  readonly #runs: readonly Run[];
  readonly #whole: boolean;

  constructor(term: string, whole: boolean) {
    this.#runs = [...runsIn(fold(term))];
    this.#whole = whole;
  }

  isIn(folded: string): boolean {
    return this.#next(folded, 0) !== undefined;
  }

  /** Where it stands, in UTF-16 units of the folded text. */
  places(folded: string): { from: number; to: number }[] {
    const places: { from: number; to: number }[] = [];
    for (let place = this.#next(folded, 0); place !== undefined; place = this.#next(folded, place.to))
      places.push(place);
    return places;
  }

  #next(folded: string, at: number): { from: number; to: number } | undefined {
    const [first] = this.#runs;
    if (first === undefined) return undefined;
    for (
      let from = folded.indexOf(first.text, at);
      from !== -1;
      from = folded.indexOf(first.text, from + 1)
    ) {
      const to = this.#endFrom(folded, from);
      if (to !== undefined) return { from, to };
    }
    return undefined;
  }

  /** Where it ends if it stands at `from`. */
  #endFrom(folded: string, from: number): number | undefined {
    let at = from;
    for (const [i, run] of this.#runs.entries()) {
      if (i > 0) at = nextLetter(folded, at);
      if (!folded.startsWith(run.text, at)) return undefined;
      const end = at + run.text.length;
      if (run.kind === 'word') {
        if (hasSpacedLetter(characterBefore(folded, at))) return undefined;
        if (this.#whole && hasSpacedLetter(characterAt(folded, end))) return undefined;
      }
      at = end;
    }
    return at;
  }
}

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);

function characterBefore(text: string, at: number): string {
  const isLow = (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00;
  return text.slice(Math.max(0, at - (isLow ? 2 : 1)), at);
}
