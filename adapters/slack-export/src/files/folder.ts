import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTotals, type ExportFiles, type ExportLimits, tooLarge } from './files.ts';

/** An export that somebody has unpacked. */
export async function folderFiles(root: string, limits: ExportLimits): Promise<ExportFiles> {
  const paths: string[] = [];
  const unreadable: { path: string; why: string }[] = [];
  const sizes = new Map<string, number>();
  let bytes = 0;
  for (const folders = ['']; folders.length > 0; ) {
    const folder = folders.pop() ?? '';
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        folders.push(path);
      } else if (entry.isFile()) {
        const { size } = await stat(join(root, path));
        sizes.set(path, size);
        bytes += size;
        paths.push(path);
      } else {
        // A link inside an archive from elsewhere points where its maker likes, /etc included.
        unreadable.push({ path, why: 'a link or a device, which an export has no use for' });
      }
      checkTotals(paths.length, bytes, limits);
    }
  }
  return {
    paths,
    unreadable,
    async read(path) {
      if ((sizes.get(path) ?? 0) > limits.fileBytes) throw tooLarge(path, limits);
      return readFile(join(root, path));
    },
    async close() {},
  };
}
