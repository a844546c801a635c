import { type ImportedUser, type NotTaken, oneLine } from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import { type Json, record, string } from './json.ts';

/** Everybody who wrote, reacted or is a member: those of users.json, and those met only in the messages. */
export class People {
  readonly #users = new Map<string, ImportedUser>();
  readonly notTaken: NotTaken[] = [];

  /** One entry of users.json. */
  list(entry: Json, where: string): void {
    const ref = string(entry.id);
    if (ref === undefined) {
      this.notTaken.push({ kind: 'skipped', what: 'user', why: 'it has no id', where });
      return;
    }
    if (this.#users.has(ref)) {
      this.notTaken.push({
        kind: 'skipped',
        what: 'user',
        why: 'the same user a second time',
        where: `${where} ${ref}`,
      });
      return;
    }
    if (['is_admin', 'is_owner', 'is_primary_owner'].some((role) => entry[role] === true)) {
      this.notTaken.push({
        kind: 'skipped',
        what: 'role of an admin or owner',
        why: 'an import gives nobody rights',
        where: `${where} ${ref}`,
      });
    }
    const email = string(record(entry.profile)?.email)?.trim().toLowerCase();
    this.#users.set(ref, {
      kind: 'user',
      ref,
      name: nameOf(entry) ?? ref,
      ...(email !== undefined && /^[^\s@]+@[^\s@]+$/.test(email) && { email }),
      ...((entry.is_bot === true || ref === slackbot) && { bot: true }),
      ...(entry.deleted === true && { deactivated: true }),
      ...(['is_restricted', 'is_ultra_restricted', 'is_stranger'].some((mark) => entry[mark] === true) && {
        guest: true,
      }),
    });
  }

  /**
   * Somebody a message speaks of. People of another company in a shared channel, bots and long-gone users are not in
   * users.json; what the message says about them is all there is.
   */
  meet(ref: string, hints: { name?: string | undefined; bot?: boolean } = {}): void {
    const bot = hints.bot === true || ref === slackbot;
    const name = oneLine(hints.name ?? '', limits.nameChars);
    const before = this.#users.get(ref);
    if (before !== undefined) {
      if (before.name === ref && name !== '' && this.#met.has(ref)) this.#users.set(ref, { ...before, name });
      return;
    }
    this.#met.add(ref);
    this.#users.set(ref, {
      kind: 'user',
      ref,
      name: name !== '' ? name : ref === slackbot ? 'Slackbot' : ref,
      // Whoever isn't a listed member of the workspace may see no more than a guest.
      ...(bot ? { bot: true } : { guest: true }),
    });
    if (!bot) {
      this.notTaken.push({
        kind: 'skipped',
        what: 'profile of a user',
        why: 'the export lists no such user; the name is what the messages say',
        where: ref,
      });
    }
  }

  readonly #met = new Set<string>();

  knows(ref: string): boolean {
    return this.#users.has(ref);
  }

  name(ref: string): string {
    return this.#users.get(ref)?.name ?? ref;
  }

  all(): Iterable<ImportedUser> {
    return this.#users.values();
  }
}

const slackbot = 'USLACKBOT';

/** The name a person chose, as Slack shows it. */
export function nameOf(user: Json): string | undefined {
  const profile = record(user.profile) ?? user;
  for (const name of [profile.display_name, profile.real_name, user.real_name, user.name]) {
    const line = oneLine(string(name) ?? '', limits.nameChars);
    if (line !== '') return line;
  }
  return undefined;
}
