// Whole cases on the simulator.
import { describe, expect, it } from "vitest";
import type { ConformanceCase } from "../../../conformance/conformanceCase";
import { replay } from "../../../conformance/replay";
import { passCase } from "./cases";

const differences = (item: ConformanceCase) => replay(item).differences.map(({ at }) => at);
const expecting = (changes: Partial<ConformanceCase["expected"]>) =>
  passCase({ expected: { ...passCase().expected, ...changes } });

describe("replay", () => {
  it("finds no difference where there is none", () => {
    expect(replay(passCase()).differences).toEqual([]);
  });

  it("compares the status, the output and every event", () => {
    expect(differences(expecting({ status: "FAILED" }))).toEqual(["status"]);
    expect(differences(expecting({ output: { a: 2 } }))).toEqual(["output.a"]);
    const [first, ...others] = passCase().expected.history;
    expect(differences(expecting({ history: [{ ...first, previousEventId: 9 }, ...others] }))).toEqual([
      "history[0](ExecutionStarted).previousEventId",
    ]);
  });

  it("compares error and cause", () => {
    const definition = { StartAt: "One", States: { One: { Type: "Fail", Error: "E", Cause: '{"a":1}' } } };
    const failing = (error: string, cause: object) =>
      passCase({ definition, expected: { status: "FAILED", error, cause: cause as never, history: [] } });
    expect(differences(failing("E", { a: 1 }))).toEqual([]);
    expect(differences(failing("F", { a: 2 }))).toEqual(["error", "cause.a"]);
  });

  it("compares why a definition was refused", () => {
    const definition = { StartAt: "One", States: { One: { Type: "Wait", Timestamp: "soon", End: true } } };
    const exception = (text: string) => ({
      exception_typename: "InvalidDefinition",
      exception_value: `An error occurred (InvalidDefinition) when calling the CreateStateMachine operation: ${text}`,
    });
    const refused = (text: string) =>
      passCase({ definition, expected: { status: "CREATE_REJECTED", exception: exception(text), history: [] } });
    const reason = "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/One/Timestamp";
    expect(differences(refused(`Invalid State Machine Definition: '${reason}'`))).toEqual([]);
    expect(differences(refused("something else"))).toEqual(["exception.message"]);
    expect(differences(passCase({ definition }))[0]).toBe("status");
  });

  it("counts a gap of the simulator as a difference", () => {
    const definition = {
      StartAt: "One",
      States: { One: { Type: "Task", Resource: "arn:aws:states:::ecs:runTask", End: true } },
    };
    expect(replay(passCase({ definition })).differences).toEqual([
      {
        at: "run",
        recorded: "SUCCEEDED",
        observed: expect.stringContaining('does not have the Resource "arn:aws:states:::ecs:runTask"') as string,
      },
    ]);
  });

  it("watches an execution that never ends for a while", () => {
    const definition = { StartAt: "One", States: { One: { Type: "Wait", Seconds: 99_999, End: true } } };
    const running = passCase({ definition, expected: { status: "RUNNING", history: [] } });
    expect(differences(running)).toEqual([]);
  });

  it("gives functions, queues and references what they stand for", () => {
    const definition = {
      StartAt: "Call",
      States: {
        Call: { Type: "Task", Resource: "\u0024{Function:fn1}.arn", ResultPath: "$.called", Next: "Send" },
        Send: {
          Type: "Task",
          Resource: "arn:aws:states:::sqs:sendMessage",
          Parameters: { "QueueUrl.$": "$.queue", MessageBody: "x" },
          ResultPath: "$.sent",
          End: true,
        },
      },
    };
    const item = passCase({
      definition,
      input: { queue: "\u0024{Queue:q1}.url" },
      functions: { fn1: { behaviour: { returns: [1, 2] } } },
      queues: [{ key: "q1" }],
      normalise: [{ text: "\u0024{Queue:q1}.url", to: "queue_url" }],
      expected: {
        status: "SUCCEEDED",
        output: {
          queue: "queue_url",
          called: [1, 2],
          sent: { MD5OfMessageBody: "<md5>", MessageId: "<uuid:1>", SdkHttpMetadata: {}, SdkResponseMetadata: {} },
        },
        history: [],
      },
    });
    expect(replay(item).differences).toEqual([]);
  });

  it("lets somebody outside answer task tokens", () => {
    const parameters = { QueueUrl: "\u0024{Queue:q1}.url", MessageBody: { "Token.$": "$$.Task.Token", id: 7 } };
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: parameters,
      End: true,
    };
    const actor = (steps: object[]) => ({ actor: "sqs-poller", queue: "q1", forEachMessage: steps as never });
    const waiting = (steps: object[], expected: ConformanceCase["expected"]) =>
      passCase({
        definition: { StartAt: "One", States: { One: { ...task, TimeoutSeconds: 60 } } },
        queues: [{ key: "q1" }],
        external: [actor(steps)],
        expected,
      });
    const success = { sendTaskSuccess: { taskToken: "body.Token", output: { jsonOf: "body.id" } } };
    expect(
      differences(waiting([{ waitSeconds: 5 }, success], { status: "SUCCEEDED", output: 7, history: [] })),
    ).toEqual([]);
    const failure = { sendTaskFailure: { taskToken: "body.Token", error: "E", cause: "C" } };
    expect(differences(waiting([failure], { status: "FAILED", error: "E", cause: "C", history: [] }))).toEqual([]);
    expect(differences(waiting([], { status: "FAILED", error: "States.Timeout", history: [] }))).toEqual([]);
  });
});
