// Task: one call of a service, with a time limit, tried again and caught as its definition says.
import type { Json, JsonObject } from "../../../json";
import { longestTimeout, type StateDefinition } from "../definition/definition";
import { type Diagnostics, unsupportedDefinition } from "../definition/diagnostics";
import { dataLimitExceeded, type Failure, StateFailure } from "../failure";
import type { Integration, TaskEvent, TaskPlan } from "../integrations/integration";
import { integrationOf, integrations } from "../integrations/integrations";
import { Payload } from "../payload";
import type { Catcher, Retrier } from "../retry";
import type { Visit } from "../visit";
import { checkCatch, checkRetry } from "./recovery";
import { checkAssign, checkNextOrEnd, type StateType } from "./stateType";

interface TaskState extends StateDefinition {
  readonly Resource: string;
  readonly Arguments?: Json;
  readonly TimeoutSeconds?: Json;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

const missingFields = ["HeartbeatSeconds", "Credentials"];

function evaluatedArguments(visit: Visit, state: TaskState): Payload {
  if (state.Arguments === undefined) return visit.input;
  const parameters = Payload.of(visit.template().evaluate(state.Arguments, "Arguments"));
  if (parameters.exceedsLimit) throw new StateFailure(dataLimitExceeded(visit.name, "ownName"));
  return parameters;
}

function timeoutSeconds(visit: Visit, state: TaskState): number | undefined {
  if (state.TimeoutSeconds === undefined) return undefined;
  const value = visit.template().evaluateAs(state.TimeoutSeconds, "TimeoutSeconds", "number") as number;
  if (Number.isInteger(value) && value >= 1 && value <= longestTimeout) return value;
  throw new StateFailure({
    error: "States.QueryEvaluationError",
    cause: `${visit.where} The TimeoutSeconds field must be a whole number from 1 to ${longestTimeout}: ${value}`,
    evaluation: { location: "TimeoutSeconds", afterEntry: true },
  });
}

function record(visit: Visit, event: TaskEvent): void {
  visit.record(event.type, event.details);
}

/** The result of an answer, no larger than Step Functions carries. Throws StateFailure. */
function resultOf(plan: TaskPlan, output: JsonObject): Payload {
  const result = plan.result(output);
  if (result.exceedsLimit) throw new StateFailure(dataLimitExceeded(plan.label, "any"));
  return result;
}

function attempt(visit: Visit, plan: TaskPlan, timeout: number | undefined): void {
  const { execution, clock } = visit;
  const { gateway, events } = execution.host.world;
  execution.attempts += 1;
  record(visit, plan.events.scheduled(timeout));
  record(visit, plan.events.started);
  let waiting = true;
  const fails = (event: TaskEvent, failure: Failure) => {
    record(visit, event);
    const { error = "" } = failure;
    events.append(`states.${event.type}`, { execution: execution.arn, state: visit.name, error });
    visit.fail(failure);
  };
  const timer =
    timeout === undefined
      ? undefined
      : visit.at(clock.now + timeout * 1000, () => {
          waiting = false;
          fails(plan.events.timedOut, { error: "States.Timeout" });
        });
  const principal = { kind: "role" as const, roleArn: execution.machine.roleArn };
  gateway.call({ ...plan.call, principal }, (outcome) => {
    // A timeout does not stop the callee: its late reply means nothing any more.
    if (!waiting) return;
    waiting = false;
    if (timer !== undefined) visit.forget(timer);
    visit.guard(() => {
      if (!outcome.ok) {
        // A gap of the simulator must not pass for a failure of the task, which a Catch would swallow.
        if (outcome.error.code.startsWith("SimulatorUnsupported")) throw outcome.error;
        const failure = plan.failure(outcome.error);
        fails(plan.events.failed(failure), failure);
        return;
      }
      let result: Payload;
      try {
        result = resultOf(plan, outcome.output);
      } catch (error) {
        if (!(error instanceof StateFailure)) throw error;
        fails(plan.events.failed(error.failure), error.failure);
        return;
      }
      record(visit, plan.events.succeeded(result));
      visit.leave({ defaultOutput: result, result });
    });
  });
}

function checkResource(state: JsonObject, location: string, diagnostics: Diagnostics): Integration | undefined {
  const { Resource: resource } = state;
  diagnostics.required(state, "Resource", location);
  diagnostics.string(state, "Resource", location);
  if (typeof resource !== "string") return undefined;
  const integration = integrationOf(resource);
  if (integration !== undefined) return integration;
  if (!resource.startsWith("arn:")) {
    diagnostics.add(`Value is not a valid resource ARN: ${resource}`, `${location}/Resource`);
    return undefined;
  }
  const has = integrations.map(({ description }) => description).join(", ");
  throw unsupportedDefinition(`the Resource "${resource}"`, has, `${location}/Resource`);
}

export const task: StateType = {
  name: "Task",
  fields: [
    ...["Next", "End", "Output", "Assign", "Resource", "Arguments", "TimeoutSeconds", "Retry", "Catch"],
    ...missingFields,
  ],
  check: (state, location, diagnostics) => {
    for (const field of missingFields) {
      if (state[field] !== undefined) throw unsupportedDefinition(field, task.fields.slice(0, -2).join(", "), location);
    }
    checkNextOrEnd(state, location, diagnostics);
    checkAssign(state, location, diagnostics);
    diagnostics.integer(state, "TimeoutSeconds", { low: 1, high: longestTimeout, orExpression: true }, location);
    checkResource(state, location, diagnostics)?.check(state.Arguments, location, diagnostics);
    checkRetry(state.Retry, `${location}/Retry`, diagnostics);
    checkCatch(state.Catch, `${location}/Catch`, diagnostics);
  },
  run: (visit) => {
    const state = visit.definition as TaskState;
    const parameters = evaluatedArguments(visit, state);
    const timeout = timeoutSeconds(visit, state);
    const plan = integrationOf(state.Resource)?.plan(state.Resource, parameters, visit.execution.host.world);
    if (plan !== undefined) attempt(visit, plan, timeout);
  },
};
