// A world with Step Functions, and a Lambda and an SQS that answer what a test tells them.
import type { JsonObject } from "../../../../../simulator/json";
import { AwsError, type Call, Deferred, type Operation, type Service } from "../../../../../simulator/service";
import type { HistoryEvent } from "../../../../../simulator/services/stepFunctions/history";
import type { StepFunctionsQuotas } from "../../../../../simulator/services/stepFunctions/quotas";
import {
  type ExecutionView,
  StepFunctionsService,
} from "../../../../../simulator/services/stepFunctions/stepFunctionsService";
import { type TestWorld, type TestWorldOptions, testWorld } from "../../../../support/simulatorWorld";

export const roleArn = "arn:aws:iam::123456789012:role/machine";
export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:charge";

/** What a function or a queue does with a call; an AwsError is the service's own. */
export type Answer = (input: JsonObject, call: Call, attempt: number) => JsonObject | AwsError | Deferred;

export interface StepFunctionsWorld {
  readonly world: TestWorld;
  readonly service: StepFunctionsService;
  /** Calls that reached Lambda and SQS, oldest first. */
  readonly calls: { readonly action: string; readonly input: JsonObject; readonly call: Call }[];
  /** Creates a JSONata state machine and returns its ARN. */
  create(states: JsonObject, options?: { readonly name?: string; readonly machine?: JsonObject }): string;
  /** Starts an execution and returns its ARN. */
  start(stateMachineArn: string, input?: unknown, name?: string): string;
  view(executionArn: string): ExecutionView;
  /** Creates, starts, and runs until quiet. */
  run(states: JsonObject, input?: unknown, machine?: JsonObject): ExecutionView;
}

export interface Answers extends TestWorldOptions {
  readonly lambda?: Answer;
  readonly sqs?: Answer;
  readonly quotas?: Partial<StepFunctionsQuotas>;
}

function fake(name: string, actions: readonly string[], answer: Answer, calls: StepFunctionsWorld["calls"]): Service {
  const operation = (action: string): Operation => ({
    authorize: () => [],
    handle: (input, call) => {
      calls.push({ action, input, call });
      const result = answer(input, call, calls.length);
      if (result instanceof AwsError) throw result;
      return result;
    },
  });
  return {
    name,
    resourceTypes: {},
    operations: Object.fromEntries(actions.map((action) => [action, operation(action)])),
  };
}

/** A function that returns a value. */
export const returns = (value: unknown): JsonObject => ({
  StatusCode: 200,
  Payload: JSON.stringify(value),
  ExecutedVersion: "$LATEST",
});

/** A function that ends with an error; the payload is spaced as Python's is. */
export const throws = (errorType: string, errorMessage = "no"): JsonObject => ({
  StatusCode: 200,
  FunctionError: "Unhandled",
  Payload: `{"errorMessage": ${JSON.stringify(errorMessage)}, "errorType": ${JSON.stringify(errorType)}}`,
  ExecutedVersion: "$LATEST",
});

/** The same answer so many milliseconds later. */
export function later(world: () => TestWorld, milliseconds: number, output: JsonObject): Deferred {
  const deferred = new Deferred();
  world().clock.after(milliseconds, () => deferred.resolve(output));
  return deferred;
}

export function stepFunctionsWorld(answers: Answers = {}): StepFunctionsWorld {
  const world = testWorld(answers);
  const calls: StepFunctionsWorld["calls"] = [];
  const echo: Answer = (input) => ({ StatusCode: 200, Payload: String(input.Payload), ExecutedVersion: "$LATEST" });
  const accept: Answer = () => ({ MD5OfMessageBody: "md5", MessageId: "id" });
  world.gateway.add(fake("lambda", ["Invoke"], answers.lambda ?? echo, calls));
  world.gateway.add(fake("sqs", ["SendMessage", "GetQueueUrl"], answers.sqs ?? accept, calls));
  const service = new StepFunctionsService(world, answers.quotas);
  world.gateway.add(service);

  const create: StepFunctionsWorld["create"] = (states, { name = "orders", machine = {} } = {}) => {
    const definition = { QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states, ...machine };
    const input = { name, roleArn, definition: JSON.stringify(definition) };
    return world.call<{ stateMachineArn: string }>("states", "CreateStateMachine", input).stateMachineArn;
  };
  const start: StepFunctionsWorld["start"] = (stateMachineArn, input = {}, name) => {
    const request = { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) };
    return world.call<{ executionArn: string }>("states", "StartExecution", request).executionArn;
  };
  const view: StepFunctionsWorld["view"] = (executionArn) => {
    const machineArn = executionArn.replace(":execution:", ":stateMachine:").replace(/:[^:]+$/, "");
    const found = service.executions(machineArn).find(({ arn }) => arn === executionArn);
    if (found === undefined) throw new Error(`no execution ${executionArn}`);
    return found;
  };
  return {
    world,
    service,
    calls,
    create,
    start,
    view,
    run: (states, input, machine) => {
      const executionArn = start(create(states, machine === undefined ? {} : { machine }), input);
      world.runUntilQuiet();
      return view(executionArn);
    },
  };
}

/** The types of a history's events, in order. */
export function types(history: readonly HistoryEvent[]): string[] {
  return history.map(({ type }) => type);
}

/** A definition's error when it is created. */
export function refusal(states: JsonObject, machine: JsonObject = {}): string {
  try {
    stepFunctionsWorld().create(states, { machine });
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}
