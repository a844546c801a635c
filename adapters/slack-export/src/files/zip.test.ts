import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.ts';
import { writeZip, type ZipEntry } from '../../test/zip.ts';
import { type ExportLimits, slackExport } from '../index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slack-zip-'));
});
afterEach(() => rm(folder, { recursive: true }));

const day = (second: number, text: string): Buffer =>
  Buffer.from(JSON.stringify([{ ts: `17000000${second}.000100`, user: 'U1', text }]));

async function read(entries: ZipEntry[], limits: Partial<ExportLimits> = {}) {
  const path = join(folder, 'export.zip');
  await writeZip(path, [
    { name: 'users.json', data: Buffer.from('[{"id":"U1","name":"ann"}]') },
    { name: 'channels.json', data: Buffer.from('[{"id":"C1","name":"general"}]') },
    ...entries,
  ]);
  return collect(slackExport(path, limits));
}

describe('a zip made to do harm', () => {
  it.each(['../../etc/cron.d/x', '/etc/passwd', 'C:\\windows\\x.json', 'general\\..\\..\\x.json'])(
    'is refused for the name %s, which leaves the archive',
    async (name) => {
      await expect(read([{ name, data: day(10, 'x') }])).rejects.toThrow(/damaged or was made to do harm/);
    },
  );

  it('is refused when it unpacks to more than the limit, before anything is unpacked', async () => {
    const bomb = Buffer.alloc(5_000_000, ' ');
    await expect(
      read([{ name: 'general/2023-11-14.json', data: bomb }], { totalBytes: 1_000_000 }),
    ).rejects.toThrow(/unpacks to more than 1000000 bytes/);
  });

  it('is refused for too many files', async () => {
    const entries = Array.from({ length: 11 }, (_, at) => ({
      name: `general/${at}.json`,
      data: Buffer.from('[]'),
    }));
    await expect(read(entries, { files: 10 })).rejects.toThrow(/more than 10 files/);
  });

  it('loses the one file that is too large, and no other', async () => {
    const { texts, skipped } = await read(
      [
        { name: 'general/2023-11-14.json', data: Buffer.alloc(100_000, ' ') },
        { name: 'general/2023-11-15.json', data: day(10, 'still here') },
      ],
      { fileBytes: 10_000 },
    );
    expect(texts).toEqual(['still here']);
    expect(skipped[0]).toMatchObject({
      what: 'day of messages',
      where: expect.stringContaining('larger than 10000'),
    });
  });

  it('gains nothing by declaring an entry smaller than it is', async () => {
    const { texts, skipped } = await read([
      { name: 'general/2023-11-14.json', data: Buffer.alloc(100_000, ' '), lie: { size: 10 } },
      { name: 'general/2023-11-15.json', data: day(10, 'still here') },
    ]);
    expect(texts).toEqual(['still here']);
    expect(skipped[0]?.where).toMatch(/2023-11-14.json: damaged in the archive: too many bytes/);
  });
});

describe('a damaged zip', () => {
  it('loses the files that are damaged, encrypted or there twice', async () => {
    const { texts, skipped } = await read([
      { name: 'general/2023-11-13.json', data: day(10, 'flipped bit'), lie: { crc: 1 } },
      { name: 'general/2023-11-14.json', data: day(11, 'locked'), lie: { flags: 1 } },
      { name: 'general/2023-11-15.json', data: day(12, 'first') },
      { name: 'general/2023-11-15.json', data: day(13, 'its double') },
    ]);
    expect(texts).toEqual(['first']);
    expect(skipped.map(({ why, where }) => `${where} ${why}`)).toEqual([
      'general/2023-11-14.json encrypted, or packed in an unknown way',
      'general/2023-11-15.json the archive has a second file of this name',
      expect.stringContaining('its checksum differs'),
    ]);
  });
});
