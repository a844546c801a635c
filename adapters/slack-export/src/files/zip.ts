import { crc32 } from 'node:zlib';
import { Refusal } from '@stackbox/protocol';
import yauzl from 'yauzl';
import { checkTotals, type ExportFiles, type ExportLimits, tooLarge, Unreadable } from './files.ts';

/**
 * An export as Slack hands it out. Nothing is unpacked to disk: an entry's name is a key and never a path, and one entry
 * at a time is in memory. yauzl refuses names that leave the archive, and stops an entry at its declared size, so the
 * sizes that are added up here are the most that will ever be unpacked.
 */
export async function zipFiles(path: string, limits: ExportLimits): Promise<ExportFiles> {
  let zip: yauzl.ZipFile;
  const entries = new Map<string, yauzl.Entry>();
  const unreadable: { path: string; why: string }[] = [];
  let bytes = 0;
  try {
    zip = await yauzl.openPromise(path, { autoClose: false });
  } catch (error) {
    throw new Refusal('bad_request', `${path} is not a zip file that can be read: ${reason(error)}`);
  }
  try {
    checkTotals(zip.entryCount, 0, limits);
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith('/')) continue;
      bytes += entry.uncompressedSize;
      checkTotals(entries.size, bytes, limits);
      if (entries.has(name))
        unreadable.push({ path: name, why: 'the archive has a second file of this name' });
      else if (!entry.canDecodeFileData())
        unreadable.push({ path: name, why: 'encrypted, or packed in an unknown way' });
      else entries.set(name, entry);
    }
  } catch (error) {
    zip.close();
    if (error instanceof Refusal) throw error;
    throw new Refusal('bad_request', `${path} is damaged or was made to do harm: ${reason(error)}`);
  }
  return {
    paths: [...entries.keys()],
    unreadable,
    async read(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw new Unreadable('the archive has no such file');
      if (entry.uncompressedSize > limits.fileBytes) throw tooLarge(name, limits);
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      } catch (error) {
        throw new Unreadable(`damaged in the archive: ${reason(error)}`);
      }
      const bytes = Buffer.concat(chunks);
      // yauzl leaves the checksum to its callers.
      if (crc32(bytes) !== entry.crc32) throw new Unreadable('damaged in the archive: its checksum differs');
      return bytes;
    },
    async close() {
      zip.close();
    },
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
