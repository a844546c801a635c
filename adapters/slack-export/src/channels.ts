import { type ImportedRoom, type NotTaken, oneLine } from '@stackbox/core';
import { limits } from '@stackbox/protocol';
import { type Json, record, records, string, strings } from './json.ts';
import type { People } from './people.ts';

/** A conversation of the export, and the folder its days lie in. */
export interface Channel {
  readonly ref: string;
  readonly name: string;
  readonly roomKind: 'team' | 'direct';
  readonly memberRefs: readonly string[];
  readonly topic: string;
  readonly archived: boolean;
  /** Stamps of the messages that were pinned. */
  readonly pins: ReadonlySet<string>;
  /** undefined for a conversation in which nobody wrote. */
  readonly folder: string | undefined;
}

/** The files that list conversations. A private channel is a room like any other: its members are its wall. */
export const channelLists = [
  { file: 'channels.json', roomKind: 'team' },
  { file: 'groups.json', roomKind: 'team' },
  { file: 'mpims.json', roomKind: 'direct' },
  { file: 'dms.json', roomKind: 'direct' },
] as const;

/** The conversations of an export, as they are listed and then as their folders are found. */
export class Channels {
  readonly notTaken: NotTaken[] = [];
  readonly #channels = new Map<string, Channel>();
  readonly #unclaimed: Set<string>;

  constructor(folders: Iterable<string>) {
    this.#unclaimed = new Set(folders);
  }

  list(entry: Json, roomKind: 'team' | 'direct', where: string): void {
    const ref = string(entry.id);
    if (ref === undefined) {
      this.notTaken.push({ kind: 'skipped', what: 'room', why: 'it has no id', where });
      return;
    }
    if (this.#channels.has(ref)) {
      this.notTaken.push({
        kind: 'skipped',
        what: 'room',
        why: 'the same room a second time',
        where: `${where} ${ref}`,
      });
      return;
    }
    const name = string(entry.name);
    const topic = string(record(entry.topic)?.value) ?? string(record(entry.purpose)?.value) ?? '';
    // Two rooms of one name must not share a folder: the one's messages would be read out in the other.
    const folder = [ref, name].find((known) => known !== undefined && this.#unclaimed.delete(known));
    this.#channels.set(ref, {
      ref,
      name: oneLine(name ?? '', limits.nameChars),
      roomKind,
      memberRefs: [...new Set(strings(entry.members))],
      topic: oneLine(topic, limits.topicChars),
      archived: entry.is_archived === true,
      pins: new Set(records(entry.pins).flatMap((pin) => string(pin.id) ?? [])),
      folder,
    });
  }

  /** Folders that no list names: the list is missing. Who may read them isn't known, so nobody may. */
  takeStrays(): void {
    for (const folder of this.#unclaimed) {
      this.notTaken.push({
        kind: 'skipped',
        what: 'members of a room',
        why: 'the export has a folder of this name, but no list says who is in it',
        where: folder,
      });
      this.#channels.set(folder, {
        ref: folder,
        name: oneLine(folder, limits.nameChars),
        roomKind: /^(D[A-Z0-9]{6,}|mpdm-.*)$/.test(folder) ? 'direct' : 'team',
        memberRefs: [],
        topic: '',
        archived: false,
        pins: new Set(),
        folder,
      });
    }
    this.#unclaimed.clear();
  }

  all(): Iterable<Channel> {
    return this.#channels.values();
  }

  name(ref: string): string | undefined {
    return this.#channels.get(ref)?.name;
  }
}

export function roomOf(channel: Channel, people: People): ImportedRoom {
  const { ref, roomKind, memberRefs, topic, archived } = channel;
  const company = memberRefs.map((member) => people.name(member)).join(', ');
  // "mpdm-alice--bob-1" is a name for machines.
  const name = (roomKind === 'direct' && oneLine(company, limits.nameChars)) || channel.name || ref;
  return {
    kind: 'room',
    ref,
    name,
    roomKind,
    memberRefs: [...memberRefs],
    ...(topic !== '' && { topic }),
    ...(archived && { archived }),
  };
}
