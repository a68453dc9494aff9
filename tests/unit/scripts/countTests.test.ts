// What .ci/run counts of a vitest run.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

interface CountTests {
  countTests(report: Report | undefined, exitCode: number): { passed: number; skipped: number; failures: string[] };
}

const { countTests } = createRequire(__filename)("../../../scripts/countTests.js") as CountTests;

function report(...files: [status: string, ...tests: string[]][]): Report {
  return {
    testResults: files.map(([status, ...tests], index) => ({
      name: `${process.cwd()}/tests/${index}.test.ts`,
      status,
      message: tests.length === 0 ? "Error: cannot be loaded\n  at line 1" : "",
      assertionResults: tests.map((each) => ({
        status: each,
        fullName: `it ${each}`,
        failureMessages: each === "failed" ? ["AssertionError: expected 1 to be 2\n  at line 7"] : [],
      })),
    })),
  };
}

describe("countTests", () => {
  it("adds up tests over files, counts what did not run as skipped, and names what failed", () => {
    const files = report(["passed", "passed", "skipped", "todo"], ["failed", "failed", "passed", "pending"]);
    expect(countTests(files, 1)).toEqual({
      passed: 2,
      skipped: 3,
      failures: ["tests/1.test.ts > it failed: AssertionError: expected 1 to be 2"],
    });
  });

  it("counts a file that cannot be loaded as one failure", () => {
    expect(countTests(report(["passed", "passed"], ["failed"]), 1)).toEqual({
      passed: 1,
      skipped: 0,
      failures: ["tests/1.test.ts: Error: cannot be loaded"],
    });
  });

  it("does not call a run good that failed outside of any test", () => {
    const failures = ["an error outside of any test, exit code 1"];
    expect(countTests(report(["passed", "passed"]), 1)).toEqual({ passed: 1, skipped: 0, failures });
  });

  it("counts a run without a report as one failure", () => {
    const failures = ["no report of the run, exit code 137"];
    expect(countTests(undefined, 137)).toEqual({ passed: 0, skipped: 0, failures });
  });
});
