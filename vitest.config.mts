// What `npm test` runs: everything that needs neither a container engine nor recordings from AWS.
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that play hours of virtual time, a minute or two each. */
const long = /[\\/]tests[\\/](cycle|demo|drill|costs)[\\/]/;

/** Starts with the long files: one that began last would keep the other processors waiting. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [
      ...sorted.filter(({ moduleId }) => long.test(moduleId)),
      ...sorted.filter(({ moduleId }) => !long.test(moduleId)),
    ];
  }
}

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/localstack/**"],
    environment: "node",
    // V8 collects garbage late where the machine has much memory: a file of forty simulations took 3.4 GB, and takes as long with half.
    execArgv: ["--max-old-space-size=2048"],
    sequence: { sequencer: LongestFirst },
    // Some tests run a program, or install a package, in a child process; two busy cores are slow at that.
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
