/** Names for those who have no emoji on their keys. */
const emojis: Readonly<Record<string, string>> = {
  '+1': '👍',
  thumbsup: '👍',
  '-1': '👎',
  thumbsdown: '👎',
  ok: '👌',
  clap: '👏',
  pray: '🙏',
  wave: '👋',
  muscle: '💪',
  eyes: '👀',
  heart: '❤️',
  smile: '😄',
  joy: '😂',
  wink: '😉',
  cry: '😢',
  thinking: '🤔',
  tada: '🎉',
  fire: '🔥',
  rocket: '🚀',
  star: '⭐',
  check: '✅',
  x: '❌',
  warning: '⚠️',
  question: '❓',
  coffee: '☕',
  cake: '🍰',
};

/** `👍`, `:thumbsup:` or `thumbsup`, as an emoji; anything else as it is. */
export function emojiFor(text: string): string {
  return emojis[text.replace(/^:|:$/g, '').toLowerCase()] ?? text;
}
