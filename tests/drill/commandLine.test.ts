// The drill as a user runs it: in a process of its own.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** `npm run drill -- ...` without npm: the same script, the same compiler. */
function drill(...options: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const args = ["scripts/run.js", "tsx", "drill/main.ts", ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: join(__dirname, "../..") }, (error, stdout, stderr) => {
      const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

describe("npm run drill", { timeout: 180_000 }, () => {
  it("prints nothing but JSON with --json: a line for each row, and the sums", async () => {
    const { exitCode, stdout } = await drill("--json", "queue-poison");
    expect(exitCode).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        name: "queue-poison",
        caller: "accepted",
        attempts: 6,
        ended: "spool 1",
        alarms: ["spool"],
        redriven: 1,
        work: 5,
        effects: 5,
        wanted: 5,
        lost: 0,
        duplicated: 0,
        poisoned: 0,
      },
      { rows: 1, lost: 0, duplicated: 0, redriven: 1, poisoned: 0 },
    ]);
  });

  it("tells the story of one case", async () => {
    const { exitCode, stdout } = await drill("task-down");
    expect(exitCode).toBe(0);
    for (const text of [
      "  0:00:00  Friday evening: the neighbour is down: every call gets a 503\n",
      "  0:01:00  ALARM spool-depth\n",
      "2d 12:00:00  Monday morning: the neighbour is back\n",
      "2d 13:00:00  the operator invokes the reprocess function with {}\n",
      "1 case: 0 lost, 0 doubled, 1 redriven, 0 poisoned\n",
    ])
      expect(stdout).toContain(text);
  });

  it("says what it does not understand, on stderr, with exit code 2", async () => {
    const { exitCode, stdout, stderr } = await drill("queue-flood");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^\[NAME\] must be the name of a case, such as queue-/),
      "",
    ]);
  });

  it("lists the cases with what happens in each", async () => {
    const { exitCode, stdout } = await drill("--list");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^fifo-poison +SQS FIFO queue: the neighbour cannot take the second of the batch$/m);
  });
});
