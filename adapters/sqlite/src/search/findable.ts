import type { MessageBody } from '../rows.ts';

/** What can be found of a message: its text and the names of its files. Rid of the characters that mark matches. */
export function findable({ text = '', files = [] }: MessageBody): string {
  const all = files.length === 0 ? text : [text, ...files.map(({ name }) => name)].join('\n').trim();
  return all.replace(/[\uE000\uE001]/g, '');
}

export const linksIn = (text: string): boolean => /\bhttps?:\/\/\S|\bwww\.\S/i.test(text);

/** When a message was written. */
export const writtenAt = ({ sentAt }: MessageBody, at: number): number => sentAt ?? at;
