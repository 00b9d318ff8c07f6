import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{shared,core,cli,server,test,electron,renderer}/**/*.test.{ts,tsx}'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real servers, databases and restic processes share two cores: more forks only slow each other down.
    maxWorkers: 2,
    pool: 'forks',
  },
})
