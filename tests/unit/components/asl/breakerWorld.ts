// A world with a dependency that a circuit breaker protects, and a state machine made of the library's fragments around it.
import { breakerControlDefinition } from "../../../../components/asl/breakerControlDefinition";
import { breakerFailed } from "../../../../components/asl/breakerFailed";
import { breakerCheck } from "../../../../components/asl/breakerStates";
import { breakerSucceeded } from "../../../../components/asl/breakerSucceeded";
import type { BreakerUse } from "../../../../components/asl/breakerTable";
import { catchFailure } from "../../../../components/asl/catch";
import { expression, type StateMachineDefinition, type States } from "../../../../components/asl/states";
import type { Json, JsonObject } from "../../../../simulator/json";
import { Deferred } from "../../../../simulator/service";
import { DynamoDbService } from "../../../../simulator/services/dynamoDb/dynamoDbService";
import type { ExecutionView } from "../../../../simulator/services/stepFunctions/stepFunctionsService";
import { createControlTable, createMachine, eventsInto } from "../../../support/controls";
import {
  functionArn,
  returns,
  type StepFunctionsWorld,
  stepFunctionsWorld,
  throws,
} from "../../simulator/services/stepFunctions/stepFunctionsWorld";

export const use: BreakerUse = {
  tableName: "payments",
  breaker: "payments",
  failureThreshold: 3,
  openSeconds: 60,
  successThreshold: 2,
  permitSeconds: 100,
  step: "Work",
  answers: ["CardDeclinedError"],
};

/** How the dependency answers. */
export type Mood = "works" | "fails" | "declines";

/** An attempt of the work: from when to when the dependency saw it. */
export interface Attempt {
  readonly order: string;
  readonly from: number;
  to: number | undefined;
}

export interface BreakerWorld extends Pick<StepFunctionsWorld, "world" | "view"> {
  readonly attempts: readonly Attempt[];
  readonly events: readonly JsonObject[];
  /** The dependency's answers from now on, and after how many seconds. */
  behave(mood: Mood, seconds?: number): void;
  /** Starts the work and returns the execution's ARN. */
  start(order?: string): string;
  /** Does one after another, each to its end; returns the last. */
  work(times?: number): ExecutionView;
  /** Runs the control state machine to its end; returns its output. */
  control(action: string, more?: JsonObject): Json;
  controlled(input: Json): ExecutionView;
  /** Calls Step Functions and does not wait, so that no time goes by. */
  send(action: "StartExecution" | "StopExecution", input: JsonObject): void;
  /** ARNs of the state machines. */
  readonly machine: string;
  readonly controls: string;
  /** The circuit breaker's item at this very moment. */
  item(): JsonObject;
  seconds(count: number): void;
}

/** The work's fragments, as an uncertain step puts them together. */
export function protectedDefinition(of: BreakerUse = use): StateMachineDefinition {
  const names = (state: string) => state;
  const check = breakerCheck({ names, use: of, passed: "Work", held: "Held" });
  const succeeded = breakerSucceeded({ names, use: of, next: { End: true } });
  const failed = breakerFailed({ names, use: of, next: "Failed" });
  const states: States = {
    ...check.states,
    Work: {
      Type: "Task",
      Resource: functionArn,
      Arguments: expression("$states.input"),
      TimeoutSeconds: 90,
      Retry: [],
      Catch: catchFailure(failed.startAt),
      Next: succeeded.startAt,
    },
    ...succeeded.states,
    ...failed.states,
    Failed: { Type: "Pass", Output: { failed: expression("$failure"), input: expression("$states.input") }, End: true },
    Held: { Type: "Pass", Output: { held: expression("$failure"), input: expression("$states.input") }, End: true },
  };
  return { Comment: "work", QueryLanguage: "JSONata", StartAt: check.startAt, States: states };
}

export function controlDefinition(of: BreakerUse = use): StateMachineDefinition {
  return breakerControlDefinition({ tableName: of.tableName, breaker: of.breaker, openSeconds: of.openSeconds });
}

export function breakerWorld(of: BreakerUse = use, seed = 1): BreakerWorld {
  let mood: Mood = "works";
  let latency = 0;
  const attempts: Attempt[] = [];
  const events: JsonObject[] = [];
  const answer = { works: returns("done"), fails: throws("ServiceUnavailable"), declines: throws("CardDeclinedError") };
  const sfn = stepFunctionsWorld({
    seed,
    lambda: ({ Payload }) => {
      const { clock } = sfn.world;
      const deferred = new Deferred();
      const { order } = JSON.parse(String(Payload)) as { order: string };
      const attempt: Attempt = { order, from: clock.now, to: undefined };
      attempts.push(attempt);
      const reply = answer[mood];
      clock.after(latency * 1000, () => {
        attempt.to = clock.now;
        deferred.resolve(reply);
      });
      return deferred;
    },
  });
  const { world } = sfn;
  const dynamoDb = new DynamoDbService(world);
  world.gateway.add(dynamoDb);
  world.gateway.add(eventsInto(events));
  createControlTable(world, of.tableName);
  const machine = createMachine(world, "orders", protectedDefinition(of));
  const controls = createMachine(world, "control", controlDefinition(of));
  let count = 0;
  const start = (order = `order-${++count}`) => sfn.start(machine, { order });
  const controlled = (input: Json) => {
    const arn = sfn.start(controls, input);
    while (sfn.view(arn).status === "RUNNING") world.run(100);
    return sfn.view(arn);
  };
  const finished = (arn: string) => {
    while (sfn.view(arn).status === "RUNNING") world.run(100);
    return sfn.view(arn);
  };
  return {
    world,
    view: sfn.view,
    attempts,
    events,
    behave: (next, seconds = 0) => {
      mood = next;
      latency = seconds;
    },
    start,
    work: (times = 1) => {
      let last = finished(start());
      for (let done = 1; done < times; done++) last = finished(start());
      return last;
    },
    controlled,
    send: (action, input) => {
      world.gateway.call({ service: "states", action, input, principal: { kind: "operator" } }, () => undefined);
    },
    machine,
    controls,
    control: (action, more = {}) => JSON.parse(controlled({ action, ...more }).output ?? "null"),
    item: () => {
      const input = { TableName: of.tableName, Key: { key: { S: "breaker" } } };
      const operator = { kind: "operator" } as const;
      const call = {
        service: "dynamodb",
        action: "GetItem",
        input,
        principal: operator,
        secureTransport: true,
        requestId: "",
      };
      const answer = dynamoDb.operations.GetItem?.handle(input, call);
      const found = answer !== undefined && "Item" in answer ? answer.Item : undefined;
      return (found ?? {}) as JsonObject;
    },
    seconds: (seconds) => void world.run(seconds * 1000),
  };
}

/** The output of an execution, as JSON. */
export function outputOf({ output }: ExecutionView): JsonObject {
  return JSON.parse(output ?? "null");
}

/** The states that an execution entered. */
export function statesOf({ history }: ExecutionView): string[] {
  return history.flatMap(({ stateEnteredEventDetails }) =>
    stateEnteredEventDetails === undefined ? [] : [String(stateEnteredEventDetails.name)],
  );
}
