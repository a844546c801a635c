import { graphemes } from '../text/width.ts';

/** The text being typed, and where in it. Moves by what people take for one character, and by words. */
export class Editor {
  #text = '';
  /** An index into `text`, between two characters. */
  #at = 0;
  #cut = '';

  get text(): string {
    return this.#text;
  }

  get at(): number {
    return this.#at;
  }

  set(text: string): void {
    this.#text = text;
    this.#at = text.length;
  }

  insert(text: string): void {
    this.#text = this.#text.slice(0, this.#at) + text + this.#text.slice(this.#at);
    this.#at += text.length;
  }

  /** Puts `text` in place of what stands from `from` to the cursor. */
  replace(from: number, text: string): void {
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(this.#at);
    this.#at = from + text.length;
  }

  left(): void {
    this.#at -= graphemes(this.#before).at(-1)?.length ?? 0;
  }

  right(): void {
    this.#at += graphemes(this.#after)[0]?.length ?? 0;
  }

  wordLeft(): void {
    this.#at -= /\S*\s*$/.exec(this.#before)?.[0].length ?? 0;
  }

  wordRight(): void {
    this.#at += /^\s*\S*/.exec(this.#after)?.[0].length ?? 0;
  }

  lineStart(): void {
    this.#at = this.#before.lastIndexOf('\n') + 1;
  }

  lineEnd(): void {
    const end = this.#after.indexOf('\n');
    this.#at = end === -1 ? this.#text.length : this.#at + end;
  }

  /** Answers false on the first line. */
  up(): boolean {
    const start = this.#before.lastIndexOf('\n') + 1;
    if (start === 0) return false;
    const column = graphemes(this.#text.slice(start, this.#at)).length;
    this.#at = start - 1;
    this.#toColumn(column);
    return true;
  }

  /** Answers false on the last line. */
  down(): boolean {
    const end = this.#after.indexOf('\n');
    if (end === -1) return false;
    const start = this.#before.lastIndexOf('\n') + 1;
    const column = graphemes(this.#text.slice(start, this.#at)).length;
    this.#at += end + 1;
    this.lineEnd();
    this.#toColumn(column);
    return true;
  }

  backspace(): void {
    const last = graphemes(this.#before).at(-1);
    if (last !== undefined) this.replace(this.#at - last.length, '');
  }

  delete(): void {
    const next = graphemes(this.#after)[0] ?? '';
    this.#text = this.#before + this.#after.slice(next.length);
  }

  cutWord(): void {
    const end = this.#at;
    this.wordLeft();
    this.#cutFrom(this.#at, end);
  }

  cutToLineStart(): void {
    const end = this.#at;
    this.lineStart();
    this.#cutFrom(this.#at, end);
  }

  cutToLineEnd(): void {
    const start = this.#at;
    this.lineEnd();
    this.#cutFrom(start, this.#at);
  }

  /** Brings back what was cut last. */
  yank(): void {
    this.insert(this.#cut);
  }

  get #before(): string {
    return this.#text.slice(0, this.#at);
  }

  get #after(): string {
    return this.#text.slice(this.#at);
  }

  #cutFrom(start: number, end: number): void {
    if (start === end) return;
    this.#cut = this.#text.slice(start, end);
    this.#text = this.#text.slice(0, start) + this.#text.slice(end);
    this.#at = start;
  }

  /** Within the line at whose end the cursor stands. */
  #toColumn(column: number): void {
    const start = this.#before.lastIndexOf('\n') + 1;
    const line = graphemes(this.#text.slice(start, this.#at));
    this.#at = start + line.slice(0, column).join('').length;
  }
}
