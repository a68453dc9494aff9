// The state machine that waits out throttling, on the simulator's Step Functions.
import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import {
  longestOrderStatusSeconds,
  type OrderStatusOptions,
  orderStatusDefinition,
} from "../../../bookshop/orderStatusDefinition";
import { parseRecord } from "../../../records/parse";
import type { JsonObject } from "../../../simulator/json";
import {
  functionArn,
  returns,
  stepFunctionsWorld,
  throws,
  types,
} from "../simulator/services/stepFunctions/stepFunctionsWorld";

const options: OrderStatusOptions = {
  source: "order-status",
  functionArn,
  timeoutSeconds: 40,
  queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/spool",
  waits: 2,
  waitSeconds: 60,
};
const input = { orderId: "order-1" };
const name = "ask-order-1";

/** Runs it with a warehouse that answers this, one answer an attempt; the last one holds. */
function run(...answers: JsonObject[]) {
  const times: number[] = [];
  const sent: JsonObject[] = [];
  const world = stepFunctionsWorld({
    lambda: () => {
      times.push(world.world.clock.now);
      return answers[Math.min(times.length, answers.length) - 1] ?? {};
    },
    sqs: (message) => {
      sent.push(message);
      return { MD5OfMessageBody: "md5", MessageId: "id" };
    },
  });
  const { States: states, ...machine } = JSON.parse(JSON.stringify(orderStatusDefinition(options)));
  const stateMachineArn = world.create(states, { name: "order-status", machine });
  const executionArn = world.start(stateMachineArn, input, name);
  world.world.runUntilQuiet();
  const view = world.view(executionArn);
  const [first = 0] = times;
  const seconds = times.map((time) => Math.round((time - first) / 1000));
  return { view, seconds, sent, stateMachineArn };
}

const throttled = throws("TooManyRequestsException");
const answer = { orderId: "order-1", status: "sent" };

describe("the order status machine", () => {
  it("is valid Amazon States Language", () => {
    expect(aslValidator(JSON.parse(JSON.stringify(orderStatusDefinition(options)))).errors).toEqual([]);
  });

  it("asks once where all is well", () => {
    const { view, seconds } = run(returns(answer));
    expect(view.status).toBe("SUCCEEDED");
    expect(JSON.parse(view.output ?? "")).toEqual(answer);
    expect(seconds).toEqual([0]);
  });

  it("retries throttling twice after a second, then waits, and tries again", () => {
    const { view, seconds, sent } = run(throttled, throttled, throttled, throttled, returns(answer));
    expect(view.status).toBe("SUCCEEDED");
    expect(JSON.parse(view.output ?? "")).toEqual(answer);
    expect(seconds).toEqual([0, 1, 2, 62, 63]);
    expect(sent).toEqual([]);
  });

  it("waits a bounded number of times, then parks the work with its input", () => {
    const { view, seconds, sent, stateMachineArn } = run(throttled);
    expect(seconds).toEqual([0, 1, 2, 62, 63, 64, 124, 125, 126]);
    expect(types(view.history).filter((type) => type === "WaitStateEntered")).toHaveLength(2);
    expect(JSON.parse(view.output ?? "")).toEqual({ spooled: true, id: name, generation: 0 });
    expect(sent).toHaveLength(1);
    const body = typeof sent[0]?.MessageBody === "string" ? sent[0].MessageBody : JSON.stringify(sent[0]?.MessageBody);
    expect(parseRecord({ Body: body }, { "order-status": { stateMachineArn } })).toMatchObject({
      readable: true,
      record: {
        source: "order-status",
        identity: { id: name },
        generation: 0,
        input: { by: "value", text: JSON.stringify(input) },
        error: { name: "TooManyRequestsException" },
      },
    });
  });

  it("goes another way when the warehouse is down: no retry, no wait", () => {
    const { view, seconds, sent } = run(throws("ServerUnavailableException"));
    expect(seconds).toEqual([0]);
    expect(sent).toHaveLength(1);
    expect(JSON.parse(view.output ?? "")).toMatchObject({ spooled: true });
    expect(JSON.stringify(view.history)).toContain("WarehouseDown");
    expect(JSON.stringify(view.history)).not.toContain("Throttled");
  });

  it("goes that way, too, when the warehouse breaks down while it throttles", () => {
    const { seconds, sent } = run(throttled, throttled, throttled, throws("ServerUnavailableException"));
    expect(seconds).toEqual([0, 1, 2, 62]);
    expect(JSON.stringify(sent[0])).toContain("ServerUnavailableException");
  });

  it("retries any other error once after 5 seconds, and parks it", () => {
    const { seconds, sent } = run(throws("Surprise"));
    expect(seconds).toEqual([0, 5]);
    expect(sent).toHaveLength(1);
  });

  it("says how long it can take: every pass and every wait", () => {
    const { view } = run(throttled);
    const took = (view.history.at(-1)?.timestamp ?? 0) - (view.history[0]?.timestamp ?? 0);
    expect(longestOrderStatusSeconds(options)).toBeGreaterThan(took);
    expect(longestOrderStatusSeconds({ ...options, waits: 0 })).toBeLessThan(longestOrderStatusSeconds(options) / 2);
  });
});
