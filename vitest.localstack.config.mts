// What `npm run test:localstack` runs: tests that need an AWS endpoint, such as LocalStack in a container.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/localstack/**/*.test.ts"],
    environment: "node",
    globalSetup: ["tests/localstack/globalSetup.ts"],
    // The cases wait for real seconds most of the time, each on a deployment of its own. More of them at once and the
    // functions' containers compete for the processors.
    maxConcurrency: 2 * availableParallelism(),
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
