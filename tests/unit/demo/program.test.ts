// The whole demo, on a stage without AWS.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runDemo } from "../../../demo/program";
import { orders } from "./builders";
import { fakeStages, type Mistakes } from "./fakeStage";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "respool-demo-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: readonly string[], mistakes: Mistakes = {}, environment: Record<string, string> = {}) {
  let [stdout, stderr] = ["", ""];
  const exitCode = await runDemo(["--report", join(folder, "report.html"), ...args], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment,
    createStage: fakeStages(mistakes),
  });
  return { exitCode, stdout, stderr };
}

async function runJson(args: readonly string[], mistakes: Mistakes = {}) {
  const { exitCode, stdout, stderr } = await run(["--json", ...args], mistakes);
  return { exitCode, stderr, stdout, summary: JSON.parse(stdout) as Record<string, number> };
}

function input(text: string): string {
  const file = join(folder, "orders.jsonl");
  writeFileSync(file, text);
  return file;
}

describe("runDemo", () => {
  it("tells the story, draws the chart, and closes with the table", async () => {
    const { exitCode, stdout, stderr } = await run([]);

    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    for (const part of [
      /^200 orders from .*orders.jsonl, seed 1\n/,
      /\n {2}0:00:00 {2}the shop opens; the payment provider is healthy\n/,
      /cannot be charged now: its input and error wait in the spool\n {11}\{\n {13}"respool": 1,/,
      /the provider goes into maintenance: every call gets a 503/,
      /ALARM spool-depth: 5 in the spool/,
      /the provider is back, and shaky for the first minutes; \d+ orders wait/,
      / {2}reprocess \{"dryRun":true\} ended: 10 would be started, \d+ remain/,
      / {2}reprocess \{\} ended: 10 started, \d+ remain/,
      / {2}reprocess \{"max":\d+,"rate":\d+\} ended: \d+ started/,
      /was redriven, failed again, and is back in the spool, one generation on/,
      /200 of 200 orders are charged/,
      /Records in the spool\n/,
      /\n {2}lost +0 {2}orders without a charge in the provider's ledger\n/,
      /\nEvery order was charged once\.\nThe report is .*report\.html\.\n$/,
    ])
      expect(stdout).toMatch(part);
    const report = readFileSync(join(folder, "report.html"), "utf8");
    expect(report).toContain("<h1>200 orders");
    expect(report.match(/class="alarm" x1/g)).toHaveLength(1);
    expect(report.match(/class="redrive"/g)?.length).toBe(stdout.match(/ {2}reprocess \{("max|\})/g)?.length);
  });

  it("keeps to the width of a narrow terminal", async () => {
    let stdout = "";
    await runDemo(["--report", join(folder, "r.html")], {
      stdout: { isTTY: true, columns: 60, write: (text) => (stdout += text) },
      stderr: { write: () => undefined },
      environment: { NO_COLOR: "1", INIT_CWD: folder },
      createStage: fakeStages(),
    });
    const lines = stdout.split("\n").map((line) => line.split("\u001B[2K").at(-1) ?? "");
    // Only a path is never broken.
    expect(lines.filter((line) => line.length > 60 && !line.includes("orders.jsonl"))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("  lost "))).toHaveLength(1);
  });

  it("prints one JSON object and nothing else with --json", async () => {
    const { exitCode, stdout, summary } = await runJson(["--seed", "7"]);

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(Object.keys(summary)).toEqual([
      "submitted",
      "completed",
      "spooled",
      "redriven",
      "poisoned",
      "lost",
      "duplicated",
      "attempts",
      "simulatedSeconds",
      "wallSeconds",
      "eventHash",
    ]);
    expect(summary).toMatchObject({ submitted: 200, completed: 200, poisoned: 0, lost: 0, duplicated: 0 });
    expect(summary.spooled).toBeGreaterThan(100);
    expect(summary.redriven).toBe(summary.spooled);
  });

  it.each([
    ["one order", orders(1, 1)],
    ["a thousand at once", orders(1000, 1)],
    ["a handful over ten days", orders(8, 10 * 24 * 3600)],
  ])("loses and doubles nothing of %s", async (_name, given) => {
    const file = input(given.map((each) => JSON.stringify(each)).join("\n"));
    const { exitCode, summary } = await runJson(["--input", file]);

    expect(exitCode).toBe(0);
    expect(summary).toMatchObject({ submitted: given.length, completed: given.length, lost: 0, duplicated: 0 });
    expect(summary.spooled).toBeGreaterThan(0);
    expect(summary.redriven).toBe(summary.spooled);
  });

  it("shows what a redriver that forgets costs", async () => {
    const { exitCode, summary } = await runJson([], { forgets: 3 });
    expect(exitCode).toBe(1);
    expect(summary).toMatchObject({ lost: 3, completed: 197 });
  });

  it("shows a second start for one failure, although the provider charged once", async () => {
    const { exitCode, summary } = await runJson([], { startsTwice: true });
    expect(exitCode).toBe(1);
    expect(summary.duplicated).toBeGreaterThan(0);
    expect(summary.lost).toBe(0);
  });

  it("counts second charges on top of second starts", async () => {
    const once = await runJson([], { startsTwice: true });
    const twice = await runJson([], { startsTwice: true, chargesTwice: true });
    expect(Number(twice.summary.duplicated)).toBeGreaterThan(Number(once.summary.duplicated));
  });

  it("ends, and says so, when the reprocess function never works", async () => {
    const { exitCode, stdout } = await run([], { error: "Sandbox.Timedout" });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("  reprocess {} failed: Sandbox.Timedout");
    expect(stdout).toContain("the operator gives up: some orders are not done");
    expect(stdout).toContain("Not every order was charged once.");
  });

  it("reports bad lines with file and number, and does the rest", async () => {
    const file = input(`${JSON.stringify(orders(1, 1)[0])}\nnot an order\n`);
    const { exitCode, stderr, summary } = await runJson(["--input", file]);
    expect(stderr).toBe(`${file}:2: this is not JSON; the line is skipped\n`);
    expect(summary).toMatchObject({ submitted: 1, completed: 1 });
    expect(exitCode).toBe(0);
  });

  it("says in the table and in the report how many lines were skipped", async () => {
    const file = input(`${JSON.stringify(orders(1, 1)[0])}\nnot an order\n{}\n`);
    const { stdout } = await run(["--input", file]);
    expect(stdout).toMatch(/^1 order from /);
    expect(stdout).toMatch(/\n {2}skipped +2 {2}lines of the input file that hold no order\n/);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain(
      '<th scope="row">skipped</th><td class="number">2</td>',
    );
    expect((await run([])).stdout).not.toContain("skipped");
  });

  it.each([
    ["is empty", "\n", "it is empty"],
    ["holds only bad lines", "not an order\n{}\n", "2 lines skipped"],
  ])("ends with 2 when the input %s", async (_name, text, reason) => {
    const file = input(text);
    const { exitCode, stdout, stderr } = await run(["--json", "--input", file]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(`[--input] must hold at least one order, got none in ${file}: ${reason}\n`);
  });

  it("looks relative paths up where npm was called", async () => {
    input(JSON.stringify(orders(1, 1)[0]));
    const args = ["--input", "orders.jsonl", "--report", "new/page.html"];
    const { exitCode, stdout } = await run(args, {}, { INIT_CWD: folder });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^1 order from orders\.jsonl, seed 1\n/);
    expect(stdout).toMatch(/The report is new.page\.html\.\n$/);
    expect(existsSync(join(folder, "new", "page.html"))).toBe(true);

    const missing = await run(["--input", "missing.jsonl"], {}, { INIT_CWD: folder });
    expect(missing.stderr).toBe(
      `[--input] cannot read ${join(folder, "missing.jsonl")}: ENOENT: no such file or directory\n`,
    );
  });

  it("ends with 2 when the input cannot be read", async () => {
    const missing = join(folder, "missing.jsonl");
    const { exitCode, stdout, stderr } = await run(["--input", missing]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(`[--input] cannot read ${missing}: ENOENT`);
  });

  it("ends with 2 and the usage when it does not understand an option", async () => {
    const { exitCode, stdout, stderr } = await run(["--sed", "7"]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^Unknown option '--sed'/);
    expect(stderr).toContain("Usage: npm start -- [OPTION ...]");
  });

  it("prints the usage on --help", async () => {
    const { exitCode, stdout } = await run(["--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: npm start/);
    expect(stdout).toMatch(/\n {2}1 {2}an order was lost, doubled or not done\n/);
    expect(existsSync(join(folder, "report.html"))).toBe(false);
  });

  it("ends with 2 before the run when the report cannot be written", async () => {
    const { exitCode, stdout, stderr } = await run(["--json", "--report", folder]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(`[--report] cannot write ${folder}: EISDIR`);
    expect(stdout).toBe("");
  });

  it("ends with 2 when the report's folder cannot be made", async () => {
    const report = join(input("{}"), "new", "page.html");
    const { exitCode, stderr } = await run(["--report", report]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(`[--report] cannot write ${report}: ENOTDIR`);
  });

  it("leaves an earlier report alone until the new one is there", async () => {
    const report = join(folder, "earlier.html");
    writeFileSync(report, "earlier");
    await expect(
      runDemo(["--report", report], {
        stdout: { write: () => undefined },
        stderr: { write: () => undefined },
        environment: {},
        createStage: () => Promise.reject(new Error("no stage")),
      }),
    ).rejects.toThrow("no stage");
    expect(readFileSync(report, "utf8")).toBe("earlier");
  });
});
