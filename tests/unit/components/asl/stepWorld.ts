// A world around whole steps as the library puts them together: semaphore, circuit breaker, spool, the machine that frees leases, operators.
import type { BreakerUse } from "../../../../components/asl/breakerTable";
import { leaseSeconds, runsOnSeconds, unfinishedErrors } from "../../../../components/asl/leaseSeconds";
import { plainStep } from "../../../../components/asl/plainStep";
import { retriers } from "../../../../components/asl/retry";
import { expression } from "../../../../components/asl/states";
import { type StepSemaphore, type UncertainStepOptions, uncertainStep } from "../../../../components/asl/uncertainStep";
import { uncertainTaskDefinition } from "../../../../components/asl/uncertainTaskDefinition";
import { type ChainedStep, workflowDefinition } from "../../../../components/asl/workflowDefinition";
import { parseRecord } from "../../../../records/parse";
import type { FailureRecord, RedriveMode } from "../../../../records/record";
import type { JsonObject } from "../../../../simulator/json";
import { Deferred } from "../../../../simulator/service";
import { DynamoDbService } from "../../../../simulator/services/dynamoDb/dynamoDbService";
import type { ExecutionView } from "../../../../simulator/services/stepFunctions/stepFunctionsService";
import { createControlTable, createMachine, eventsInto, LeaseRelease } from "../../../support/controls";
import {
  functionArn,
  returns,
  type StepFunctionsWorld,
  stepFunctionsWorld,
  throws,
} from "../../simulator/services/stepFunctions/stepFunctionsWorld";
import { controlDefinition } from "./breakerWorld";
import { recordIn } from "./continuedWorld";

/** How the dependency behind the functions answers. */
export type Mood = "works" | "fails" | "declines";

export interface StepWorldOptions {
  readonly seed?: number;
  readonly mode?: RedriveMode;
  /** Leases of the semaphore; undefined: no semaphore. */
  readonly limit?: number;
  /** @default false */
  readonly breaker?: boolean;
  /** `Reserve`, which is plain, and the protected `Charge` and `Notify`, in place of one step. @default false */
  readonly workflow?: boolean;
  /** Of the functions. @default 30 */
  readonly functionSeconds?: number;
  /** Of the states. @default 15 more */
  readonly timeoutSeconds?: number;
  readonly maximumWaitSeconds?: number;
}

/** One call of a function. */
export interface Attempt {
  readonly step: string;
  readonly order: string;
  readonly execution: string;
  readonly from: number;
  to: number;
}

const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/spool";
const operator = { kind: "operator" } as const;

export class StepWorld {
  readonly sfn: StepFunctionsWorld;
  readonly machine: string;
  readonly attempts: Attempt[] = [];
  /** What the dependency has done, each once however often it was asked. */
  readonly effects = new Set<string>();
  /** How many ran at once in protected functions. */
  mostRunning = 0;
  running = 0;
  /** Records that nobody has taken yet. */
  readonly spool: FailureRecord[] = [];
  readonly leaseSeconds: number;
  mood: Mood = "works";
  /** Of each call, in milliseconds. */
  runs = 100;
  private readonly controls: string;
  private readonly dynamoDb: DynamoDbService;

  constructor(readonly options: StepWorldOptions = {}) {
    const { seed = 1, mode = "restart", functionSeconds = 30 } = options;
    const machineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";
    const resumes = mode === "resume" ? ({ resumes: true } as const) : {};
    const declared = { orders: { stateMachineArn: machineArn, ...resumes } };
    this.sfn = stepFunctionsWorld({
      seed,
      lambda: (input) => this.call(String(input.FunctionName), JSON.parse(String(input.Payload))),
      sqs: ({ MessageBody }) => {
        this.spool.push(recordIn(parseRecord({ Body: String(MessageBody) }, declared)));
        return { MD5OfMessageBody: "md5", MessageId: "m" };
      },
    });
    const { world } = this.sfn;
    this.dynamoDb = new DynamoDbService(world);
    world.gateway.add(this.dynamoDb);
    world.gateway.add(eventsInto([]));
    for (const name of ["semaphore", "breaker"]) createControlTable(world, name);
    this.leaseSeconds = leaseSeconds({
      states: [{ TimeoutSeconds: this.timeoutSeconds, Retry: retriers([]) }],
      functionSeconds,
    });
    this.machine = createMachine(world, "orders", this.definition());
    this.controls = createMachine(world, "control", controlDefinition(this.breakerUse("")));
    const release = new LeaseRelease(world, [
      { use: { tableName: "semaphore" }, holdSeconds: runsOnSeconds(functionSeconds) },
    ]);
    release.listenTo(this.machine);
  }

  private get timeoutSeconds(): number {
    const { functionSeconds = 30, timeoutSeconds = functionSeconds + 15 } = this.options;
    return timeoutSeconds;
  }

  get now(): number {
    return this.sfn.world.clock.now;
  }

  breakerUse(step: string): BreakerUse {
    return {
      tableName: "breaker",
      breaker: "payments",
      failureThreshold: 2,
      openSeconds: 60,
      successThreshold: 2,
      permitSeconds: this.leaseSeconds,
      step,
      answers: ["CardDeclinedError"],
    };
  }

  definition() {
    const { mode = "restart", workflow = false } = this.options;
    if (!workflow)
      return uncertainTaskDefinition({ ...this.step("UncertainTask"), outcome: "succeed", onFailure: mode });
    const call = { resource: `${functionArn}-Reserve`, arguments: expression("$states.input") };
    const reserve: ChainedStep = (after) => plainStep({ task: "Reserve", call, timeoutSeconds: 60, retry: [], after });
    const protectedSteps = ["Charge", "Notify"].map(
      (task): ChainedStep =>
        (after) =>
          uncertainStep({
            ...this.step(task),
            names: (state) => `${task}: ${state}`,
            task,
            step: task,
            outcome: "succeed",
            onFailure: mode,
            after,
          }),
    );
    return workflowDefinition("An order.", [reserve, ...protectedSteps]);
  }

  private step(
    task: string,
  ): Pick<UncertainStepOptions, "source" | "call" | "timeoutSeconds" | "retry" | "queueUrl" | "semaphore" | "breaker"> {
    const { limit, breaker = false, functionSeconds = 30, maximumWaitSeconds = 3_600 } = this.options;
    const semaphore: StepSemaphore | undefined =
      limit === undefined
        ? undefined
        : {
            tableName: "semaphore",
            limit,
            leaseSeconds: this.leaseSeconds,
            maximumWaitSeconds,
            unfinished: unfinishedErrors(this.timeoutSeconds, functionSeconds),
          };
    return {
      source: "orders",
      call: { resource: `${functionArn}-${task}`, arguments: expression(argumentsOf) },
      timeoutSeconds: this.timeoutSeconds,
      retry: retriers(["CardDeclinedError"]),
      queueUrl,
      semaphore,
      breaker: breaker ? this.breakerUse(task) : undefined,
    };
  }

  /** The function behind a step; its environment ends it after its own timeout, whoever waits. */
  private call(functionName: string, input: { order: string; execution?: string }): Deferred {
    const { clock } = this.sfn.world;
    const step = functionName.slice(functionArn.length + 1);
    const { functionSeconds = 30 } = this.options;
    const { mood } = this;
    const { order, execution = "" } = input;
    const isProtected = step !== "Reserve";
    const runs = isProtected ? this.runs : 100;
    const killed = runs > functionSeconds * 1_000;
    const attempt: Attempt = { step, order, execution, from: clock.now, to: Number.POSITIVE_INFINITY };
    this.attempts.push(attempt);
    if (isProtected) this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    const answer = new Deferred();
    clock.after(Math.min(runs, functionSeconds * 1_000), () => {
      attempt.to = clock.now;
      if (isProtected) this.running -= 1;
      if (killed) return answer.resolve(throws("Sandbox.Timedout"));
      if (mood === "works" || !isProtected) this.effects.add(`${step} ${order}`);
      const error = mood === "fails" ? "ServiceUnavailable" : "CardDeclinedError";
      answer.resolve(mood === "works" || !isProtected ? returns(input) : throws(error));
    });
    return answer;
  }

  /** Calls Step Functions and does not wait, so that no time goes by. */
  send(action: string, input: JsonObject, done: (ok: boolean) => void = () => undefined): void {
    this.sfn.world.gateway.call({ service: "states", action, input, principal: operator }, ({ ok }) => done(ok));
  }

  start(order: string, name = order): string {
    this.send("StartExecution", { stateMachineArn: this.machine, name, input: JSON.stringify({ order }) });
    return `${this.machine.replace(":stateMachine:", ":execution:")}:${name}`;
  }

  control(action: string): void {
    this.send("StartExecution", { stateMachineArn: this.controls, input: JSON.stringify({ action, by: "me" }) });
  }

  seconds(count: number): void {
    this.sfn.world.run(count * 1_000);
  }

  views(): ExecutionView[] {
    return [...this.sfn.service.executions(this.machine)];
  }

  /** What the reprocess function does with the oldest records. */
  reprocess(count = this.spool.length): void {
    for (const record of this.spool.splice(0, count)) {
      const { mode = "restart", execution = "", generation, taskToken = "", input } = record;
      if (mode === "park") {
        const output = JSON.stringify({ generation: generation + 1 });
        this.send("SendTaskSuccess", { taskToken, output });
      } else if (mode === "resume") this.resume(record, execution);
      else if (input.by === "value") this.start(JSON.parse(input.text).order, `${execution.split(":").at(-1)}'`);
    }
  }

  private resume(record: FailureRecord, execution: string): void {
    const { status, redriveCount } = this.sfn.view(execution);
    if (redriveCount > record.generation || status === "SUCCEEDED") return;
    // The record is written before the execution fails at its gate.
    if (status === "RUNNING") this.spool.push(record);
    else this.send("RedriveExecution", { executionArn: execution });
  }

  /** What an operator does in the console with executions that ended badly. */
  redriveStopped(): void {
    const ended = this.views().filter(({ status }) => ["ABORTED", "FAILED", "TIMED_OUT"].includes(status));
    for (const { arn } of ended) this.send("RedriveExecution", { executionArn: arn });
  }

  /** An item at this very moment. */
  item(table: "breaker" | "semaphore"): JsonObject {
    const input = { TableName: table, Key: { key: { S: table === "breaker" ? "breaker" : "*" } } };
    const call = { service: "dynamodb", action: "GetItem", input, principal: operator };
    const answer = this.dynamoDb.operations.GetItem?.handle(input, { ...call, secureTransport: true, requestId: "" });
    const found = answer !== undefined && "Item" in answer ? answer.Item : undefined;
    return (found ?? {}) as JsonObject;
  }

  /** The leases of the semaphore: owners. */
  leases(): string[] {
    return Object.keys(this.item("semaphore")).filter((name) => name.includes("#"));
  }
}

/** They cannot be evaluated where the input's amount is no number. */
const argumentsOf = `($number($states.input.amount); {"order": $states.input.order, "execution": $states.context.Execution.Name})`;

/** The number that an item has. */
export const numberIn = (item: JsonObject, name: string) => Number((item[name] as { N?: string } | undefined)?.N ?? 0);

/** The phase of a circuit breaker. */
export const phaseOf = (item: JsonObject) => (item.phase as { S: string } | undefined)?.S ?? "closed";
