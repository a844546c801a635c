// `./stackbox check`: everything but the tests. The checks run at once, and a check speaks only when it fails.
// `--fix` first mends what a tool can.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Check {
  name: string;
  script: string;
  args: string[];
}

const biome = 'node_modules/@biomejs/biome/bin/biome';

const checks: Check[] = [
  {
    name: 'types',
    script: 'node_modules/typescript/bin/tsc',
    args: [
      '--noEmit',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/types.json',
    ],
  },
  {
    name: 'lint and format',
    script: biome,
    args: ['check', '--error-on-warnings', '--diagnostic-level=warn'],
  },
  {
    name: 'floors',
    script: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--output-type', 'err-long', 'packages', 'adapters', 'hosts', 'bench'],
  },
  {
    name: 'unused code',
    script: 'node_modules/knip/bin/knip.js',
    args: ['--no-progress', '--no-config-hints'],
  },
  { name: 'lockfile', script: 'scripts/lockfile.ts', args: [] },
];

const fixes: Check[] = [
  { name: 'lint and format', script: biome, args: ['check', '--write'] },
  { name: 'blank lines after the imports just sorted', script: biome, args: ['check', '--write'] },
  { name: 'lockfile', script: 'scripts/lockfile.ts', args: ['--fix'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a tool to its end; `said` is what it printed, both streams in order. */
function run({ script, args }: Check): Promise<{ passed: boolean; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ passed: code === 0, said }));
  });
}

async function report(check: Check): Promise<boolean> {
  const started = performance.now();
  const { passed, said } = await run(check);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    passed
      ? `ok: ${check.name} (${seconds} s)`
      : `\n=== FAILED: ${check.name} (${seconds} s)\n${said.trim()}\n`,
  );
  return passed;
}

const options = process.argv.slice(2);
if (options.some((option) => option !== '--fix')) {
  console.error("check takes no option but '--fix', which first mends what a tool can.");
  process.exit(2);
}
if (options.includes('--fix')) for (const fix of fixes) await run(fix);

const passed = await Promise.all(checks.map(report));
process.exitCode = passed.every(Boolean) ? 0 : 1;
