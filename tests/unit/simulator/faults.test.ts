import { describe, expect, it } from "vitest";
import { type Delivery, Faults } from "../../../simulator/faults";
import { AwsError, type Call } from "../../../simulator/service";

const delivery: Delivery = { kind: "lambda.async", to: "f", payload: "{}" };
const call: Call = {
  service: "sqs",
  action: "SendMessage",
  input: {},
  principal: { kind: "operator" },
  secureTransport: true,
  requestId: "r",
};

describe("Faults", () => {
  it("lets every delivery arrive once and in time by default", () => {
    const faults = new Faults();
    expect(faults.arrivals(delivery)).toEqual([0]);
    expect(faults.forCall(call)).toBeUndefined();
  });

  it("makes a delivery come never, late or twice", () => {
    const faults = new Faults();
    for (const arrivals of [[], [60_000], [0, 1000]]) faults.intoDeliveries({ arrivals });
    const seen = [1, 2, 3, 4].map(() => faults.arrivals(delivery));
    expect(seen).toEqual([[], [60_000], [0, 1000], [0]]);
  });

  it("hits only what a rule means, after those that it skips, as often as it says", () => {
    const faults = new Faults();
    faults.intoDeliveries({
      when: ({ kind }) => kind === "events.target",
      arrivals: [],
      times: Number.POSITIVE_INFINITY,
    });
    faults.intoDeliveries({ when: ({ to }) => to === "f", arrivals: [5], skip: 1, times: 2 });
    expect(faults.arrivals({ ...delivery, kind: "events.target" })).toEqual([]);
    expect([1, 2, 3, 4].map(() => faults.arrivals(delivery))).toEqual([[0], [5], [5], [0]]);
    expect(faults.arrivals({ ...delivery, kind: "events.target" })).toEqual([]);
  });

  it("takes the first rule that fits, and counts a skipped one for that rule alone", () => {
    const faults = new Faults();
    const latency = (milliseconds: number) => ({ kind: "latency", milliseconds }) as const;
    faults.intoCalls({ fault: latency(1), skip: 1 });
    faults.intoCalls({ fault: latency(2) });
    expect([1, 2, 3].map(() => faults.forCall(call))).toEqual([latency(2), latency(1), undefined]);
  });

  it("goes into the invocations that it means", () => {
    const faults = new Faults();
    const invocation = { functionName: "f", requestId: "1", payload: "{}" };
    const when = ({ payload }: { payload: string }) => payload === "{}";
    const end = faults.intoInvocations({ when, fault: { kind: "throttle" }, skip: 1, times: 2 });
    expect(faults.forInvocation({ ...invocation, payload: "1" })).toBeUndefined();
    expect([1, 2].map(() => faults.forInvocation(invocation))).toEqual([undefined, { kind: "throttle" }]);
    end();
    expect(faults.forInvocation(invocation)).toBeUndefined();
  });

  it("ends when a rule is taken back", () => {
    const faults = new Faults();
    const error = new AwsError("ServiceUnavailable", "away", 503);
    const end = faults.intoCalls({ fault: { kind: "errorBefore", error }, times: Number.POSITIVE_INFINITY });
    const endDelivery = faults.intoDeliveries({ arrivals: [], times: 5 });
    expect(faults.forCall(call)).toEqual({ kind: "errorBefore", error });
    end();
    endDelivery();
    expect(faults.forCall(call)).toBeUndefined();
    expect(faults.arrivals(delivery)).toEqual([0]);
  });
});
