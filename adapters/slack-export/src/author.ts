import { type Json, record, string } from './json.ts';
import { nameOf, type People } from './people.ts';

/** Who wrote an event. A comment on a file (old exports) carries its author inside. */
export function authorOf(event: Json): { ref: string; name: string | undefined; bot: boolean } | undefined {
  const user = string(event.user) ?? string(record(event.comment)?.user);
  if (user !== undefined) {
    const profile = record(event.user_profile);
    return { ref: user, name: profile && nameOf(profile), bot: false };
  }
  const id = string(event.bot_id);
  const username = string(event.username);
  if (id === undefined && username === undefined) return undefined;
  // One webhook speaks under many names ("Grafana", "Jenkins"), and the name is what its readers went by.
  const ref = [id ?? 'bot', username].filter((part) => part !== undefined).join('/');
  return { ref, name: username ?? string(record(event.bot_profile)?.name), bot: true };
}

/** Notes everybody an event needs to exist. */
export function meetAll(event: Json, people: People, reactors: Iterable<string>): void {
  const author = authorOf(event);
  if (author !== undefined) people.meet(author.ref, author);
  for (const ref of reactors) people.meet(ref);
}
