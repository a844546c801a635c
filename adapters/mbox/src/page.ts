/** Elements whose words nobody sees. */
const silent = new Set(['head', 'title', 'script', 'style', 'template', 'svg']);
const paragraphs = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl pre blockquote table hr'.split(' '));
const breaks = new Set('div li tr dt dd section article header footer address center'.split(' '));
const cells = new Set(['td', 'th']);

/** A page of text as its tags and words come by. Tags need not match: what is open is counted, not stacked. */
export class Page {
  readonly #out: string[] = [];
  /** Where the open link began in the text, and where it leads. There is no link within a link. */
  #link: { at: number; href: string } | undefined;
  readonly #depth = { silent: 0, pre: 0, blockquote: 0 };
  /** Line ends still to be written: due only once words follow. */
  #due = 0;

  open(name: string, attributes: { href?: string; alt?: string }): void {
    // Mails forget to close their head.
    if (name === 'body') this.#depth.silent = 0;
    if (silent.has(name)) this.#depth.silent++;
    if (this.#depth.silent > 0) return;
    this.#breakFor(name);
    if (name === 'br') this.#due = Math.min(this.#due + 1, 3);
    if (name === 'pre' || name === 'blockquote') this.#depth[name]++;
    if (name === 'li') this.#write('- ');
    if (name === 'a') {
      this.#closeLink();
      this.#link = { at: this.#out.length, href: attributes.href ?? '' };
    }
    if (name === 'img') this.text(attributes.alt ?? '');
  }

  text(raw: string): void {
    if (this.#depth.silent > 0) return;
    if (this.#depth.pre > 0) {
      this.#write(raw);
      return;
    }
    const words = raw.replace(/[\s\u00a0]+/g, ' ');
    const atLineStart = this.#due > 0 || this.#out.length === 0;
    this.#write(atLineStart ? words.trimStart() : words);
  }

  close(name: string): void {
    if (silent.has(name)) this.#depth.silent = Math.max(0, this.#depth.silent - 1);
    if (this.#depth.silent > 0) return;
    if (name === 'a') this.#closeLink();
    if (name === 'pre' || name === 'blockquote') this.#depth[name] = Math.max(0, this.#depth[name] - 1);
    if (cells.has(name) && this.#due === 0) this.#write(' ');
    this.#breakFor(name);
  }

  toString(): string {
    const lines = this.#out.join('').split('\n');
    return lines.map((line) => line.trimEnd()).join('\n');
  }

  #breakFor(name: string): void {
    if (paragraphs.has(name)) this.#due = Math.max(this.#due, 2);
    else if (breaks.has(name)) this.#due = Math.max(this.#due, 1);
  }

  #write(words: string): void {
    if (words === '') return;
    if (this.#due > 0) {
      if (this.#out.length > 0) this.#out.push('\n'.repeat(this.#due));
      this.#out.push('> '.repeat(Math.min(this.#depth.blockquote, 8)));
    }
    this.#due = 0;
    this.#out.push(words);
  }

  /** Says where a link leads, unless its words do, or it is one that runs rather than leads (`javascript:`). */
  #closeLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined || !/^(https?|mailto):/i.test(link.href)) return;
    const label = this.#out.slice(link.at).join('').trim();
    const address = link.href.replace(/^mailto:/i, '');
    if (label === '') this.text(address);
    else if (!link.href.includes(label)) this.#write(` (${address})`);
  }
}
