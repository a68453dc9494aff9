// Counts the tests of one vitest run for .ci/run: `node scripts/countTests.js RESULTS.json EXIT_CODE` prints
// "passed failed skipped".

const { readJson } = require("./installation");

/**
 * Adds up a report of vitest's JSON reporter.
 * @param report the parsed report; undefined when vitest ended before it wrote one
 * @param exitCode vitest's own, which also tells of errors outside of any test
 */
function countTests(report, exitCode) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report?.testResults ?? []) {
    // A file that cannot be loaded has no tests to report.
    if (file.status === "failed" && file.assertionResults.length === 0) counts.failed += 1;
    for (const { status } of file.assertionResults) {
      if (status === "passed" || status === "failed") counts[status] += 1;
      else counts.skipped += 1;
    }
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

if (require.main === module) {
  const [file, exitCode] = process.argv.slice(2);
  const { passed, failed, skipped } = countTests(readJson(file), Number(exitCode));
  process.stdout.write(`${passed} ${failed} ${skipped}\n`);
}

module.exports = { countTests };
