import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,adapters,hosts}/*/{src,test}/**/*.test.ts', 'bench/{src,test}/**/*.test.ts'],
    // A process per worker: a native module (better-sqlite3) that crashes takes one file down, not the run.
    pool: 'forks',
    // A safety net against a hung test. How fast something is gets measured in bench/, not asserted here.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
