// Map states in inline mode.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import {
  functionArn,
  later,
  refusal,
  returns,
  type StepFunctionsWorld,
  stepFunctionsWorld,
  throws,
} from "../stepFunctionsWorld";

const end = { Type: "Pass", End: true };

function map(states: JsonObject, fields: object = {}): JsonObject {
  const ItemProcessor = { StartAt: Object.keys(states)[0] as string, States: states };
  return { M: { Type: "Map", ItemProcessor, End: true, ...fields } } as unknown as JsonObject;
}

/** Each event as "id<previous type". */
function chain(execution: ReturnType<StepFunctionsWorld["view"]>): string[] {
  return execution.history.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
}

describe("Map", () => {
  it("runs its states for every item of its input, and gives all outputs in their order", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({
      lambda: (input) => {
        const item = JSON.parse(String(input.Payload)) as number;
        return later(() => made.world, 1000 - item * 100, returns(item * 10));
      },
    });
    const work = { A: { Type: "Task", Resource: functionArn, End: true } };
    const execution = made.run(map(work), [1, 2, 3]);
    expect(execution.output).toBe("[10,20,30]");
    expect((execution.stoppedAt ?? 0) - execution.startedAt).toBeLessThan(1100);
  });

  it("runs as many at a time as MaxConcurrency says; the next follows the one that made room", () => {
    const execution = stepFunctionsWorld().run(map({ A: end }, { MaxConcurrency: 1 }), ["a", "b"]);
    expect(chain(execution)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 MapStateEntered",
      "3<2 MapStateStarted",
      "4<3 MapIterationStarted",
      "5<4 PassStateEntered",
      "6<5 PassStateExited",
      "7<6 MapIterationSucceeded",
      "8<6 MapIterationStarted",
      "9<8 PassStateEntered",
      "10<9 PassStateExited",
      "11<10 MapIterationSucceeded",
      "12<11 MapStateSucceeded",
      "13<11 MapStateExited",
      "14<13 ExecutionSucceeded",
    ]);
    expect(execution.history[2]?.mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(execution.history[7]?.mapIterationStartedEventDetails).toEqual({ name: "M", index: 1 });
  });

  it("runs 40 at a time at most", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({ lambda: () => later(() => made.world, 60_000, returns(1)) });
    const work = map({ A: { Type: "Task", Resource: functionArn, End: true } });
    const execution = made.run(
      work,
      Array.from({ length: 41 }, (_, index) => index),
    );
    const minutes = ((execution.stoppedAt ?? 0) - execution.startedAt) / 60_000;
    expect(Math.floor(minutes)).toBe(2);
  });

  it("takes nothing for no items", () => {
    expect(chain(stepFunctionsWorld().run(map({ A: end }), [])).slice(2)).toEqual([
      "3<2 MapStateStarted",
      "4<3 MapStateSucceeded",
      "5<3 MapStateExited",
      "6<5 ExecutionSucceeded",
    ]);
  });

  it("makes each item's input with ItemSelector; its states know the item, too", () => {
    const fields = {
      Items: "{% $states.input.list %}",
      ItemSelector: { n: "{% $states.context.Map.Item.Value %}", of: "{% $count($states.input.list) %}" },
    };
    const states = { A: { ...end, Output: "{% [$states.input, $states.context.Map.Item.Index] %}" } };
    expect(stepFunctionsWorld().run(map(states, fields), { list: ["a", "b"] }).output).toBe(
      '[[{"n":"a","of":2},0],[{"n":"b","of":2},1]]',
    );
  });

  it("does the same in JSONPath, with the older names as well", () => {
    const jsonPath = { QueryLanguage: "JSONPath" };
    const selector = { "n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "of.$": "$.of" };
    const fields = { ItemsPath: "$.list", ResultPath: "$.done", MaxConcurrencyPath: "$.most" };
    const input = { list: ["a"], of: 9, most: 1 };
    const output = { ...input, done: [{ n: "a", i: 0, of: 9 }] };
    const current = map({ A: end }, { ...fields, ItemSelector: selector });
    expect(JSON.parse(stepFunctionsWorld().run(current, input, jsonPath).output ?? "")).toEqual(output);
    const older = map({ A: end }, { ...fields, Parameters: selector });
    const { ItemProcessor, ...rest } = older.M as JsonObject;
    const iterated = { M: { ...rest, Iterator: ItemProcessor as JsonObject } };
    expect(JSON.parse(stepFunctionsWorld().run(iterated, input, jsonPath).output ?? "")).toEqual(output);
  });

  it("lets iterations read outer variables, and keeps theirs to themselves", () => {
    const states = {
      S: { Type: "Pass", Assign: { x: 1 }, Next: "M" },
      M: {
        ...(map({
          A: { Type: "Pass", Assign: { y: "{% $x + $states.input %}" }, Next: "B" },
          B: { ...end, Output: "{% $y %}" },
        }).M as object),
        Items: [1, 2],
        End: false,
        Next: "E",
      },
      E: { ...end, Output: { made: "{% $states.input %}", y: "{% $exists($y) %}" } },
    };
    expect(stepFunctionsWorld().run(states as unknown as JsonObject).output).toBe('{"made":[2,3],"y":false}');
  });
});

describe("a Map state that fails", () => {
  const work = { A: { Type: "Task", Resource: functionArn, End: true } };

  it("aborts what still runs, and tells of the first failure", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({
      lambda: (input) => (input.Payload === "1" ? throws("Broken") : later(() => made.world, 60_000, returns(1))),
    });
    const execution = made.run(map(work), [0, 1]);
    const failed = execution.history.find(({ type }) => type === "LambdaFunctionFailed")?.id;
    expect(execution).toMatchObject({ status: "FAILED", error: "Broken" });
    expect(chain(execution).slice(-6)).toEqual([
      `13<${failed} MapIterationAborted`,
      `14<${failed} TaskStateAborted`,
      `15<${failed} MapIterationFailed`,
      `16<${failed} TaskStateAborted`,
      `17<${failed} MapStateFailed`,
      "18<17 ExecutionFailed",
    ]);
    expect((execution.stoppedAt ?? 0) - execution.startedAt).toBeLessThan(1000);
  });

  it("lets what happens at the same moment happen", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({ lambda: () => later(() => made.world, 60_000, returns(1)) });
    const timed = { A: { Type: "Task", Resource: functionArn, TimeoutSeconds: 5, End: true } };
    const { history } = made.run(map(timed), [1, 2]);
    expect(history.filter(({ type }) => type === "LambdaFunctionTimedOut")).toHaveLength(2);
    expect(history.filter(({ type }) => type === "MapIterationFailed")).toHaveLength(1);
  });

  it("is tried again as a whole, without an event of the failure", () => {
    const retry = { Retry: [{ ErrorEquals: ["Broken"], MaxAttempts: 1 }] };
    const fails = { A: { Type: "Fail", Error: "Broken" } };
    expect(chain(stepFunctionsWorld().run(map(fails, retry), [1])).slice(2)).toEqual([
      "3<2 MapStateStarted",
      "4<3 MapIterationStarted",
      "5<4 FailStateEntered",
      "6<5 MapIterationFailed",
      "7<5 MapStateStarted",
      "8<7 MapIterationStarted",
      "9<8 FailStateEntered",
      "10<9 MapIterationFailed",
      "11<9 MapStateFailed",
      "12<11 ExecutionFailed",
    ]);
  });

  it("is caught", () => {
    const fields = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "E" }] };
    const states = { ...map({ A: { Type: "Fail", Error: "Broken" } }, fields), E: end };
    const execution = stepFunctionsWorld().run(states as JsonObject, [1]);
    expect(execution.output).toBe('{"Error":"Broken","Cause":null}');
    expect(chain(execution).slice(5, 8)).toEqual([
      "6<5 MapIterationFailed",
      "7<5 MapStateFailed",
      "8<7 MapStateExited",
    ]);
  });

  it("says what its items are instead of an array", () => {
    const cause = (fields: object, input: unknown, machine: JsonObject = {}) =>
      stepFunctionsWorld()
        .run(map({ A: end }, fields), input, machine)
        .cause?.replace(/^.*event id #\d+\)\. /, "");
    expect(cause({}, { a: 1 })).toBe('Map state input must be an array but was: {"a":1}');
    expect(cause({ Items: "{% 1 %}" }, {})).toBe(
      "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. " +
        "Expected 'array', but was 'number' for value: 1",
    );
    const jsonPath = { QueryLanguage: "JSONPath" };
    expect(cause({ ItemsPath: "$.a" }, { a: 1 }, jsonPath)).toBe('Reference path "$.a" must point to array.');
    expect(cause({ MaxConcurrencyPath: "$" }, ["x"], jsonPath)).toBe(
      'The MaxConcurrencyPath field refers to value ["x"] which is not a valid integer: $',
    );
    const tolerated = { ItemsPath: "$.l", ToleratedFailurePercentagePath: "$.p" };
    expect(cause(tolerated, { l: [], p: 101 }, jsonPath)).toBe("ToleratedFailurePercentage must be between 0 and 100.");
    expect(cause({ ItemsPath: "$.l", ToleratedFailureCountPath: "$.p" }, { l: [], p: -1 }, jsonPath)).toBe(
      "ToleratedFailureCount cannot be negative.",
    );
  });

  it("tells of its failure only when it had begun, or in JSONata", () => {
    const ends = (fields: object, machine: JsonObject) =>
      chain(stepFunctionsWorld().run(map({ A: end }, fields), {}, machine)).slice(2);
    expect(ends({}, {})).toEqual(["3<0 EvaluationFailed", "4<3 MapStateFailed", "5<4 ExecutionFailed"]);
    expect(ends({}, { QueryLanguage: "JSONPath" })).toEqual(["3<2 ExecutionFailed"]);
  });

  it("fails in the iteration whose input cannot be made", () => {
    const fields = { ItemSelector: { "x.$": "$$.Map.Item.Value.none" } };
    const execution = stepFunctionsWorld().run(map({ A: end }, fields), [{ none: 1 }, {}], {
      QueryLanguage: "JSONPath",
    });
    expect(execution.error).toBe("States.Runtime");
    expect(execution.history.find(({ type }) => type === "MapIterationFailed")?.mapIterationFailedEventDetails).toEqual(
      {
        name: "M",
        index: 1,
      },
    );
  });
});

describe("a Map state in a definition", () => {
  it("needs a processor", () => {
    expect(refusal({ M: { Type: "Map", End: true } })).toContain(
      "The field 'ItemProcessor' is required but was missing",
    );
  });
});
