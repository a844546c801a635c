import { type Span, type Style, span } from '../text/span.ts';
import { type Completion, commonStart } from './complete.ts';
import { type Draft, newDraft } from './draft.ts';
import { Editor } from './editor.ts';
import { type Key, Keyboard } from './keys.ts';

/** Something of one's own that can be written anew, newest first. */
export interface Recalled {
  readonly draft: Draft;
  readonly text: string;
}

export interface PromptEars {
  /** Enter. The line is taken if this answers true, and stays otherwise. */
  submit(text: string, draft: Draft): boolean;
  /** The text changed. */
  typing(text: string, draft: Draft): void;
  /** What ↑ on an empty line goes through, newest first. */
  own(): readonly Recalled[];
  complete(before: string): Completion | undefined;
  leave(): void;
  suspend(): void;
  wipe(): void;
  /** Anything that shows. */
  changed(): void;
}

/** The line being typed: its text, what Enter does with it, and a word about the last key. */
export class Prompt {
  readonly editor = new Editor();
  readonly #keyboard = new Keyboard(this.editor);
  readonly #ears: PromptEars;
  #draft: Draft = newDraft;
  /** Where ↑ has got. */
  #recalled: { readonly index: number; readonly text: string } | undefined;
  /** Ctrl-C was the last key. */
  #leaving = false;
  #hint: Span | undefined;

  constructor(ears: PromptEars) {
    this.#ears = ears;
  }

  get draft(): Draft {
    return this.#draft;
  }

  get hint(): Span | undefined {
    return this.#hint;
  }

  /** Shows a word until the next key. */
  say(hint: string, style: Style = 'warn'): void {
    this.#hint = span(hint, style);
    this.#ears.changed();
  }

  write(draft: Draft, text: string): void {
    this.#draft = draft;
    this.editor.set(text);
    this.#ears.typing(text, draft);
    this.#ears.changed();
  }

  press(text: string | undefined, key: Key): void {
    const intent = this.#keyboard.press(text, key);
    if (intent === 'none') return;
    if (intent !== 'interrupt') this.#leaving = false;
    this.#hint = undefined;
    switch (intent) {
      case 'typed':
        this.#ears.typing(this.editor.text, this.#draft);
        break;
      case 'moved':
        break;
      case 'submit':
        this.#submit();
        break;
      case 'previous':
        this.#recall(1);
        break;
      case 'next':
        this.#recall(-1);
        break;
      case 'complete':
        this.#complete();
        break;
      case 'cancel':
        if (this.#draft.kind !== 'new') this.#reset();
        break;
      case 'interrupt':
        return this.#interrupt();
      case 'end':
        return this.#ears.leave();
      case 'clear':
        this.#ears.wipe();
        break;
      case 'suspend':
        return this.#ears.suspend();
    }
    this.#ears.changed();
  }

  #submit(): void {
    const text = this.editor.text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
    const draft = this.#draft;
    if (text === '') {
      if (draft.kind === 'edit')
        this.say(`An empty message can't be: /delete ${draft.seq} withdraws it, Esc leaves it.`);
      return;
    }
    // First, so that what the line does to the input lasts.
    this.#reset();
    if (this.#ears.submit(text, draft)) return;
    this.#draft = draft;
    this.editor.set(text);
  }

  #reset(): void {
    this.#draft = newDraft;
    this.#recalled = undefined;
    this.editor.set('');
    this.#ears.typing('', newDraft);
  }

  /** Through one's own messages, as long as nothing was changed. */
  #recall(step: 1 | -1): void {
    const at = this.#recalled;
    const { text } = this.editor;
    const fresh = text === '' && this.#draft.kind === 'new';
    if (!fresh && (at === undefined || at.text !== text)) return;
    const own = this.#ears.own();
    const index = (at === undefined || fresh ? -1 : at.index) + step;
    const next = own[index];
    if (next === undefined) {
      if (index < 0 && !fresh) this.#reset();
      return;
    }
    this.#draft = next.draft;
    this.editor.set(next.text);
    this.#recalled = { index, text: next.text };
  }

  #complete(): void {
    const { editor } = this;
    const found = this.#ears.complete(editor.text.slice(0, editor.at));
    if (found === undefined) return;
    editor.replace(found.from, commonStart(found.options));
    if (found.options.length > 1) this.say(found.options.slice(0, 8).join('  '), 'dim');
    this.#ears.typing(editor.text, this.#draft);
  }

  #interrupt(): void {
    if (this.#leaving) return this.#ears.leave();
    this.#reset();
    this.#leaving = true;
    this.say('Ctrl-C again leaves.');
  }
}
