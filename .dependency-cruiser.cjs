// The floors of docs/decisions/0002-floors.md, read from the imports. A test stands on the floor of the code beside it
// and may use the testkit besides.

const ours = '^(packages|adapters|hosts|apps|infra|bench)/';
const testkit = '^packages/testkit/';
const test = '[.]test[.]ts$|^(packages|adapters|hosts|apps)/[^/]+/test/|^bench/test/';
const inBrowser = '^packages/(protocol|core|client)/';

const floor = (name, from, mayImport) => ({
  name: `floor-${name}`,
  comment: `${name} imports ${mayImport.length === 0 ? 'nothing of ours' : `only ${mayImport.join(', ')} of ours`}.`,
  severity: 'error',
  from: { path: from },
  to: {
    path: ours,
    pathNot: [from.replace('([^/]+)', '$1'), testkit, ...mayImport.map((p) => `^packages/${p}/`)],
  },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    floor('protocol', '^packages/protocol/', []),
    floor('core', '^packages/core/', ['protocol']),
    floor('gateway', '^packages/gateway/', ['core', 'protocol']),
    floor('client', '^packages/client/', ['core', 'protocol']),
    floor('testkit', '^packages/testkit/', ['core', 'gateway', 'protocol']),
    floor('adapters', '^adapters/([^/]+)/', ['core', 'protocol']),
    {
      name: 'nobody-imports-a-host',
      comment: 'A host chooses and starts; what two of them need belongs on a lower floor.',
      severity: 'error',
      from: { path: '^([^/]+/[^/]+)/' },
      to: { path: '^hosts/', pathNot: '^$1/' },
    },
    {
      name: 'nobody-imports-the-bench',
      comment: 'The rigs measure the house; nothing in it leans on them.',
      severity: 'error',
      from: { pathNot: '^bench/' },
      to: { path: '^bench/' },
    },
    {
      name: 'testkit-is-for-tests',
      comment: 'Fakes stay out of what runs in earnest: only tests and the bench import the testkit.',
      severity: 'error',
      from: { path: ours, pathNot: [testkit, '^bench/', test] },
      to: { path: testkit },
    },
    {
      name: 'tests-are-leaves',
      comment: 'What several tests share belongs in the testkit, or in a test/ folder.',
      severity: 'error',
      from: { pathNot: test },
      to: { path: test },
    },
    {
      name: 'runs-in-a-browser',
      comment:
        'protocol, core and client run in a browser: no Node built-ins. The SDK keeps its own in client/src/node/.',
      severity: 'error',
      from: { path: inBrowser, pathNot: ['^packages/client/src/node/', test] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-vendor-below-the-adapters',
      comment:
        'Rules and routing know no vendor: zod is all they take from npm. Declare the slice you need as a port.',
      severity: 'error',
      from: { path: '^packages/(protocol|core|gateway|client)/', pathNot: test },
      to: { path: 'node_modules/', pathNot: '(^|/)node_modules/zod/' },
    },
    {
      name: 'through-the-front-door',
      comment: 'Another package is imported by its name (@stackbox/...), never by a path into its sources.',
      severity: 'error',
      from: { path: '^((?:packages|adapters|hosts|apps|infra)/[^/]+|bench)/' },
      to: { path: ours, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other, be it for a type, are one file or want a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolves',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|adapters|hosts|apps|infra)/[^/]+/dist/|^bench/results/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // `import type` counts: a floor is about what a reader must know.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
