// Counts the tests of one vitest run for .ci/run: `node scripts/countTests.js RESULTS.json EXIT_CODE` prints
// "passed failed skipped", and below it each failure in a line.

const path = require("node:path");
const { readJson } = require("./installation");

/**
 * Adds up a report of vitest's JSON reporter.
 * @param report the parsed report; undefined when vitest ended before it wrote one
 * @param exitCode vitest's own, which also tells of errors outside of any test
 */
function countTests(report, exitCode) {
  const counts = { passed: 0, skipped: 0, failures: [] };
  for (const file of report?.testResults ?? []) {
    const name = path.relative(process.cwd(), file.name);
    // A file that cannot be loaded has no tests to report.
    if (file.status === "failed" && file.assertionResults.length === 0) {
      counts.failures.push(`${name}: ${firstLine(file.message)}`);
    }
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === "passed") counts.passed += 1;
      else if (status === "failed") counts.failures.push(`${name} > ${fullName}: ${firstLine(failureMessages[0])}`);
      else counts.skipped += 1;
    }
  }
  if (exitCode !== 0 && counts.failures.length === 0) {
    counts.failures.push(`${report ? "an error outside of any test" : "no report of the run"}, exit code ${exitCode}`);
  }
  return counts;
}

const firstLine = (message) => (message ?? "").split("\n", 1)[0];

if (require.main === module) {
  const [file, exitCode] = process.argv.slice(2);
  const { passed, skipped, failures } = countTests(readJson(file), Number(exitCode));
  process.stdout.write([`${passed} ${failures.length} ${skipped}`, ...failures, ""].join("\n"));
}

module.exports = { countTests };
