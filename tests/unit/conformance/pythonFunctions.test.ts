// Functions as Lambda's Invoke answers for them.
import { describe, expect, it } from "vitest";
import type { FunctionBehaviour } from "../../../conformance/conformanceCase";
import { pythonJson, pythonLambda } from "../../../conformance/pythonFunctions";
import { testWorld } from "../../support/simulatorWorld";

function invoker(behaviour: FunctionBehaviour, timeoutSeconds?: number) {
  const world = testWorld();
  world.gateway.add(pythonLambda(world, new Map([["f", { behaviour, timeoutSeconds }]])));
  const invoke = (input: object = {}) => world.call("lambda", "Invoke", { FunctionName: "f", ...input });
  return { world, invoke };
}

/** As a case file has it. */
const sleeping = (seconds: number, then: string) =>
  JSON.parse(`{"sleepSeconds":${seconds},"then":${then}}`) as FunctionBehaviour;

describe("pythonJson", () => {
  it("writes JSON as Python does", () => {
    expect(pythonJson({ a: [1, "é\n", null, true], b: {} })).toBe('{"a": [1, "\\u00e9\\n", null, true], "b": {}}');
  });
});

describe("pythonLambda", () => {
  it("echoes, returns, and returns raw text", () => {
    expect(invoker({ echo: true }).invoke({ Payload: '{"a":[1,2]}' })).toMatchObject({
      StatusCode: 200,
      Payload: '{"a": [1, 2]}',
      ExecutedVersion: "$LATEST",
    });
    expect(invoker({ returns: "x" }).invoke().Payload).toBe('"x"');
    expect(invoker({ returns: "x", rawBody: true }).invoke().Payload).toBe("x");
  });

  it("fails with Python's payload", () => {
    const { FunctionError, Payload } = invoker({
      throws: { errorType: "E", errorMessage: "m", stackTrace: ["s"] },
    }).invoke();
    expect(FunctionError).toBe("Unhandled");
    expect(Payload).toMatch(
      /^{"errorMessage": "m", "errorType": "E", "requestId": "[0-9a-f-]{36}", "stackTrace": \["s"]}$/,
    );
  });

  it("sleeps, and times out at the function's own limit", () => {
    const { world, invoke } = invoker(sleeping(10, '{"returns":1}'), 20);
    const start = world.clock.now;
    expect(invoke().Payload).toBe("1");
    expect(world.clock.now - start).toBeGreaterThanOrEqual(10_000);
    const late = invoker(sleeping(60, '{"echo":true}'), 30).invoke();
    expect(late.FunctionError).toBe("Unhandled");
    expect(JSON.parse(String(late.Payload))).toMatchObject({ errorType: "Sandbox.Timedout" });
  });

  it("answers a sequence, one after the other", () => {
    const serviceError = { code: "TooManyRequestsException", message: "Rate exceeded", status: 429 };
    const { invoke } = invoker({ sequence: [{ serviceError }, { errorPayload: '{"errorType":"E"}' }, { returns: 3 }] });
    expect(() => invoke()).toThrow("Rate exceeded");
    expect(invoke()).toMatchObject({ FunctionError: "Unhandled", Payload: '{"errorType":"E"}' });
    expect(invoke().Payload).toBe("3");
    expect(invoke().Payload).toBe("3");
  });

  it("says in AWS's words that a function is missing", () => {
    expect(() => invoker({ echo: true }).invoke({ FunctionName: "none" })).toThrow(
      "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:none:$LATEST",
    );
  });
});
