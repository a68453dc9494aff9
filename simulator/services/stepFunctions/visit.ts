// One visit of a state in an execution, with all its retries, from StateEntered to StateExited.
import type { Clock, Timer } from "../../clock";
import type { Json, JsonObject } from "../../json";
import type { Branch } from "./branch";
import type { StateDefinition } from "./definition/definition";
import type { Execution } from "./execution";
import { dataLimitExceeded, ExecutionEnded, errorOutput, type Failure, StateFailure } from "./failure";
import { TemplateEvaluator } from "./jsonata/template";
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
}

export interface Leaving extends Outcome {
  /** What goes on when no Output says otherwise. */
  readonly defaultOutput: Payload;
  /**
   * Whose Output and Assign count.
   * @default the state
   */
  readonly fields?: { readonly Output?: Json; readonly Assign?: JsonObject };
  /** Where those fields are: "" or such as "Catch[0]/". */
  readonly location?: string;
  /** @default the state's Next; without any, the branch ends here */
  readonly next?: string;
}

/** Types whose context object counts retries (seen on AWS for Task; a Pass state has no RetryCount). */
const retried = ["Task", "Parallel", "Map"];

export class Visit {
  readonly definition: StateDefinition;
  private readonly previousEventId: number;
  private readonly enteredEventId: number;
  private readonly enteredTime: string;
  private readonly retries = new RetryCounters();
  private readonly timers = new Set<Timer>();
  private open = true;

  constructor(
    readonly execution: Execution,
    private readonly branch: Branch,
    readonly name: string,
    readonly input: Payload,
  ) {
    this.definition = branch.graph.States[name] as StateDefinition;
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

  /** Runs something later, unless the visit has ended by then. */
  at(time: number, run: () => void): Timer {
    const timer = this.clock.at(time, () => {
      this.timers.delete(timer);
      this.guard(run);
    });
    this.timers.add(timer);
    return timer;
  }

  /** Takes back what `at` planned. */
  forget(timer: Timer): void {
    timer.cancel();
    this.timers.delete(timer);
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

  /** Evaluates fields of this state as they are at this moment. */
  template(outcome: Outcome = {}): TemplateEvaluator {
    return new TemplateEvaluator(this.execution.host.engine, () => this.variables(outcome), this.where);
  }

  /** Leaves the state for the next one, or ends the branch. Throws StateFailure. */
  leave(leaving: Leaving): void {
    const { fields = this.definition, location = "" } = leaving;
    const template = this.template(leaving);
    let output = leaving.defaultOutput;
    if (fields.Output !== undefined) output = Payload.of(template.evaluate(fields.Output, `${location}Output`));
    if (output.exceedsLimit) throw new StateFailure(dataLimitExceeded(this.name, "ownName"));
    const assigned = this.assigned(template, fields.Assign, `${location}Assign`);
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
  }

  private leaveThrough(catcher: Catcher, location: string, failure: Failure): void {
    const caught = Payload.of({ ...errorOutput(failure) });
    const leaving = { defaultOutput: caught, fields: catcher, location, next: catcher.Next, errorOutput: caught };
    try {
      this.leave(leaving);
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

  private assigned(
    template: TemplateEvaluator,
    assign: JsonObject | undefined,
    location: string,
  ): Record<string, string> | undefined {
    if (assign === undefined || Object.keys(assign).length === 0) return undefined;
    const texts: Record<string, string> = {};
    const values = template.evaluate(assign, location) as JsonObject;
    for (const [name, value] of Object.entries(values)) texts[name] = JSON.stringify(value);
    return texts;
  }

  private variables(outcome: Outcome): string {
    const state = {
      Name: this.name,
      EnteredTime: this.enteredTime,
      ...(retried.includes(this.definition.Type) ? { RetryCount: this.retries.total } : {}),
    };
    const parts = [`"input":${this.input.text}`, `"context":${this.execution.contextWith(JSON.stringify(state))}`];
    if (outcome.result !== undefined) parts.push(`"result":${outcome.result.text}`);
    if (outcome.errorOutput !== undefined) parts.push(`"errorOutput":${outcome.errorOutput.text}`);
    const variables = [`"states":{${parts.join(",")}}`];
    for (const [name, text] of this.branch.variables) variables.push(`"${name}":${text}`);
    return `{${variables.join(",")}}`;
  }
}
