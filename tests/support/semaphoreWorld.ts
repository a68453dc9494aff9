// A world with DynamoDB, Step Functions and a function that counts how often it runs at once, around a step with a semaphore.

import { catchErrors, catchFailure } from "../../components/asl/catch";
import { leaseSeconds, retriersWithinLease, runsOnSeconds, unfinishedErrors } from "../../components/asl/leaseSeconds";
import type { SemaphoreUse } from "../../components/asl/semaphoreLease";
import { acquireStates, releaseStates } from "../../components/asl/semaphoreStates";
import type { Retrier, StateMachineDefinition, States } from "../../components/asl/states";
import { functionCall } from "../../components/asl/taskState";
import type { JsonObject } from "../../simulator/json";
import { AwsError, Deferred, operation } from "../../simulator/service";
import { DynamoDbService } from "../../simulator/services/dynamoDb/dynamoDbService";
import { type ExecutionView, StepFunctionsService } from "../../simulator/services/stepFunctions/stepFunctionsService";
import { createControlTable, createMachine, LeaseRelease } from "./controls";
import { type TestWorld, testWorld } from "./simulatorWorld";

/** What the function does with one piece of work. */
export interface Work {
  /** Milliseconds; it runs for so long whatever becomes of its caller. */
  readonly runs: number;
  /** It ends in an error of its own. */
  readonly fails?: boolean;
  /** The connection breaks so many milliseconds after the call; the function runs on. */
  readonly breaks?: number;
  readonly customer?: unknown;
}

export interface SemaphoreWorldOptions {
  readonly seed?: number;
  readonly limit?: number;
  readonly key?: string;
  readonly maximumWaitSeconds?: number;
  /** The state's. @default 15 seconds longer than the function's */
  readonly timeoutSeconds?: number;
  readonly functionSeconds?: number;
  readonly retry?: readonly Retrier[];
  /** Whether leases of executions that ended are freed. @default true */
  readonly releases?: boolean;
}

const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:charge";

export class SemaphoreWorld {
  readonly world: TestWorld;
  readonly use: SemaphoreUse;
  readonly definition: StateMachineDefinition;
  /** How many of one key ran at once, at most. */
  mostRunning = 0;
  /** When the function began, in milliseconds since the epoch, in order. */
  readonly began: number[] = [];
  readonly ended: number[] = [];
  private readonly services: StepFunctionsService;
  private readonly arn: string;
  private readonly release: LeaseRelease;
  private readonly running = new Map<string, number>();

  constructor({
    seed = 1,
    limit = 1,
    key,
    maximumWaitSeconds = 3_600,
    functionSeconds = 30,
    timeoutSeconds = functionSeconds + 15,
    retry = [],
    releases = true,
  }: SemaphoreWorldOptions = {}) {
    this.world = testWorld({ seed });
    this.services = new StepFunctionsService(this.world);
    this.world.gateway.add(new DynamoDbService(this.world));
    this.world.gateway.add(this.services);
    this.addFunction();
    const unfinished = unfinishedErrors(timeoutSeconds, functionSeconds);
    const state = { TimeoutSeconds: timeoutSeconds, Retry: retriersWithinLease(unfinished, retry) };
    this.use = {
      tableName: "semaphore",
      limit,
      leaseSeconds: leaseSeconds({ states: [state], functionSeconds }),
      maximumWaitSeconds,
      ...(key === undefined ? {} : { key }),
    };
    createControlTable(this.world, "semaphore");
    this.definition = protectedDefinition(this.use, state, unfinished);
    this.arn = createMachine(this.world, "charges", this.definition);
    this.release = new LeaseRelease(this.world, [{ use: this.use, holdSeconds: runsOnSeconds(functionSeconds) }]);
    if (releases) this.release.listenTo(this.arn);
  }

  /** How many run now, of all keys. */
  get isRunning(): number {
    return [...this.running.values()].reduce((sum, count) => sum + count, 0);
  }

  start(work: Work, name?: string): string {
    const input = { stateMachineArn: this.arn, input: JSON.stringify(work), ...(name === undefined ? {} : { name }) };
    return this.world.call<{ executionArn: string }>("states", "StartExecution", input).executionArn;
  }

  /** Starts an execution at that moment, from within an event; it is stopped so many milliseconds after it began. */
  startAt(time: number, work: Work, stopAfter?: number): void {
    const { world } = this;
    const request = (action: string, input: JsonObject) =>
      ({ service: "states", action, input, principal: { kind: "operator" } }) as const;
    world.clock.at(time, () => {
      const input = { stateMachineArn: this.arn, input: JSON.stringify(work) };
      world.gateway.call(request("StartExecution", input), (outcome) => {
        if (!outcome.ok || stopAfter === undefined) return;
        const { executionArn = "" } = outcome.output;
        world.clock.after(stopAfter, () =>
          world.gateway.call(request("StopExecution", { executionArn }), () => undefined),
        );
      });
    });
  }

  stop(executionArn: string): void {
    this.world.call("states", "StopExecution", { executionArn });
  }

  redrive(executionArn: string): void {
    this.world.call("states", "RedriveExecution", { executionArn });
  }

  view(executionArn: string): ExecutionView {
    const found = this.views().find(({ arn }) => arn === executionArn);
    if (found === undefined) throw new Error(`no execution ${executionArn}`);
    return found;
  }

  views(): ExecutionView[] {
    return [...this.services.executions(this.arn)];
  }

  /** The executions of the machine that frees leases, oldest first. */
  releases(): ExecutionView[] {
    return [...this.services.executions(this.release.arn)];
  }

  /** Delivers the event of an execution's end once more. */
  announceAgain(executionArn: string): void {
    this.release.announceAgain(executionArn);
  }

  /** The item of a key as plain numbers; undefined when there is none. */
  item(key = "*"): Record<string, number> | undefined {
    const { Item } = this.world.call("dynamodb", "GetItem", {
      TableName: "semaphore",
      Key: { key: { S: key } },
      ConsistentRead: true,
    });
    if (Item === undefined) return undefined;
    const numbers = Object.entries(Item as Record<string, { N?: string }>).filter(([name]) => name !== "key");
    return Object.fromEntries(numbers.map(([name, { N }]) => [name, Number(N)]));
  }

  /** The leases of a key: when each expires, in seconds since the epoch. */
  leases(key = "*"): Record<string, number> {
    const entries = Object.entries(this.item(key) ?? {}).filter(([name]) => name.includes("#"));
    return Object.fromEntries(entries);
  }

  held(key = "*"): number {
    return this.item(key)?.held ?? 0;
  }

  private addFunction(): void {
    this.world.gateway.add({
      name: "lambda",
      resourceTypes: {},
      operations: {
        Invoke: operation<{ Payload: string }>({
          authorize: () => [],
          handle: ({ Payload }) => this.runs(JSON.parse(Payload) as Work),
        }),
      },
    });
  }

  private runs({ runs, fails = false, breaks, customer }: Work): Deferred {
    const { clock } = this.world;
    const answer = new Deferred();
    const key = this.use.key === undefined ? "*" : JSON.stringify(customer);
    const count = (change: number) => {
      const running = (this.running.get(key) ?? 0) + change;
      this.running.set(key, running);
      this.mostRunning = Math.max(this.mostRunning, running);
    };
    count(1);
    this.began.push(clock.now);
    if (breaks !== undefined && breaks < runs) {
      clock.after(breaks, () => answer.reject(new AwsError("SdkClientException", "connection reset")));
    }
    clock.after(runs, () => {
      count(-1);
      this.ended.push(clock.now);
      if (breaks === undefined || breaks >= runs) answer.resolve(fails ? failed : succeeded);
    });
    return answer;
  }
}

const succeeded: JsonObject = { StatusCode: 200, Payload: '{"charged":true}', ExecutedVersion: "$LATEST" };
const failed: JsonObject = {
  StatusCode: 200,
  FunctionError: "Unhandled",
  Payload: '{"errorType":"Declined","errorMessage":"no"}',
  ExecutedVersion: "$LATEST",
};

/** Acquire, the function, Release; a failure goes to ReleaseFailed and Spool, unless the function may still run. */
function protectedDefinition(
  use: SemaphoreUse,
  state: { readonly TimeoutSeconds: number; readonly Retry: readonly Retrier[] },
  unfinished: readonly string[],
): StateMachineDefinition {
  const names = (name: string) => name;
  const options = { names, use, acquired: "Charge", again: "Acquire", gaveUp: "Held", failed: "Spool" };
  const { resource, arguments: args } = functionCall(functionArn);
  const states: States = {
    ...acquireStates(options).states,
    Charge: {
      Type: "Task",
      Resource: resource,
      Arguments: args,
      ...state,
      Catch: [catchErrors(unfinished, "Spool"), ...catchFailure("ReleaseFailed")],
      Next: "Release",
    },
    ...releaseStates({ name: "Release", use, after: { End: true } }).states,
    ...releaseStates({ name: "ReleaseFailed", use, after: { Next: "Spool" } }).states,
    Held: { Type: "Pass", Output: "{% {'held': $failure, 'input': $states.input} %}", End: true },
    Spool: { Type: "Pass", Output: "{% {'spooled': $failure, 'input': $states.input} %}", End: true },
  };
  return { Comment: "One step with a semaphore.", QueryLanguage: "JSONata", StartAt: "Acquire", States: states };
}
