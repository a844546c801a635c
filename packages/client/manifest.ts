// Last step of `npm run build -w @stackbox/client`, which makes dist/: a package of its own, with the protocol and the
// core's `apply` inside. `npm publish packages/client/dist` publishes it. The workspace's manifest points at the sources;
// this one says where things are in dist/.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const at = (path: string) => new URL(path, import.meta.url);
const own = JSON.parse(readFileSync(at('package.json'), 'utf8')) as Record<string, unknown>;
const { name, version, description, license, type, sideEffects, engines, publishConfig } = own;
const { exports } = publishConfig as { exports: object };

const manifest = { name, version, description, license, type, sideEffects, engines, exports };
writeFileSync(at('dist/package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(at('README.md'), at('dist/README.md'));
