// Parallel states.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import {
  functionArn,
  later,
  returns,
  type StepFunctionsWorld,
  stepFunctionsWorld,
  throws,
} from "../stepFunctionsWorld";

const end = { Type: "Pass", End: true };

function parallel(branches: readonly object[], fields: object = {}): JsonObject {
  const Branches = branches.map((states) => ({ StartAt: Object.keys(states)[0] as string, States: states }));
  return { P: { Type: "Parallel", Branches, End: true, ...fields } } as unknown as JsonObject;
}

function chain(execution: ReturnType<StepFunctionsWorld["view"]>): string[] {
  return execution.history.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
}

describe("Parallel", () => {
  it("gives all branches its input, and all outputs in their order", () => {
    const branches = [{ A: end }, { B: { ...end, Output: "{% $states.input.n + 1 %}" } }];
    const { output } = stepFunctionsWorld().run(parallel(branches), { n: 1 });
    expect(output).toBe('[{"n":1},2]');
  });

  it("computes that input, and an output from the results", () => {
    const fields = { Arguments: { n: "{% $states.input.n * 2 %}" }, Output: "{% $states.result[0].n %}" };
    expect(stepFunctionsWorld().run(parallel([{ A: end }, { B: end }], fields), { n: 2 }).output).toBe("4");
    const jsonPath = { Parameters: { "n.$": "$.n" }, ResultSelector: { "first.$": "$[0].n" }, ResultPath: "$.r" };
    const execution = stepFunctionsWorld().run(
      parallel([{ A: end }], jsonPath),
      { n: 2 },
      { QueryLanguage: "JSONPath" },
    );
    expect(execution.output).toBe('{"n":2,"r":{"first":2}}');
  });

  it("links its end to the last event inside", () => {
    expect(chain(stepFunctionsWorld().run(parallel([{ A: end }])))).toEqual([
      "1<0 ExecutionStarted",
      "2<0 ParallelStateEntered",
      "3<2 ParallelStateStarted",
      "4<3 PassStateEntered",
      "5<4 PassStateExited",
      "6<5 ParallelStateSucceeded",
      "7<5 ParallelStateExited",
      "8<7 ExecutionSucceeded",
    ]);
  });

  it("aborts the other branches when one fails", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({
      lambda: () => later(() => made.world, 500, throws("Broken")),
    });
    const inner = parallel([{ W2: { Type: "Wait", Seconds: 60, End: true } }]).P;
    const branches = [
      { T: { Type: "Task", Resource: functionArn, End: true } },
      { W: { Type: "Wait", Seconds: 60, End: true } },
      { Q: inner },
    ];
    const execution = made.run(parallel(branches));
    expect(execution).toMatchObject({ status: "FAILED", error: "Broken" });
    const failed = execution.history.find(({ type }) => type === "LambdaFunctionFailed")?.id;
    expect(chain(execution).slice(-6)).toEqual([
      `12<${failed} TaskStateAborted`,
      `13<${failed} WaitStateAborted`,
      `14<${failed} WaitStateAborted`,
      `15<${failed} ParallelStateAborted`,
      `16<${failed} ParallelStateFailed`,
      "17<16 ExecutionFailed",
    ]);
    expect((execution.stoppedAt ?? 0) - execution.startedAt).toBeLessThan(1000);
  });

  it("is tried again and caught, as recorded", () => {
    const made = stepFunctionsWorld({ lambda: () => throws("Broken") });
    const fields = {
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Error %}", Next: "E" }],
    };
    const branches = [{ T: { Type: "Task", Resource: functionArn, End: true } }];
    const execution = made.run({ ...parallel(branches, fields), E: end } as JsonObject);
    expect(execution.output).toBe('"Broken"');
    expect(chain(execution).slice(6, 9)).toEqual([
      "7<6 LambdaFunctionFailed",
      "8<7 TaskStateAborted",
      "9<7 ParallelStateStarted",
    ]);
    expect(chain(execution).slice(13, 16)).toEqual([
      "14<13 TaskStateAborted",
      "15<13 ParallelStateFailed",
      "16<15 ParallelStateExited",
    ]);
  });

  it("lets no Catch see a runtime error of a branch", () => {
    const gate = { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "B" }] };
    const fields = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "E" }] };
    const execution = stepFunctionsWorld().run({ ...parallel([{ A: gate, B: end }], fields), E: end } as JsonObject);
    expect(execution).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });

  it("leaves nothing behind when the execution is stopped", () => {
    const made: StepFunctionsWorld = stepFunctionsWorld({ lambda: () => later(() => made.world, 60_000, returns(1)) });
    const branches = [
      { T: { Type: "Task", Resource: functionArn, End: true } },
      { W: { Type: "Wait", Seconds: 9, End: true } },
    ];
    const executionArn = made.start(made.create(parallel(branches)));
    made.world.run(1000);
    made.world.call("states", "StopExecution", { executionArn });
    const events = made.view(executionArn).history.length;
    made.world.runUntilQuiet();
    expect(made.view(executionArn)).toMatchObject({ status: "ABORTED" });
    expect(made.view(executionArn).history).toHaveLength(events);
  });
});
