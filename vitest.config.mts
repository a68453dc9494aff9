// What `npm test` runs: everything that needs neither a container engine nor recordings from AWS.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/localstack/**"],
    environment: "node",
    // Some tests run a program, or install a package, in a child process; two busy cores are slow at that.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
