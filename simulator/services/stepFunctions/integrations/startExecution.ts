// arn:aws:states:::states:startExecution (Developer Guide: "Start a new Step Functions state machine from a running execution").
import type { Json, JsonObject } from "../../../json";
import { StateFailure } from "../failure";
import { Payload } from "../payload";
import type { Waiting } from "./integration";
import { asText, optimised, type Pattern, taskTokenWaiting } from "./optimised";
import { pascalCase } from "./pascalCase";
import { stepFunctions } from "./sdkServices";

/** The SDK behind optimised integrations gives times in milliseconds. */
function milliseconds(seconds: Json | undefined): Json | undefined {
  return typeof seconds === "number" ? Math.round(seconds * 1000) : seconds;
}

function parsed(text: Json | undefined): Json | undefined {
  return typeof text === "string" ? (JSON.parse(text) as Json) : text;
}

/** DescribeExecution as `.sync` shows it; `.sync:2` has input and output as JSON, not as text. */
function described(description: JsonObject, pattern: Pattern): JsonObject {
  const { startDate, stopDate, ...others } = description;
  const text = pattern === ".sync:2" ? { input: parsed(others.input), output: parsed(others.output) } : {};
  const shown = { ...others, ...text, startDate: milliseconds(startDate), stopDate: milliseconds(stopDate) };
  const members = Object.entries(pascalCase(shown, ["Input", "Output"]) as JsonObject);
  return Object.fromEntries(
    members.filter(([, value]) => value !== undefined).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function executionResult(description: JsonObject, pattern: Pattern): Payload {
  const shown = described(description, pattern);
  if (description.status === "SUCCEEDED") return Payload.of(shown);
  throw new StateFailure({ error: "States.TaskFailed", cause: JSON.stringify(shown) });
}

function waiting(pattern: Pattern): Waiting | undefined {
  if (pattern !== ".sync" && pattern !== ".sync:2") return taskTokenWaiting(pattern);
  return {
    until: "executionEnds",
    executionArn: (answer) => String(answer.executionArn),
    result: (description) => executionResult(description, pattern),
  };
}

export const statesStartExecution = optimised({
  resourceType: "states",
  action: "startExecution",
  patterns: [".sync", ".sync:2", ".waitForTaskToken"],
  supported: ["StateMachineArn", "Input", "Name", "TraceHeader"],
  required: ["StateMachineArn"],
  service: stepFunctions,
  calls: { service: "states", action: "StartExecution" },
  input: ({ StateMachineArn, Input, Name, TraceHeader }) => ({
    stateMachineArn: StateMachineArn,
    input: asText(Input),
    name: Name,
    traceHeader: TraceHeader,
  }),
  answer: ({ executionArn, startDate }) => ({ ExecutionArn: executionArn, StartDate: milliseconds(startDate) }),
  waiting,
});
