import type { ImportItem, NotTaken } from '@stackbox/core';
import { authorOf, meetAll } from './author.ts';
import type { Channel, Channels } from './channels.ts';
import type { ExportFiles } from './files/files.ts';
import { Unreadable } from './files/files.ts';
import { type Json, record, string } from './json.ts';
import { messageOf } from './message.ts';
import type { People } from './people.ts';
import { reactionsOf } from './reactions.ts';
import { messageRef } from './ref.ts';
import { type Stamp, stamp } from './time.ts';

interface Event {
  readonly json: Json;
  readonly stamp: Stamp;
  readonly where: string;
}

/** Events that lie together, and the time they span, in microseconds. */
interface Span {
  first: number;
  last: number;
  load(): Promise<Event[]>;
}

/**
 * The messages of one channel. Read twice: `survey` learns who speaks and what was edited or deleted later on, so that
 * `items` can go through in order with no more than a few days in memory.
 */
export class History {
  readonly #channel: Channel;
  readonly #files: ExportFiles;
  readonly #days: readonly string[];
  readonly #spans: Span[] = [];
  /** The newest text of messages whose edits are logged (exports with edit and deletion logs), by stamp. */
  readonly #edits = new Map<string, { at: number; json: Json }>();
  readonly #deleted = new Set<string>();
  readonly #notTaken: NotTaken[] = [];

  constructor(channel: Channel, files: ExportFiles, days: readonly string[]) {
    this.#channel = channel;
    this.#files = files;
    this.#days = days;
  }

  async survey(people: People): Promise<void> {
    const own = new Set<string>();
    for (const path of this.#days) {
      const events = await this.#day(path, (notTaken) => this.#notTaken.push(notTaken));
      let first = Number.POSITIVE_INFINITY;
      let last = Number.NEGATIVE_INFINITY;
      for (const event of events) {
        first = Math.min(first, event.stamp.micros);
        last = Math.max(last, event.stamp.micros);
        if (!this.#logged(event)) own.add(event.stamp.ts);
        for (const json of [event.json, record(event.json.message) ?? {}]) {
          meetAll(
            json,
            people,
            reactionsOf(json).taken.flatMap((reaction) => reaction.byRefs),
          );
        }
      }
      if (events.length > 0) this.#spans.push({ first, last, load: () => this.#day(path, () => {}) });
    }
    this.#standIn(own);
    this.#spans.sort((a, b) => a.first - b.first);
  }

  async *items(people: People, channels: Channels): AsyncIterable<ImportItem> {
    yield* this.#notTaken;
    const names = { knows: (ref: string) => people.knows(ref), channel: (ref: string) => channels.name(ref) };
    const seen = new Set<number>();
    /** Roots that aren't here, and the reply that stands in for each. */
    const heirs = new Map<string, string>();
    const taken = new Set<string>();
    for await (const event of this.#inOrder()) {
      const { stamp: at, where } = event;
      const skip = (what: string, why: string): NotTaken => ({ kind: 'skipped', what, why, where });
      const subtype = string(event.json.subtype);
      if (subtype === 'message_changed') {
        yield skip('log of an edit', 'the message has its newest text');
        continue;
      }
      if (subtype === 'message_deleted') {
        yield skip('log of a deletion', 'the message is left out');
        continue;
      }
      if (this.#deleted.has(at.ts)) {
        yield skip('message', 'it was deleted in Slack');
        continue;
      }
      if (seen.has(at.micros)) {
        yield skip('message', 'the same message a second time');
        continue;
      }
      seen.add(at.micros);
      const edit = this.#edits.get(at.ts);
      const json = edit === undefined ? event.json : { ...event.json, edited: {}, ...edit.json };
      const place = { channel: this.#channel.ref, stamp: at, where, pinned: this.#channel.pins.has(at.ts) };
      const { message, notTaken } = messageOf(json, place, names);
      yield* notTaken;
      if (message === undefined) continue;
      taken.add(at.ts);
      const root = string(json.thread_ts) ?? at.ts;
      const found = taken.has(root) ? root : heirs.get(root);
      if (found === undefined) heirs.set(root, at.ts);
      if (found === undefined || found === at.ts) yield message;
      else yield { ...message, replyToRef: messageRef(this.#channel.ref, found) };
    }
  }

  /** Days whose times overlap are read together; as a rule it is one after the other. */
  async *#inOrder(): AsyncIterable<Event> {
    for (let next = 0; next < this.#spans.length; ) {
      const together: Event[] = [];
      let last = Number.NEGATIVE_INFINITY;
      for (let span = this.#spans[next]; span !== undefined; span = this.#spans[++next]) {
        if (together.length > 0 && span.first > last) break;
        last = Math.max(last, span.last);
        together.push(...(await span.load()));
      }
      yield* together.sort((a, b) => a.stamp.micros - b.stamp.micros);
    }
  }

  async #day(path: string, tell: (notTaken: NotTaken) => void): Promise<Event[]> {
    const skip = (what: string, why: string, where = path) => tell({ kind: 'skipped', what, why, where });
    let parsed: unknown;
    try {
      parsed = JSON.parse((await this.#files.read(path)).toString('utf8'));
    } catch (error) {
      if (!(error instanceof Unreadable || error instanceof SyntaxError)) throw error;
      skip('day of messages', 'the file is no JSON that can be read', `${path}: ${error.message}`);
      return [];
    }
    if (!Array.isArray(parsed)) {
      skip('day of messages', 'the file holds no list of messages');
      return [];
    }
    return parsed.flatMap((item: unknown, index): Event[] => {
      const json = record(item);
      const at = stamp(json?.ts);
      if (json !== undefined && at !== undefined) return [{ json, stamp: at, where: `${path} ${at.ts}` }];
      skip('message', 'it has no time', `${path}, item ${index + 1}`);
      return [];
    });
  }

  /** Is this a line of the edit and deletion log? Then what it tells is noted. */
  #logged({ json, stamp: at }: Event): boolean {
    switch (string(json.subtype)) {
      case 'message_changed': {
        const edited = record(json.message);
        const target = string(edited?.ts);
        if (edited === undefined || target === undefined) return true;
        if ((this.#edits.get(target)?.at ?? 0) <= at.micros)
          this.#edits.set(target, { at: at.micros, json: edited });
        return true;
      }
      case 'message_deleted': {
        const target = string(json.deleted_ts) ?? string(record(json.original)?.ts);
        if (target !== undefined) this.#deleted.add(target);
        return true;
      }
      default:
        return false;
    }
  }

  /** An edit whose message isn't there otherwise brings the message itself. */
  #standIn(own: ReadonlySet<string>): void {
    const events = [...this.#edits].flatMap(([ts, { json }]): Event[] => {
      const at = stamp(ts);
      return own.has(ts) || at === undefined || authorOf(json) === undefined
        ? []
        : [{ json, stamp: at, where: `${this.#channel.folder ?? this.#channel.ref} ${ts}` }];
    });
    if (events.length === 0) return;
    const micros = events.map((event) => event.stamp.micros);
    const first = micros.reduce((a, b) => Math.min(a, b));
    const last = micros.reduce((a, b) => Math.max(a, b));
    this.#spans.push({ first, last, load: async () => events });
  }
}
