import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTrace } from './trace.ts';

const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

// Lines as strace 6.1 writes them.
const trace = `
11 1000.000001 pwrite64(28<${hex('/d/log-wal')}>, "${hex('one')}", 3, 40) = 3 <0.000010>
11 1000.000100 fdatasync(28<${hex('/d/log-wal')}> <unfinished ...>
12 1000.000150 pwrite64(30<${hex('/d/other')}>, "${hex('x')}", 1, 0) = 1 <0.000002>
11 1000.002000 <... fdatasync resumed>) = 0 <0.001900>
11 1000.003000 ftruncate(28<${hex('/d/log-wal')}>, 0) = 0 <0.000010>
11 1000.004000 pwrite64(28<${hex('/d/log-wal')}>, "${hex('no')}", 2, 0) = -1 ENOSPC (No space left on device) <0.000010>
12 1000.005000 fsync(30<${hex('/d/other')}> <unfinished ...>
12 1000.006000 +++ exited with 0 +++
`.trimStart();

it('reads what strace wrote, leaving out what failed or never ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trace-'));
  const file = join(folder, 'trace');
  await writeFile(file, trace);
  const ops = await readTrace(file);
  await rm(folder, { recursive: true });
  expect(ops.map(({ op, path }) => `${op} ${path}`)).toEqual([
    'write /d/log-wal',
    'sync /d/log-wal',
    'write /d/other',
    'truncate /d/log-wal',
  ]);
  expect(ops[0]).toMatchObject({ offset: 40, bytes: Buffer.from('one') });
  expect(ops[1]?.begunAt).toBeCloseTo(1_000_000.1, 3);
  expect(ops[1]?.endedAt).toBeCloseTo(1_000_002, 3);
});
