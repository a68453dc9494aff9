// Metrics in CloudWatch's embedded metric format.
import { afterEach, describe, expect, it, vi } from "vitest";
import { printMetrics } from "../../../handlers/telemetry";
import { SPOOL } from "../../support/handlerRun";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("printMetrics", () => {
  it("prints one line that CloudWatch Logs makes metrics of", () => {
    vi.useFakeTimers({ now: 1000 });
    const print = vi.spyOn(console, "log").mockReturnValue(undefined);
    printMetrics(SPOOL, "Count", { Redriven: 2, Poisoned: 0 });
    expect(print.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
      {
        _aws: {
          Timestamp: 1000,
          CloudWatchMetrics: [
            {
              Namespace: "Respool",
              Dimensions: [["Spool"]],
              Metrics: [
                { Name: "Redriven", Unit: "Count" },
                { Name: "Poisoned", Unit: "Count" },
              ],
            },
          ],
        },
        Spool: "spool",
        Redriven: 2,
        Poisoned: 0,
      },
    ]);
  });
});
