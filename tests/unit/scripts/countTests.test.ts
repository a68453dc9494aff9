// What .ci/run counts of a vitest run.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

interface Report {
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

interface CountTests {
  countTests(report: Report | undefined, exitCode: number): { passed: number; failed: number; skipped: number };
}

const { countTests } = createRequire(__filename)("../../../scripts/countTests.js") as CountTests;

function report(...files: [status: string, ...tests: string[]][]): Report {
  return {
    testResults: files.map(([status, ...tests]) => ({
      status,
      assertionResults: tests.map((each) => ({ status: each })),
    })),
  };
}

describe("countTests", () => {
  it("adds up tests over files, and counts what did not run as skipped", () => {
    const files = report(["passed", "passed", "skipped", "todo"], ["failed", "failed", "passed", "pending"]);
    expect(countTests(files, 1)).toEqual({ passed: 2, failed: 1, skipped: 3 });
  });

  it("counts a file that cannot be loaded as one failure", () => {
    expect(countTests(report(["passed", "passed"], ["failed"]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("does not call a run good that failed outside of any test", () => {
    expect(countTests(report(["passed", "passed"]), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("counts a run without a report as one failure", () => {
    expect(countTests(undefined, 137)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
