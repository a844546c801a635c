import type { ImportedMessage } from '@stackbox/core';
import { emojiNamed } from './emoji.ts';
import { type Json, number, records, string, strings } from './json.ts';

interface Reactions {
  readonly taken: ImportedMessage['reactions'];
  /** Names of the workspace's own emoji. */
  readonly custom: string[];
  /** People whom Slack counts without naming them. */
  readonly unnamed: number;
}

/** Two short names may be one emoji (`+1`, `thumbsup`): their people are put together. */
export function reactionsOf(event: Json): Reactions {
  const people = new Map<string, Set<string>>();
  const custom: string[] = [];
  let unnamed = 0;
  for (const reaction of records(event.reactions)) {
    const name = string(reaction.name) ?? '';
    const users = strings(reaction.users);
    const emoji = emojiNamed(name);
    if (emoji === undefined) {
      custom.push(name);
      continue;
    }
    unnamed += Math.max(0, (number(reaction.count) ?? 0) - users.length);
    const reacted = people.get(emoji) ?? new Set();
    for (const user of users) reacted.add(user);
    if (reacted.size > 0) people.set(emoji, reacted);
  }
  return {
    taken: [...people].map(([emoji, refs]) => ({ emoji, byRefs: [...refs] })),
    custom,
    unnamed,
  };
}
