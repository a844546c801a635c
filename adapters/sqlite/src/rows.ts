import { assertNever, type Draft } from '@stackbox/core';
import type { Entry, EntryKind, FileRef } from '@stackbox/protocol';

/** Kinds as numbers, as they stand on disk. Only ever added to. */
export const kindNumbers = {
  message: 0,
  edit: 1,
  delete: 2,
  reaction: 3,
  pin: 4,
  member: 5,
  room: 6,
} as const;
const kindNames = Object.keys(kindNumbers) as EntryKind[];

/** A row of `entries`. */
export interface EntryRow {
  seq: number;
  at: number;
  by_no: number;
  kind: number;
  client_id: string | null;
  target: number | null;
  body: string;
}

/** What a message's row keeps beside its columns; absent fields are empty. */
export interface MessageBody {
  text?: string;
  files?: readonly FileRef[];
  mentions?: readonly string[];
  replyTo?: number;
  sentAt?: number;
  deleted?: true;
}

/** The body of the row that holds a draft. An edit's text lives in its target alone, so that one delete withdraws it. */
export function bodyOf(draft: Draft): string {
  switch (draft.kind) {
    case 'message': {
      const body: MessageBody = { text: draft.text };
      if (draft.files.length > 0) body.files = draft.files;
      if (draft.mentions.length > 0) body.mentions = draft.mentions;
      if (draft.replyTo !== undefined) body.replyTo = draft.replyTo;
      if (draft.sentAt !== undefined) body.sentAt = draft.sentAt;
      return JSON.stringify(body);
    }
    case 'edit':
    case 'delete':
      return '';
    case 'reaction':
      return JSON.stringify({ emoji: draft.emoji, on: draft.on });
    case 'pin':
      return JSON.stringify({ on: draft.on });
    case 'member':
      return JSON.stringify({ userId: draft.userId, joined: draft.joined });
    case 'room':
      return JSON.stringify({
        name: draft.name,
        topic: draft.topic,
        ...(draft.deleted ? { deleted: true } : {}),
      });
    default:
      return assertNever(draft);
  }
}

/** The entry that a committed draft became. */
export function entryOf(draft: Draft, seq: number, at: number): Entry {
  const base = { seq, at, by: draft.by };
  switch (draft.kind) {
    case 'message':
      return {
        ...base,
        kind: 'message',
        clientId: draft.clientId,
        text: draft.text,
        files: draft.files as FileRef[],
        mentions: draft.mentions as string[],
        ...(draft.replyTo === undefined ? {} : { replyTo: draft.replyTo }),
        ...(draft.sentAt === undefined ? {} : { sentAt: draft.sentAt }),
      };
    case 'edit':
      return {
        ...base,
        kind: 'edit',
        target: draft.target,
        text: draft.text,
        mentions: draft.mentions as string[],
      };
    case 'delete':
      return { ...base, kind: 'delete', target: draft.target };
    case 'reaction':
      return { ...base, kind: 'reaction', target: draft.target, emoji: draft.emoji, on: draft.on };
    case 'pin':
      return { ...base, kind: 'pin', target: draft.target, on: draft.on };
    case 'member':
      return { ...base, kind: 'member', userId: draft.userId, joined: draft.joined };
    case 'room':
      return {
        ...base,
        kind: 'room',
        name: draft.name,
        topic: draft.topic,
        ...(draft.deleted ? { deleted: true } : {}),
      };
    default:
      return assertNever(draft);
  }
}

/** The entry in a row. `by` names its author; `targetBody` gives an edit its target's newest text. */
export function entryIn(row: EntryRow, by: string, targetBody: (seq: number) => MessageBody): Entry {
  const base = { seq: row.seq, at: row.at, by };
  const target = row.target ?? 0;
  const kind = kindNames[row.kind];
  switch (kind) {
    case 'message': {
      const {
        text = '',
        files = [],
        mentions = [],
        replyTo,
        sentAt,
        deleted,
      } = JSON.parse(row.body) as MessageBody;
      return {
        ...base,
        kind,
        clientId: row.client_id ?? '',
        text,
        files: files as FileRef[],
        mentions: mentions as string[],
        ...(replyTo === undefined ? {} : { replyTo }),
        ...(sentAt === undefined ? {} : { sentAt }),
        ...(deleted ? { deleted } : {}),
      };
    }
    case 'edit': {
      const { text = '', mentions = [] } = targetBody(target);
      return { ...base, kind, target, text, mentions: mentions as string[] };
    }
    case 'delete':
      return { ...base, kind, target };
    case 'reaction':
    case 'pin':
    case 'member':
    case 'room':
      return {
        ...base,
        kind,
        ...(row.target === null ? {} : { target }),
        ...JSON.parse(row.body),
      } as Entry;
    case undefined:
      throw new Error(`entry kind ${row.kind} is not known to this version`);
    default:
      return assertNever(kind);
  }
}
