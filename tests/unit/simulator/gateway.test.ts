import { describe, expect, it } from "vitest";
import { AwsError, type Call, type Outcome, operation } from "../../../simulator/service";
import { testWorld } from "../../support/simulatorWorld";

function counting() {
  const world = testWorld();
  const calls: Call[] = [];
  world.gateway.add({
    name: "sqs",
    resourceTypes: {},
    operations: {
      SendMessage: operation<{ QueueUrl: string }>({
        authorize: () => [],
        handle: (_input, call) => {
          calls.push(call);
          return { MessageId: "1" };
        },
      }),
    },
  });
  return { world, calls };
}

const lost = new AwsError("ServiceUnavailable", "lost", 503);

describe("Gateway", () => {
  it("answers after the call has travelled both ways, and logs it", () => {
    const { world } = counting();
    const before = world.clock.now;
    expect(world.call("sqs", "SendMessage")).toEqual({ MessageId: "1" });
    expect(world.clock.now - before).toBeGreaterThanOrEqual(4);
    expect(world.events.all.at(-1)).toMatchObject({
      kind: "sqs.SendMessage",
      detail: { caller: "operator", result: "ok" },
    });
  });

  it("names what it has when an operation is unknown", () => {
    const { world } = counting();
    expect(() => world.call("sqs", "Sing")).toThrow("the simulator does not have sqs:Sing; it has SendMessage");
    expect(() => world.call("s3", "GetObject")).toThrow("the simulator does not have s3:GetObject; it has sqs");
  });

  it("injects an error before the effect", () => {
    const { world, calls } = counting();
    world.faults.intoCalls({ fault: { kind: "errorBefore", error: lost } });
    expect(world.outcome("sqs", "SendMessage")).toEqual({ ok: false, error: lost });
    expect(calls).toHaveLength(0);
    expect(world.outcome("sqs", "SendMessage").ok).toBe(true);
  });

  it("injects an error after the effect: a lost reply", () => {
    const { world, calls } = counting();
    world.faults.intoCalls({ fault: { kind: "errorAfter", error: lost } });
    expect(world.outcome("sqs", "SendMessage")).toEqual({ ok: false, error: lost });
    expect(calls).toHaveLength(1);
  });

  it("injects latency", () => {
    const { world } = counting();
    world.faults.intoCalls({ fault: { kind: "latency", milliseconds: 5000 } });
    const before = world.clock.now;
    world.call("sqs", "SendMessage");
    expect(world.clock.now - before).toBeGreaterThanOrEqual(5000);
  });

  it.each([
    ["crashBefore", 0],
    ["crashAfter", 1],
  ] as const)("%s: the caller dies and never hears an answer", (kind, effects) => {
    const { world, calls } = counting();
    let crashed = 0;
    let answer: Outcome | undefined;
    const origin = { functionName: "f", environmentId: "e", requestId: "r", crash: () => (crashed += 1) };
    world.faults.intoCalls({ fault: { kind } });
    const principal = { kind: "role", roleArn: "arn:aws:iam::123456789012:role/r" } as const;
    world.gateway.call({ service: "sqs", action: "SendMessage", input: {}, principal, origin }, (outcome) => {
      answer = outcome;
    });
    world.runUntilQuiet();
    expect([crashed, calls.length, answer]).toEqual([1, effects, undefined]);
  });

  it("hits only the calls that a rule means, after those it skips", () => {
    const { world } = counting();
    const end = world.faults.intoCalls({
      when: (call) => call.action === "SendMessage",
      skip: 1,
      times: 2,
      fault: { kind: "errorBefore", error: lost },
    });
    const send = () => world.outcome("sqs", "SendMessage").ok;
    expect([send(), send(), send(), send()]).toEqual([true, false, false, true]);
    end();
  });
});

describe("EventLog", () => {
  it("gives equal hashes for equal runs only", () => {
    const run = (seed: number) => {
      const world = testWorld({ seed });
      world.outcome("sqs", "SendMessage");
      world.outcome("sqs", "SendMessage");
      return world.events.hash();
    };
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
  });
});
