import { readFileSync } from 'node:fs';

/** Slack's short names, from emoji-datasource 16.0.0 (MIT); emoji-names.make.ts makes the file anew. */
const names = new Map<string, string>(
  Object.entries(JSON.parse(readFileSync(new URL('emoji-names.json', import.meta.url), 'utf8'))),
);

const takesTone = /\p{Emoji_Modifier_Base}/gu;
const handshake = '\u{1f91d}';
const rgi = /^\p{RGI_Emoji}$/v;

/** The emoji of a short name without colons, `thumbsup::skin-tone-2` included; undefined for a workspace's own. */
export function emojiNamed(name: string): string | undefined {
  const [base = '', ...modifiers] = name.split('::');
  const emoji = names.get(base);
  if (emoji === undefined) return undefined;
  const tones = modifiers.flatMap((modifier) => names.get(modifier) ?? []);
  return tones.length === 0 ? emoji : toned(emoji, tones);
}

/** Each person of the sequence in the colour asked for, the last colour going on; a drawing that has none stays. */
function toned(emoji: string, tones: readonly string[]): string {
  let person = 0;
  const people = [...emoji.matchAll(takesTone)].length;
  const dressed = emoji
    .replace(takesTone, (base) => {
      // Between two people, the hands they hold have no colour of their own.
      if (base === handshake && people > 1) return base;
      return base + (tones[Math.min(person++, tones.length - 1)] ?? '');
    })
    // "👁️" and its like: the colour takes the place of the selector that asks for colours at all.
    .replaceAll(/(\p{Emoji_Modifier})\ufe0f/gu, '$1');
  return rgi.test(dressed) ? dressed : emoji;
}
