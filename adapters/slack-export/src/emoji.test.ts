import { readFileSync } from 'node:fs';
import { isEmoji } from '@stackbox/protocol';
import { describe, expect, it } from 'vitest';
import { emojiNamed } from './emoji.ts';

describe("Slack's names of emoji", () => {
  it('are all one emoji sequence for the wire, in every colour too', () => {
    const table = JSON.parse(readFileSync(new URL('emoji-names.json', import.meta.url), 'utf8'));
    const names = Object.keys(table);
    expect(names.length).toBeGreaterThan(1_900);
    const spoken = names.flatMap((name) => [
      name,
      `${name}::skin-tone-4`,
      `${name}::skin-tone-2::skin-tone-6`,
    ]);
    expect(spoken.filter((name) => !isEmoji(emojiNamed(name) ?? ''))).toEqual([]);
  });

  it.each([
    ['+1', '👍'],
    ['thumbsup::skin-tone-2', '👍🏻'],
    ['flag-de', '🇩🇪'],
    ['people_holding_hands::skin-tone-2::skin-tone-4', '🧑🏻‍🤝‍🧑🏽'],
    ['female-detective::skin-tone-5', '🕵🏾‍♀️'],
    ['heart::skin-tone-2', '❤️'],
  ])('give %s as %s', (name, emoji) => expect(emojiNamed(name)).toBe(emoji));

  it.each(['partyparrot', '', '__proto__', 'constructor'])('do not have %s', (name) =>
    expect(emojiNamed(name)).toBeUndefined(),
  );
});
