// AWS's limits by region, and their replacement.
import { describe, expect, it } from "vitest";
import { defaultQuotas, withQuotas } from "../../../simulator/quotas";

describe("quotas", () => {
  it("give large regions a larger StartExecution bucket", () => {
    expect(defaultQuotas("eu-west-1").stepFunctions).toMatchObject({
      startExecutionBucket: 1300,
      startExecutionRefill: 300,
    });
    expect(defaultQuotas("eu-north-1").stepFunctions).toMatchObject({
      startExecutionBucket: 800,
      startExecutionRefill: 150,
    });
  });

  it("can be replaced one by one", () => {
    const quotas = withQuotas(defaultQuotas("eu-west-1"), { stepFunctions: { startExecutionBucket: 1 } });
    expect(quotas.stepFunctions).toMatchObject({ startExecutionBucket: 1, startExecutionRefill: 300 });
    expect(quotas.lambda.concurrentExecutions).toBe(1000);
  });

  it("refuse a limit that does not exist or is no limit", () => {
    const unknown = { lambda: { concurrency: 1 } as Record<string, number> };
    expect(() => withQuotas(defaultQuotas("eu-west-1"), unknown)).toThrow(
      "[lambda.concurrency] is no quota, allowed are concurrentExecutions, ",
    );
    expect(() => withQuotas(defaultQuotas("eu-west-1"), { sqs: { maximumInFlight: -1 } })).toThrow(
      "[sqs.maximumInFlight] must be a number of at least 0, got -1",
    );
  });
});
