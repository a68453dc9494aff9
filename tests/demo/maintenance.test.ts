// The demo's scenario "maintenance" as a user runs it: an hour's outage of a provider with few hands, and no operator.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { demo, ordersFile, type Summary, summaryKeys, summaryOf } from "./demoProcess";

interface Gentle {
  readonly mostInFlight: number;
  readonly probesPerMinute: number;
  readonly redriveSeconds: number;
  readonly shortestSeconds: number;
  readonly ratio: number;
}

/** Six orders before the outage, and all others within its hour. */
function manyOrders(count: number): string {
  const at = (number: number) => (number < 6 ? number * 40 : 300 + ((number * 7919) % 3500));
  const line = (number: number) =>
    JSON.stringify({ orderId: `n-${number}`, customer: "Ada", amount: 10 + number, currency: "EUR", at: at(number) });
  return ordersFile(Array.from({ length: count }, (_, number) => line(number)));
}

describe("npm start -- --scenario maintenance", () => {
  it("spares the provider, charges every order once, and repeats a seed exactly", async () => {
    const input = manyOrders(306);
    const seeds = ["7", "7", "8"];
    const runs = await Promise.all(
      seeds.map((seed) => demo("--scenario", "maintenance", "--json", "--seed", seed, "--input", input)),
    );
    const [first, second, third] = runs.map(summaryOf) as [Summary, Summary, Summary];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(Object.keys(first)).toEqual([...summaryKeys, "gentle"]);
    expect(second.eventHash).toBe(first.eventHash);
    expect(third.eventHash).not.toBe(first.eventHash);
    for (const { gentle, ...counts } of [first, third]) {
      expect(counts).toMatchObject({ submitted: 306, completed: 306, lost: 0, duplicated: 0, poisoned: 0 });
      expect(counts.redriven).toBe(counts.spooled);
      expect(gentle).toMatchObject({ mostInFlight: 5, probesPerMinute: 1 });
      const { redriveSeconds, shortestSeconds } = gentle as Gentle;
      expect(shortestSeconds).toBeGreaterThan(170);
      expect(redriveSeconds).toBeLessThan(shortestSeconds + 60);
    }
  });

  it("makes no poison of the few that probe the provider in turn", async () => {
    const summary = summaryOf(await demo("--scenario", "maintenance", "--json", "--input", manyOrders(14)));
    expect(summary).toMatchObject({ completed: 14, poisoned: 0, gentle: { probesPerMinute: 1 } });
  });

  it("redrives 2,000 orders that wait within 20% of the shortest possible time, and tells how", async () => {
    const ended = await demo("--scenario", "maintenance");

    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0);
    for (const part of [
      /^2040 orders made of seed 1\n/,
      /the circuit breaker opens after 5 failed calls: orders are held, without a call\n/,
      /a minute later one order probes the provider, and fails/,
      /the provider is back; 2000 orders wait/,
      /probes succeed, after \d+ probes that failed: the circuit breaker closes/,
      /the redrive has 50 under way at most/,
      /nobody had to do anything\n/,
      /\nCircuit breaker\n {10,}x\?+o\n/,
      /\n {2}in flight +5 /,
      /\n {2}probes +1 /,
      /\n {2}ratio +1\.[01]\d /,
      /\nEvery order was charged once\.\n/,
    ]) {
      expect(ended.stdout).toMatch(part);
    }
    expect(readFileSync(ended.report, "utf8")).toContain('<circle class="closed"');
  });
});
