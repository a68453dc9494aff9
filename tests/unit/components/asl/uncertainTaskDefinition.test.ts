import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { longestExecutionSeconds } from "../../../../components/asl/longestExecution";
import { retriers } from "../../../../components/asl/retry";
import { functionCall } from "../../../../components/asl/taskState";
import type { Outcome } from "../../../../components/asl/uncertainStep";
import { uncertainTaskDefinition } from "../../../../components/asl/uncertainTaskDefinition";
import { contextOf, evaluate } from "./evaluate";

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:charge-card";
const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/spool";

function definitionOf(
  outcome: Outcome = "succeed",
  call: Parameters<typeof uncertainTaskDefinition>[0]["call"] = functionCall(functionArn),
) {
  return uncertainTaskDefinition({
    source: "charge-card",
    call,
    timeoutSeconds: 60,
    retry: retriers(["CardDeclinedError"]),
    queueUrl,
    outcome,
  });
}

function stateOf(name: string, outcome?: Outcome) {
  const state = definitionOf(outcome).States[name];
  if (state === undefined) throw new Error(`no state ${name}`);
  return state;
}

describe("the state machine of an uncertain task", () => {
  it.each<Outcome>(["succeed", "fail"])("is valid Amazon States Language when it is to %s", (outcome) => {
    const { errors } = aslValidator(JSON.parse(JSON.stringify(definitionOf(outcome))));
    expect(errors).toEqual([]);
  });

  it("calls the function with the caller's input and ends: one state transition", async () => {
    const state = stateOf("UncertainTask");
    expect(definitionOf().StartAt).toBe("UncertainTask");
    expect(state).toMatchObject({ Type: "Task", Resource: functionArn, TimeoutSeconds: 60, End: true });
    expect(state).not.toHaveProperty("Output");
    expect(await evaluate("Arguments" in state && state.Arguments, { input: { orderId: "1" } })).toEqual({
      orderId: "1",
    });
  });

  it("takes any resource with arguments and an output", () => {
    const call = { resource: "arn:aws:states:::dynamodb:putItem", arguments: { TableName: "orders" }, output: "done" };
    expect(definitionOf("succeed", call).States.UncertainTask).toMatchObject({
      Resource: "arn:aws:states:::dynamodb:putItem",
      Arguments: { TableName: "orders" },
      Output: "done",
    });
  });

  it("catches every error, those too that States.ALL may leave out, with the input kept and the error beside it", () => {
    const rest = {
      Assign: { failure: "{% $states.errorOutput %}" },
      Output: "{% $states.input %}",
      Next: "ErrorSpool",
    };
    expect(stateOf("UncertainTask")).toHaveProperty("Catch", [
      { ErrorEquals: ["States.DataLimitExceeded", "States.Runtime"], ...rest },
      { ErrorEquals: ["States.ALL"], ...rest },
    ]);
  });

  it("sends the record with the one message attribute", () => {
    expect(stateOf("ErrorSpool")).toMatchObject({
      Resource: "arn:aws:states:::sqs:sendMessage",
      Arguments: {
        QueueUrl: queueUrl,
        MessageAttributes: { respool: { DataType: "String", StringValue: "1" } },
      },
      End: true,
    });
  });

  it("keeps trying a spool that cannot be reached for minutes, not for ever", () => {
    expect(stateOf("ErrorSpool")).toMatchObject({
      TimeoutSeconds: 30,
      Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 2, MaxAttempts: 7, BackoffRate: 2, MaxDelaySeconds: 60 }],
    });
  });

  it("fails when the spool cannot be reached, and tells the original error as well as that one", async () => {
    expect(stateOf("ErrorSpool")).toMatchObject({
      Catch: [{ Next: "SpoolFailed" }, { ErrorEquals: ["States.ALL"], Next: "SpoolFailed" }],
    });
    const state = stateOf("SpoolFailed");
    const variables = {
      failure: { Error: "ServiceUnavailable", Cause: "maintenance" },
      spoolFailure: { Error: "SQS.SdkClientException", Cause: "connection refused" },
    };
    expect(state).toMatchObject({ Type: "Fail", Error: "Respool.SpoolFailed" });
    const cause = await evaluate("Cause" in state && state.Cause, { context: contextOf(), variables });
    expect(JSON.parse(String(cause))).toEqual({
      error: { name: "ServiceUnavailable", cause: "maintenance" },
      spoolError: { name: "SQS.SdkClientException", cause: "connection refused" },
    });
  });

  it("keeps that cause within what Step Functions takes", async () => {
    const state = stateOf("SpoolFailed");
    const worst = { Error: "e".repeat(256), Cause: "\u0001".repeat(32_768) };
    const cause = await evaluate("Cause" in state && state.Cause, {
      variables: { failure: worst, spoolFailure: worst },
    });
    expect(String(cause).length).toBeLessThanOrEqual(32_768);
  });

  it("has no more states than it needs", () => {
    expect(Object.keys(definitionOf("succeed").States)).toEqual(["UncertainTask", "ErrorSpool", "SpoolFailed"]);
    expect(Object.keys(definitionOf("fail").States)).toEqual(["UncertainTask", "ErrorSpool", "Spooled", "SpoolFailed"]);
  });
});

describe("outcome fail", () => {
  it("ends in a failure that says what was parked", async () => {
    expect(stateOf("ErrorSpool", "fail")).toMatchObject({ Next: "Spooled" });
    const state = stateOf("Spooled", "fail");
    expect(state).toMatchObject({ Type: "Fail", Error: "Respool.Spooled" });
    const input = { spooled: true, id: "order-1", generation: 2 };
    const cause = await evaluate("Cause" in state && state.Cause, { input });
    expect(JSON.parse(String(cause))).toEqual(input);
  });
});

describe("the longest execution", () => {
  it("adds up every attempt and every wait of all states, and a minute", () => {
    const task = (1 + 2 + 1) * 60 + (1 + 1) + 5;
    const spool = (1 + 7) * 30 + (2 + 4 + 8 + 16 + 32 + 60 + 60);
    expect(longestExecutionSeconds(definitionOf())).toBe(task + spool + 60);
  });

  it("is a year at most", () => {
    const retry = retriers([], [{ errors: ["States.ALL"], maxAttempts: 99_999_999 }]);
    const definition = uncertainTaskDefinition({
      source: "s",
      call: functionCall(functionArn),
      timeoutSeconds: 60,
      retry,
      queueUrl,
      outcome: "succeed",
    });
    expect(longestExecutionSeconds(definition)).toBe(31_536_000);
  });
});
