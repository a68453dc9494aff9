// One execution of a state machine: its status, its history, its time limit.
import type { Timer } from "../../clock";
import type { JsonObject } from "../../json";
import type { World } from "../../world";
import { Branch, type BranchOwner } from "./branch";
import type { StateMachineDefinition } from "./definition/definition";
import { ExecutionEnded, type Failure } from "./failure";
import { historyLimit, type RecordedEvent } from "./history";
import type { JsonataEngine } from "./jsonata/engine";
import type { HostFunctions } from "./jsonata/functions";
import type { Payload } from "./payload";
import type { TaskTokens } from "./taskTokens";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** A state machine as it was when the execution began: later updates do not concern it. */
export interface MachineSnapshot {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: StateMachineDefinition;
}

/** What executions need from the service. */
export interface ExecutionHost {
  readonly world: World;
  readonly engine: JsonataEngine;
  /** Time and randomness for functions that definitions call. */
  readonly functions: HostFunctions;
  readonly tokens: TaskTokens;
  /** Calls back when an execution ends; the result takes that back. */
  whenClosed(executionArn: string, listener: () => void): () => void;
  /** The status is new. */
  statusChanged(execution: Execution): void;
  /** An event was recorded. */
  recorded(execution: Execution, event: RecordedEvent): void;
}

/** The longest error name and cause (API Reference: ExecutionFailedEventDetails). */
const longest = { error: 256, cause: 32_768 };

function bounded(failure: Failure): { readonly error?: string; readonly cause?: string } {
  return {
    ...(failure.error === undefined ? {} : { error: failure.error.slice(0, longest.error) }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause.slice(0, longest.cause) }),
  };
}

export class Execution implements BranchOwner {
  status: ExecutionStatus = "RUNNING";
  output: Payload | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Milliseconds since the epoch. */
  stoppedAt: number | undefined;
  /** As billed: states entered, and retries (Step Functions pricing: "state transitions ... including retries"). */
  stateTransitions = 0;
  /** How often tasks were scheduled, retries included. */
  attempts = 0;
  /** How often RedriveExecution restarted it. */
  redriveCount = 0;
  /** Milliseconds since the epoch. */
  redrivenAt: number | undefined;
  readonly startedAt: number;
  readonly events: RecordedEvent[] = [];
  private readonly branch: Branch;
  private timeout: Timer | undefined;
  private contextStart: string | undefined;

  constructor(
    readonly host: ExecutionHost,
    readonly machine: MachineSnapshot,
    readonly arn: string,
    readonly name: string,
    readonly input: Payload,
  ) {
    this.startedAt = host.world.clock.now;
    this.branch = new Branch(this, machine.definition, this);
  }

  start(): void {
    this.append("ExecutionStarted", { input: this.input.text, roleArn: this.machine.roleArn }, 0);
    this.host.statusChanged(this);
    this.limitTime();
    this.branch.start(this.input);
  }

  /** Continues from the step that failed, with a time limit that begins anew (Developer Guide: "Redriving executions"). */
  redrive(): void {
    this.redriveCount += 1;
    this.redrivenAt = this.host.world.clock.now;
    this.status = "RUNNING";
    this.error = undefined;
    this.cause = undefined;
    this.stoppedAt = undefined;
    this.stateTransitions += 1;
    const eventId = this.append("ExecutionRedriven", { redriveCount: this.redriveCount }, this.events.length);
    this.host.statusChanged(this);
    this.limitTime();
    this.branch.redrive(eventId);
  }

  /** Appends an event of a branch; ends the execution when its history is full. Throws ExecutionEnded then. */
  record(type: string, details: JsonObject | undefined, branch: Branch): number {
    // The last event is kept for the end (Developer Guide: "Starting new executions to avoid reaching the history quota").
    if (this.events.length >= historyLimit - 1) {
      const cause = `The execution reached the maximum number of history events (${historyLimit}).`;
      this.failed({ error: "States.Runtime", cause });
      throw new ExecutionEnded();
    }
    branch.lastEventId = this.append(type, details, branch.lastEventId);
    return branch.lastEventId;
  }

  /** Runs code that may end the execution in the middle of itself. */
  guard(run: () => void): void {
    if (this.status !== "RUNNING") return;
    try {
      run();
    } catch (error) {
      if (!(error instanceof ExecutionEnded)) throw error;
    }
  }

  succeeded(output: Payload): void {
    this.output = output;
    this.end("SUCCEEDED", "ExecutionSucceeded", { output: output.text });
  }

  failed(failure: Failure): void {
    const reason = bounded(failure);
    this.error = reason.error;
    this.cause = reason.cause;
    this.end("FAILED", "ExecutionFailed", reason);
  }

  /** StopExecution. */
  abort(error: string | undefined, cause: string | undefined): void {
    this.error = error;
    this.cause = cause;
    const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    this.end("ABORTED", "ExecutionAborted", details);
  }

  /** The machine's own TimeoutSeconds, or a year; AWS gives neither error nor cause. */
  timeOut(): void {
    this.end("TIMED_OUT", "ExecutionTimedOut", {});
  }

  /** The context object as JSON text. @param state its State part as JSON text, and other parts behind it */
  contextWith(state: string): string {
    if (this.contextStart === undefined) {
      const { arn, name, roleArn } = this.machine;
      const id = JSON.stringify(this.arn);
      const { redrivenAt } = this;
      const redriven = redrivenAt === undefined ? "" : `,"RedriveTime":"${new Date(redrivenAt).toISOString()}"`;
      const time = JSON.stringify(new Date(this.startedAt).toISOString());
      const own = `"StartTime":${time},"Name":${JSON.stringify(this.name)},"RoleArn":${JSON.stringify(roleArn)},"RedriveCount":${this.redriveCount}${redriven}`;
      const machine = JSON.stringify({ Id: arn, Name: name });
      this.contextStart = `{"Execution":{"Id":${id},"Input":${this.input.text},${own}},"StateMachine":${machine},"State":`;
    }
    return `${this.contextStart}${state}}`;
  }

  private limitTime(): void {
    const { TimeoutSeconds: seconds } = this.machine.definition;
    if (seconds !== undefined) this.timeout = this.host.world.clock.after(seconds * 1000, () => this.timeOut());
  }

  private append(type: string, details: JsonObject | undefined, previousEventId: number): number {
    const id = this.events.length + 1;
    const event = { id, previousEventId, at: this.host.world.clock.now, type, details };
    this.events.push(event);
    this.host.recorded(this, event);
    return id;
  }

  private end(status: ExecutionStatus, event: string, details: JsonObject): void {
    this.status = status;
    this.stoppedAt = this.host.world.clock.now;
    this.timeout?.cancel();
    this.branch.stop();
    this.contextStart = undefined;
    this.append(event, details, this.branch.lastEventId);
    this.host.statusChanged(this);
  }
}
