import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { outboxContract } from '../../test/outbox-contract.ts';
import { item } from '../../test/outbox-item.ts';
import { fileOutbox } from './file-outbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'stackbox-outbox-'));
let last = 0;
const fresh = () => join(folder, `${++last}`, 'outbox.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

/** What the next process finds. */
async function reread(path: string) {
  const outbox = fileOutbox(path);
  const items = await outbox.load();
  await outbox.close?.();
  return items;
}
const orders = async (path: string) => (await reread(path)).map(({ order }) => order);

describe('fileOutbox', () => {
  outboxContract(() => {
    const path = fresh();
    return { outbox: fileOutbox(path), reopen: () => fileOutbox(path) };
  });

  test('[LOG5] cut off at any byte, the file gives every whole line, and goes on from there', async () => {
    const path = fresh();
    const outbox = fileOutbox(path);
    for (let i = 1; i <= 2; i++) await outbox.put(item(i, 'ä'));
    await outbox.close?.();
    const bytes = readFileSync(path);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const torn = fresh();
      mkdirSync(dirname(torn));
      writeFileSync(torn, bytes.subarray(0, cut));
      const whole = bytes.subarray(0, cut).filter((byte) => byte === 0x0a).length;
      const after = fileOutbox(torn);
      expect(await after.load()).toHaveLength(whole);
      await after.put(item(9));
      await after.close?.();
      expect(await orders(torn)).toEqual([1, 2].slice(0, whole).concat(9));
    }
  });

  test('a damaged line in the middle costs itself, not the others', async () => {
    const path = fresh();
    const outbox = fileOutbox(path);
    for (let i = 1; i <= 3; i++) await outbox.put(item(i));
    await outbox.close?.();
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[1] = '\u0000'.repeat(20);
    writeFileSync(path, lines.join('\n'));
    expect(await orders(path)).toEqual([1, 3]);
  });

  test('the file does not grow with what has been and gone', async () => {
    const path = fresh();
    const outbox = fileOutbox(path);
    await outbox.put(item(0));
    for (let i = 1; i <= 160; i++) {
      await outbox.put(item(i, 'x'.repeat(200)));
      await outbox.remove(`c${i}`);
    }
    await outbox.close?.();
    expect(statSync(path).size).toBeLessThan(60 * 400);
    expect(await reread(path)).toEqual([item(0)]);
    expect(readdirSync(join(path, '..'))).toEqual(['outbox.jsonl']);
  });

  test('a rewrite cut short leaves the file as it was', async () => {
    const path = fresh();
    const outbox = fileOutbox(path);
    await outbox.put(item(1));
    await outbox.close?.();
    writeFileSync(`${path}.new`, '{"put":{"clientId"');
    expect(await reread(path)).toEqual([item(1)]);
  });

  test.each([1, 2, 3])(
    '[LOG5] killed in full flight (%i), everything answered is there, in order',
    async (round) => {
      const path = fresh();
      const writer = fileURLToPath(new URL('../../test/outbox-writer.ts', import.meta.url));
      const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      const answered = { puts: 0, removes: 0 };
      for await (const line of createInterface({ input: child.stdout })) {
        const [what, count] = line.split(' ');
        answered[what as 'puts' | 'removes'] = Number(count);
        // While it writes: at another moment each time, past the first rewrite in some.
        if (answered.puts >= round * 90) child.kill('SIGKILL');
      }
      const left = (await orders(path)).toSorted((a, b) => a - b);
      const first = left[0] ?? 0;
      expect(left).toEqual(left.map((_, i) => first + i));
      expect(first).toBeGreaterThan(answered.removes);
      expect(left.at(-1)).toBeGreaterThanOrEqual(answered.puts);
    },
  );
});
