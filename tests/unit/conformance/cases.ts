// A small case, to be bent by the tests.
import type { ConformanceCase } from "../../../conformance/conformanceCase";
import type { JsonObject } from "../../../simulator/json";

const details = { inputDetails: { truncated: false } };

/** A Pass state that answers {"a": 1}, as AWS records it. */
export function passCase(changes: Partial<ConformanceCase> = {}): ConformanceCase {
  const output = { output: { a: 1 }, outputDetails: { truncated: false } };
  const history: JsonObject[] = [
    {
      executionStartedEventDetails: { input: { n: 2 }, ...details, roleArn: "snf_role_arn" },
      id: 1,
      previousEventId: 0,
      timestamp: "timestamp",
      type: "ExecutionStarted",
    },
    {
      id: 2,
      previousEventId: 0,
      stateEnteredEventDetails: { input: { n: 2 }, ...details, name: "One" },
      timestamp: "timestamp",
      type: "PassStateEntered",
    },
    {
      id: 3,
      previousEventId: 2,
      stateExitedEventDetails: { name: "One", ...output },
      timestamp: "timestamp",
      type: "PassStateExited",
    },
    {
      executionSucceededEventDetails: output,
      id: 4,
      previousEventId: 3,
      timestamp: "timestamp",
      type: "ExecutionSucceeded",
    },
  ];
  return {
    name: "own/pass",
    area: "own",
    features: [],
    definition: { StartAt: "One", States: { One: { Type: "Pass", Result: { a: 1 }, End: true } } },
    input: { n: 2 },
    functions: {},
    queues: [],
    tables: [],
    normalise: [],
    expected: { status: "SUCCEEDED", output: { a: 1 }, historyOrder: "exact", history },
    ...changes,
  };
}
