// The demo as a user runs it: in a process of its own, on the simulator.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { demo, type Ended, ordersFile, type Summary, summaryKeys, summaryOf } from "./demoProcess";

function order(number: number): string {
  const at = (number * 7919) % 5400;
  return JSON.stringify({ orderId: `n-${number}`, customer: "Ada", amount: 10 + number, currency: "EUR", at });
}

function expectNothingLost(summary: Summary, submitted: number): void {
  expect(summary).toMatchObject({ submitted, completed: submitted, lost: 0, duplicated: 0, poisoned: 0 });
  expect(summary.spooled).toBeGreaterThan(0);
  expect(summary.redriven).toBe(summary.spooled);
}

describe("npm start", () => {
  it("loses and doubles nothing, repeats a seed exactly, and differs for another", async () => {
    const runs = await Promise.all([
      demo("--json", "--seed", "7"),
      demo("--json", "--seed", "7"),
      demo("--json", "--seed", "8"),
    ]);
    const [first, second, third] = runs.map(summaryOf) as [Summary, Summary, Summary];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(Object.keys(first)).toEqual(summaryKeys);
    for (const summary of [first, second, third]) expectNothingLost(summary, 200);
    expect(first.simulatedSeconds).toBeGreaterThan(3600);
    expect(second.eventHash).toBe(first.eventHash);
    expect(third.eventHash).not.toBe(first.eventHash);
  });

  it("takes other orders, and skips and reports bad lines", async () => {
    const input = ordersFile([order(1), "not JSON", order(2), '{"orderId":"x"}', order(3), order(3)]);
    const many = ordersFile(Array.from({ length: 300 }, (_, number) => order(number)));
    const [few, lots] = (await Promise.all([demo("--json", "--input", input), demo("--json", "--input", many)])) as [
      Ended,
      Ended,
    ];
    expectNothingLost(summaryOf(few), 3);
    for (const line of [2, 4, 6]) expect(few.stderr).toContain(`:${line}: `);
    expectNothingLost(summaryOf(lots), 300);
  });

  it("tells the story, and writes a report that needs nothing from elsewhere", async () => {
    const ended = await demo("--seed", "3");
    expect(ended.exitCode).toBe(0);
    for (const text of ["goes into maintenance", "Records in the spool", "Every order was charged once."]) {
      expect(ended.stdout).toContain(text);
    }
    const report = readFileSync(ended.report, "utf8");
    expect(report).toContain("<svg");
    expect(report.replaceAll("http://www.w3.org/", "")).not.toMatch(/(?:src|href)="?https?:|https?:\/\//);
  });

  it("ends with 2 and a clear error when its command line or input is not usable", async () => {
    const [missing, unknown] = (await Promise.all([demo("--input", "nowhere.jsonl"), demo("--colour")])) as [
      Ended,
      Ended,
    ];
    expect([missing.exitCode, unknown.exitCode]).toEqual([2, 2]);
    expect(missing.stderr).toContain("[--input] cannot read");
    expect(unknown.stderr).toContain("--colour");
  });
});
