// `./stackbox check`: everything but the tests. The checks run at once; a check speaks only when it fails.
import { spawn } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Check {
  name: string;
  command: string;
  args: string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));

const checks: Check[] = [
  { name: 'types', command: 'typescript/bin/tsc', args: ['--noEmit', '--pretty', 'false'] },
  { name: 'lint and format', command: '@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings'] },
  {
    name: 'floors',
    command: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--output-type', 'err', 'packages', 'adapters', 'hosts', 'bench'],
  },
  { name: 'unused code', command: 'knip/bin/knip.js', args: ['--no-progress'] },
];

function run(check: Check): Promise<boolean> {
  const started = performance.now();
  const child = spawn(process.execPath, [`node_modules/${check.command}`, ...check.args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listen = (chunk: string) => {
    said += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  return new Promise((resolve) => {
    const finish = (passed: boolean) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${passed ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)`);
      if (!passed) {
        const tool = relative('node_modules', `node_modules/${check.command}`).split('/').at(-1);
        console.log(`\n=== ${check.name}: ${tool} ${check.args.join(' ')}\n${said.trimEnd()}\n`);
      }
      resolve(passed);
    };
    child.on('error', (error) => {
      said += error.message;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

const results = await Promise.all(checks.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
