// One visit of a state in an execution, with all its retries, from StateEntered to StateExited.
import type { Clock, Timer, TimerOptions } from "../../clock";
import type { Json, JsonObject } from "../../json";
import type { Branch } from "./branch";
import { languageNameOf, type StateDefinition } from "./definition/definition";
import type { Execution } from "./execution";
import { ExecutionEnded, errorOutput, type Failure, StateFailure } from "./failure";
import type { Fork } from "./fork";
import { TemplateEvaluator } from "./jsonata/template";
import { jsonataLanguage } from "./languages/jsonataLanguage";
import { jsonPathLanguage } from "./languages/jsonPathLanguage";
import type { Language, Leaving } from "./languages/language";
import { Payload } from "./payload";
import { type Catcher, covers, type Retrier, RetryCounters } from "./retry";
import { stateTypes } from "./states/stateTypes";

/** The fields that Task, Map and Parallel states have in addition. */
interface Recoverable extends StateDefinition {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** What `$states` offers besides `input` and `context`. */
export interface Outcome {
  readonly result?: Payload;
  readonly errorOutput?: Payload;
  /** The context object's Map part as JSON text, where it is not that of the branch. */
  readonly map?: string;
}

/** Types whose context object counts retries (seen on AWS for Task; a Pass state has no RetryCount). */
const retried = ["Task", "Parallel", "Map"];

/** Types whose history tells that they were aborted (API Reference: HistoryEvent). */
const abortable = ["Task", "Wait", "Parallel", "Map"];

export class Visit {
  readonly definition: StateDefinition;
  readonly language: Language;
  /** The token of a task that waits for an answer, `$$.Task.Token`. */
  taskToken: string | undefined;
  /** The branches or iterations of a Parallel or Map state, once they have begun. */
  fork: Fork | undefined;
  private readonly previousEventId: number;
  private readonly enteredEventId: number;
  private readonly enteredTime: string;
  private retries = new RetryCounters();
  private readonly timers = new Set<Timer>();
  private closers: (() => void)[] = [];
  private open = true;

  constructor(
    readonly execution: Execution,
    readonly branch: Branch,
    readonly name: string,
    readonly input: Payload,
  ) {
    this.definition = branch.graph.States[name] as StateDefinition;
    const isJsonata = languageNameOf(this.definition, execution.machine.definition) === "JSONata";
    this.language = isJsonata ? jsonataLanguage : jsonPathLanguage;
    this.enteredTime = new Date(this.clock.now).toISOString();
    this.previousEventId = branch.lastEventId;
    execution.stateTransitions += 1;
    this.enteredEventId = this.record(`${this.definition.Type}StateEntered`, { name, input: input.text });
  }

  get clock(): Clock {
    return this.execution.host.world.clock;
  }

  /** How AWS begins the cause of a failure inside a state. */
  get where(): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enteredEventId}).`;
  }

  /** Runs the state's type, at first and for every retry. */
  run(): void {
    this.guard(() => {
      stateTypes.get(this.definition.Type)?.run(this);
    });
  }

  /** Goes on after RedriveExecution: the retries count from the beginning. @param eventId ExecutionRedriven */
  redrive(eventId: number): void {
    this.open = true;
    this.retries = new RetryCounters();
    if (this.fork?.isUnfinished === true) this.fork.redrive(eventId);
    else this.run();
  }

  /** Runs something later, unless the visit has ended by then. */
  at(time: number, run: () => void, options?: TimerOptions): Timer {
    const expired = () => {
      this.timers.delete(timer);
      this.guard(run);
    };
    const timer = this.clock.at(time, expired, options);
    this.timers.add(timer);
    return timer;
  }

  /** Takes back what `at` planned. */
  forget(timer: Timer | undefined): void {
    if (timer === undefined) return;
    timer.cancel();
    this.timers.delete(timer);
  }

  /** Runs something when the visit ends, or is tried again. */
  onClose(closer: () => void): void {
    this.closers.push(closer);
  }

  /** Runs code of the state's type: not when the visit has ended, and with its failures handled. */
  guard(run: () => void): void {
    if (!this.open) return;
    try {
      run();
    } catch (error) {
      if (error instanceof StateFailure) this.guard(() => this.fail(error.failure));
      else if (!(error instanceof ExecutionEnded)) throw error;
    }
  }

  /** Appends to the history; the result is the event's id. */
  record(type: string, details?: JsonObject): number {
    return this.execution.record(type, details, this.branch);
  }

  /** Evaluates JSONata fields of this state as they are at this moment. */
  template(outcome: Outcome = {}): TemplateEvaluator {
    return new TemplateEvaluator(this.execution.host.engine, () => this.variables(outcome), this.where);
  }

  /** The value of a variable, undefined when there is none. */
  variable(name: string): Json | undefined {
    const text = this.branch.variables.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  }

  /** The context object as JSON text. */
  contextText(map = this.branch.map): string {
    const state = JSON.stringify({
      Name: this.name,
      EnteredTime: this.enteredTime,
      ...(retried.includes(this.definition.Type) ? { RetryCount: this.retries.total } : {}),
    });
    const mapPart = map === undefined ? "" : `,"Map":${map}`;
    const taskPart = this.taskToken === undefined ? "" : `,"Task":{"Token":"${this.taskToken}"}`;
    return this.execution.contextWith(`${state}${mapPart}${taskPart}`);
  }

  /** Leaves the state for the next one, or ends the branch. Throws StateFailure. */
  leave(leaving: Leaving): void {
    const { output, assigned } = this.language.leave(this, leaving);
    this.record(`${this.definition.Type}StateExited`, {
      name: this.name,
      output: output.text,
      ...(assigned === undefined ? {} : { assignedVariables: assigned }),
    });
    for (const [name, text] of Object.entries(assigned ?? {})) this.branch.variables.set(name, text);
    this.close();
    this.branch.goOn(leaving.next ?? this.definition.Next, output);
  }

  /** Retries, catches, or fails the branch. */
  fail(failure: Failure): void {
    this.recordEvaluation(failure);
    this.release();
    const { Retry = [], Catch = [] } = this.definition as Recoverable;
    const { random, events } = this.execution.host.world;
    const delay = this.retries.next(Retry, failure, random);
    if (delay !== undefined) {
      this.execution.stateTransitions += 1;
      const detail = { execution: this.execution.arn, state: this.name, error: failure.error ?? "", delay };
      events.append("states.Retry", detail);
      this.at(this.clock.now + delay, () => this.run());
      return;
    }
    this.recordForkFailed(failure);
    const index = Catch.findIndex((catcher) => covers(catcher.ErrorEquals, failure));
    const catcher = Catch[index];
    if (catcher === undefined) this.branchFails(failure);
    else this.leaveThrough(catcher, `Catch[${index}]/`, failure);
  }

  /** Fails the branch without a look at Retry and Catch. */
  branchFails(failure: Failure): void {
    this.close();
    this.branch.fails(failure);
  }

  /** Ends the visit without an event; what it waits for is forgotten. */
  close(): void {
    this.open = false;
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.release();
    this.fork?.stop();
  }

  /** The event of a state that ends because another branch failed. */
  recordAborted(): void {
    if (this.fork?.hasFailed === true) return;
    this.fork?.recordAborted();
    if (abortable.includes(this.definition.Type)) this.record(`${this.definition.Type}StateAborted`);
  }

  private release(): void {
    const { closers } = this;
    this.closers = [];
    for (const closer of closers) closer();
  }

  /** Recorded: once there is no retry left, and not for a States.Runtime error before the branches have begun. */
  private recordForkFailed(failure: Failure): void {
    const { Type } = this.definition;
    if (Type !== "Map" && Type !== "Parallel") return;
    if (this.fork !== undefined || failure.evaluation !== undefined) this.record(`${Type}StateFailed`);
  }

  private leaveThrough(catcher: Catcher, location: string, failure: Failure): void {
    const result = Payload.of({ ...errorOutput(failure) });
    try {
      this.leave({ result, from: "error", fields: catcher, location, next: catcher.Next });
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      this.recordEvaluation(error.failure);
      this.branchFails(error.failure);
    }
  }

  /** AWS evaluates a state's first fields together with its entry: until something else happened, it links to what was before. */
  private recordEvaluation(failure: Failure): void {
    if (failure.evaluation === undefined) return;
    const { location, afterEntry = false } = failure.evaluation;
    if (!afterEntry && this.branch.lastEventId === this.enteredEventId) this.branch.lastEventId = this.previousEventId;
    const { error = "", cause = "" } = failure;
    this.record("EvaluationFailed", { state: this.name, error, cause, location });
  }

  private variables(outcome: Outcome): string {
    const parts = [`"input":${this.input.text}`, `"context":${this.contextText(outcome.map)}`];
    if (outcome.result !== undefined) parts.push(`"result":${outcome.result.text}`);
    if (outcome.errorOutput !== undefined) parts.push(`"errorOutput":${outcome.errorOutput.text}`);
    const variables = [`"states":{${parts.join(",")}}`];
    for (const [name, text] of this.branch.variables) variables.push(`"${name}":${text}`);
    return `{${variables.join(",")}}`;
  }
}
