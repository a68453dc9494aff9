// Runs the demo in a process of its own.
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");
/** The members of the JSON line. */
export const summaryKeys = [
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
];

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: string;
}

export interface Summary {
  readonly [key: string]: number | string | object;
}

/** `npm start -- ...` without npm: the same script, the same compiler. */
export function demo(...options: readonly string[]): Promise<Ended> {
  const report = join(mkdtempSync(join(tmpdir(), "respool-demo-")), "report.html");
  const args = ["scripts/run.js", "tsx", "demo/main.ts", "--report", report, ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ exitCode, stdout, stderr, report });
    });
  });
}

export function summaryOf({ stdout }: Ended): Summary {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Summary;
}

/** A file with those lines. */
export function ordersFile(lines: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), "respool-orders-")), "orders.jsonl");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}
