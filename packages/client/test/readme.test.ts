import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { RealServer } from './real-server.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const here = fileURLToPath(new URL('.', import.meta.url));

/** The first example, as a reader would copy it. */
function example(): string {
  const code = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1];
  if (code === undefined) throw new Error('README.md has no example');
  return code;
}

test("the README's example does what it says", async () => {
  const server = await RealServer.start();
  const folder = mkdtempSync(`${here}readme-`);
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', example()],
      // In the package's folder its own name resolves.
      {
        cwd: folder,
        env: { ...process.env, STACKBOX_URL: server.url, STACKBOX_TOKEN: server.token('ana@demo.example') },
      },
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'in Ben: 0 unread',
      expect.stringMatching(/^with (Ana and Ben|Ben and Ana)$/),
    ]);
    expect(lines).toContain('last: - (1 on the way)');
    expect(lines).toContain('last: Hello from the SDK (0 on the way)');
    expect(lines).toContainEqual(expect.stringMatching(/^stored as \d+, stored$/));
    expect(readFileSync(`${folder}/outbox.jsonl`, 'utf8')).toContain('Hello from the SDK');
  } finally {
    rmSync(folder, { recursive: true });
    await server.stop();
  }
});
