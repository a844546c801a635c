import { sendable } from '../text/safe.ts';
import type { Editor } from './editor.ts';

/** A key press as `node:readline` tells it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/** What a key asks of the chat; `typed` and `moved` were done by the editor already. */
export type Intent =
  | 'typed'
  | 'moved'
  | 'submit'
  | 'previous'
  | 'next'
  | 'complete'
  | 'cancel'
  | 'interrupt'
  | 'end'
  | 'clear'
  | 'suspend'
  | 'none';

/** Keys as shells and most editors of one line have them. */
export class Keyboard {
  readonly #editor: Editor;
  /** What was pasted so far, while a paste lasts (https://www.xfree86.org/current/ctlseqs.html, bracketed paste). */
  #paste: string | undefined;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  press(text: string | undefined, key: Key): Intent {
    if (key.name === 'paste-start') this.#paste = '';
    else if (key.name === 'paste-end') return this.#pasted();
    else if (this.#paste !== undefined) this.#paste += key.sequence ?? text ?? '';
    else return this.#key(text, key);
    return 'none';
  }

  #pasted(): Intent {
    const text = sendable((this.#paste ?? '').replace(/\r\n?/g, '\n'));
    this.#paste = undefined;
    return this.#typed(() => this.#editor.insert(text));
  }

  #key(text: string | undefined, key: Key): Intent {
    if (key.ctrl) return this.#control(key.name);
    if (key.meta) return this.#alt(key.name);
    const editor = this.#editor;
    switch (key.name) {
      case 'return':
        return 'submit';
      case 'enter':
        return this.#typed(() => editor.insert('\n'));
      case 'escape':
        return 'cancel';
      case 'tab':
        return 'complete';
      case 'up':
        return editor.up() ? 'moved' : 'previous';
      case 'down':
        return editor.down() ? 'moved' : 'next';
      case 'left':
        return this.#moved(() => editor.left());
      case 'right':
        return this.#moved(() => editor.right());
      case 'home':
        return this.#moved(() => editor.lineStart());
      case 'end':
        return this.#moved(() => editor.lineEnd());
      case 'backspace':
        return this.#typed(() => editor.backspace());
      case 'delete':
        return this.#typed(() => editor.delete());
    }
    const clean = sendable(text ?? '');
    return clean === '' ? 'none' : this.#typed(() => editor.insert(clean));
  }

  #control(name: string | undefined): Intent {
    const editor = this.#editor;
    switch (name) {
      case 'c':
        return 'interrupt';
      case 'd':
        return editor.text === '' ? 'end' : this.#typed(() => editor.delete());
      case 'z':
        return 'suspend';
      case 'l':
        return 'clear';
      case 'a':
        return this.#moved(() => editor.lineStart());
      case 'e':
        return this.#moved(() => editor.lineEnd());
      case 'b':
        return this.#moved(() => editor.left());
      case 'f':
        return this.#moved(() => editor.right());
      case 'p':
        return editor.up() ? 'moved' : 'previous';
      case 'n':
        return editor.down() ? 'moved' : 'next';
      case 'left':
        return this.#moved(() => editor.wordLeft());
      case 'right':
        return this.#moved(() => editor.wordRight());
      case 'h':
        return this.#typed(() => editor.backspace());
      case 'w':
      case 'backspace':
        return this.#typed(() => editor.cutWord());
      case 'u':
        return this.#typed(() => editor.cutToLineStart());
      case 'k':
        return this.#typed(() => editor.cutToLineEnd());
      case 'y':
        return this.#typed(() => editor.yank());
      default:
        return 'none';
    }
  }

  #alt(name: string | undefined): Intent {
    const editor = this.#editor;
    switch (name) {
      case 'return':
      case 'enter':
        return this.#typed(() => editor.insert('\n'));
      case 'b':
      case 'left':
        return this.#moved(() => editor.wordLeft());
      case 'f':
      case 'right':
        return this.#moved(() => editor.wordRight());
      case 'backspace':
        return this.#typed(() => editor.cutWord());
      case 'escape':
        return 'cancel';
      default:
        return 'none';
    }
  }

  #typed(change: () => void): Intent {
    change();
    return 'typed';
  }

  #moved(move: () => void): Intent {
    move();
    return 'moved';
  }
}
