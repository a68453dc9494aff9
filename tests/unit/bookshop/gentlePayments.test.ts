// The sample program with its option `gentle`.
import { join } from "node:path";
import { type JsonObject, Simulation } from "@respool/simulator";
import { describe, expect, it } from "vitest";

const directory = join(__dirname, "../../..");

async function deployed(config: Readonly<Record<string, string>>) {
  const addresses = { paymentProviderUrl: "https://payments.example", partnersUrl: "https://partners.example" };
  const simulation = new Simulation();
  const { outputs, resources } = await simulation.deploy({ directory, config: { ...addresses, ...config } });
  const { definition } = simulation.call<{ definition: string }>("states", "DescribeStateMachine", {
    stateMachineArn: (outputs as Record<string, string>).chargeCardArn,
  } as JsonObject);
  const { States } = JSON.parse(definition) as { States: Record<string, { Resource?: string; Retry?: unknown }> };
  return { outputs: outputs as Record<string, string | undefined>, names: resources.map(({ name }) => name), States };
}

const own = [
  "paymentBreakerArn",
  "paymentBreakerTableName",
  "paymentSemaphoreTableName",
  "recoverArn",
  "recoverTableName",
];

describe("gentle", () => {
  it("is off by default: nothing stands before the payment provider", async () => {
    const { outputs, names, States } = await deployed({});
    expect(own.filter((name) => outputs[name] !== undefined)).toEqual([]);
    expect(names.filter((name) => /^(payments|payment-provider|recover)/.test(name))).toEqual([]);
    expect(Object.keys(States)).not.toContain("Acquire");
  });

  it("lets five charges in at once, asks a circuit breaker, and makes one call of each attempt", async () => {
    const { outputs, names, States } = await deployed({ gentle: "true" });
    expect(own.filter((name) => outputs[name] === undefined)).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["payments", "payment-provider", "recover"]));
    expect(JSON.stringify(States.Acquire)).toContain('":limit":{"N":"5"}');
    expect(Object.keys(States)).toContain("BreakerProbe");
    const tries = Object.values(States).find(({ Resource }) => Resource?.includes(":function:"))?.Retry;
    expect(tries).toEqual([
      { ErrorEquals: ["States.QueryEvaluationError"], MaxAttempts: 0 },
      { ErrorEquals: expect.arrayContaining(["Lambda.ServiceException"]), MaxAttempts: 0 },
      { ErrorEquals: ["CardDeclinedError"], MaxAttempts: 0 },
      {
        ErrorEquals: ["Lambda.TooManyRequestsException"],
        IntervalSeconds: 1,
        MaxAttempts: 5,
        BackoffRate: 2,
        JitterStrategy: "FULL",
      },
    ]);
  });
});
