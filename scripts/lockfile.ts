// npm leaves out of package-lock.json the optional packages that its registry could not serve when the lockfile was
// made, say a linter's binary for another system. Its own `npm ci` then refuses the lockfile (so do npm 11 and 12), and
// that system would get no binary. This finds the gaps, and with `--fix` fills them in: such packages are named after
// their system and pinned by their parent. They carry no integrity hash until npm can read one.
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Entry {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Gap {
  name: string;
  version: string;
  dev: boolean;
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Whether Node finds the package stored at `key` from the folder `from`. */
function serves(key: string, name: string, from: string): boolean {
  const place = `node_modules/${name}`;
  return key.endsWith(place) && `${from}/`.startsWith(key.slice(0, -place.length));
}

function gaps(packages: Record<string, Entry>): Gap[] {
  const keys = Object.keys(packages);
  const found: Gap[] = [];
  for (const [from, { dev = false, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!keys.some((key) => serves(key, name, from))) found.push({ name, version, dev });
    }
  }
  return found;
}

/** The entry npm would have written, or undefined where the name doesn't tell the system or no version is pinned. */
function entryFor({ name, version, dev }: Gap): Entry | undefined {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined || !/^\d/.test(version)) return undefined;
  const libc = os === 'linux' ? /-(gnu|musl)/.exec(name)?.[1]?.replace('gnu', 'glibc') : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(libc && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, 'utf8'));
const missing = gaps(lock.packages);
const unfilled: Gap[] = [];

if (process.argv.includes('--fix')) {
  for (const gap of missing) {
    const entry = entryFor(gap);
    if (entry === undefined) unfilled.push(gap);
    else lock.packages[`node_modules/${gap.name}`] = entry;
  }
  if (unfilled.length < missing.length) {
    const inNpmsOrder = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
    const { atime, mtime } = statSync(path);
    writeFileSync(
      path,
      `${JSON.stringify({ ...lock, packages: Object.fromEntries(inNpmsOrder) }, null, 2)}\n`,
    );
    // What is installed here is what it was: the file keeps its time, so that ./stackbox does not install again.
    utimesSync(path, atime, mtime);
  }
} else {
  unfilled.push(...missing);
}

if (unfilled.length > 0) {
  console.log(
    `package-lock.json lacks ${unfilled.length} optional packages: './stackbox check --fix' fills them in.`,
  );
  for (const { name, version } of unfilled) console.log(`  ${name} ${version}`);
  process.exitCode = 1;
}
