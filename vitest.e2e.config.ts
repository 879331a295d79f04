import { defineConfig } from "vitest/config";

// What users do, with what users get: packages installed from the tarball, bundlers, a browser. Slow, and apart from the
// other tests for that reason: `npm run e2e`.
export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    globalSetup: "e2e/support/tarball.ts",
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Installations compete for disk and network; more of them at once take no less time.
    maxWorkers: 2,
  },
});
