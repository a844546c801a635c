/**
 * Strings kept for the length of an import, each once. A part of a string keeps the whole of it alive in V8, so an id cut
 * out of its headers would keep all the headers: what is kept is a copy.
 */
export class Strings {
  readonly #kept = new Map<string, string>();

  keep(text: string): string {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const copy = Buffer.from(text, 'utf16le').toString('utf16le');
    this.#kept.set(copy, copy);
    return copy;
  }
}
