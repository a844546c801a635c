import { Tokenizer } from 'htmlparser2';
import { Page } from './page.ts';

/**
 * The words of an HTML mail, with its links, lists and quotes; how it looked is gone. Built on the tokenizer and not on
 * the parser above it, whose stack of open elements makes a mail of nested tags take the square of its length.
 */
export function htmlText(html: string): string {
  const page = new Page();
  let tag = '';
  let attribute = '';
  let value = '';
  let attributes: Record<string, string> = {};

  const opened = () => page.open(tag, attributes);
  const tokenizer = new Tokenizer(
    {},
    {
      onopentagname(start, end) {
        tag = html.slice(start, end).toLowerCase();
        attributes = {};
      },
      onattribname(start, end) {
        attribute = html.slice(start, end).toLowerCase();
        value = '';
      },
      onattribdata(start, end) {
        value += html.slice(start, end);
      },
      onattribentity(point) {
        value += String.fromCodePoint(point);
      },
      onattribend() {
        if (attribute === 'href' || attribute === 'alt') attributes[attribute] ??= value;
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      ontext: (start, end) => page.text(html.slice(start, end)),
      ontextentity: (point) => page.text(String.fromCodePoint(point)),
      onclosetag: (start, end) => page.close(html.slice(start, end).toLowerCase()),
      oncdata() {},
      oncomment() {},
      ondeclaration() {},
      onprocessinginstruction() {},
      onend() {},
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return page.toString();
}
