// Ways to break what a program deploys, and the cycle case that must notice each.
import type { JsonObject, NewResource } from "@respool/simulator";

export interface Breakage {
  /** What is wrong. */
  readonly name: string;
  /** The name of the case. */
  readonly noticedBy: string;
  change(resource: NewResource): NewResource | undefined;
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
}

interface TaskState {
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly object[];
}

interface Definition {
  readonly States: { readonly UncertainTask: TaskState };
}

type Change = Breakage["change"];

const redriven = "failure waits in the spool with its input and error, and is redriven once";

/** Changes the inputs of the resources of that type whose name matches. */
export function inputs(type: string, name: RegExp, edit: (inputs: JsonObject) => JsonObject): Change {
  return (resource) =>
    resource.type === type && name.test(resource.name)
      ? { ...resource, inputs: { ...resource.inputs, ...edit(resource.inputs) } }
      : resource;
}

/** Changes the task of both state machines. */
function task(edit: (state: TaskState) => TaskState): Change {
  return inputs("aws:sfn/stateMachine:StateMachine", /./, ({ definition: text }) => {
    const definition = JSON.parse(String(text)) as Definition;
    const States = { ...definition.States, UncertainTask: edit(definition.States.UncertainTask) };
    return { definition: JSON.stringify({ ...definition, States }) };
  });
}

function retriers(edit: (retriers: readonly Retrier[]) => readonly Retrier[]): Change {
  return task((state) => ({ ...state, Retry: edit(state.Retry) }));
}

/** Changes the text of a function's environment variable. */
export function variable(name: string, key: string, edit: (value: string) => string): Change {
  return inputs("aws:lambda/function:Function", new RegExp(`^${name}$`), ({ environment }) => {
    const { variables } = environment as { readonly variables: Readonly<Record<string, string>> };
    return { environment: { variables: { ...variables, [key]: edit(variables[key] ?? "") } } };
  });
}

export function missing(type: string, name: RegExp): Change {
  return (resource) => (resource.type === type && name.test(resource.name) ? undefined : resource);
}

export const target = "aws:cloudwatch/eventTarget:EventTarget";

export const breakages: readonly Breakage[] = [
  {
    name: "no error is caught",
    noticedBy: redriven,
    change: task((state) => ({
      ...state,
      Catch: state.Catch.map((catcher) => ({ ...catcher, ErrorEquals: ["NeverThrown"] })),
    })),
  },
  {
    name: "nothing is tried again",
    noticedBy: "a transient error is tried once more",
    change: retriers(() => []),
  },
  {
    name: "there is no limit to retries",
    noticedBy: redriven,
    change: retriers((list) => list.map((each) => (each.MaxAttempts === 1 ? { ...each, MaxAttempts: 99 } : each))),
  },
  {
    name: "timeouts are tried again",
    noticedBy: "a timeout goes to the spool without a retry",
    change: retriers((list) => list.filter(({ ErrorEquals }) => !ErrorEquals.includes("States.Timeout"))),
  },
  {
    name: "permanent errors are tried again",
    noticedBy: "a permanent error goes to the spool without a retry",
    change: retriers((list) => list.filter(({ ErrorEquals }) => !ErrorEquals.includes("CardDeclinedError"))),
  },
  {
    name: "throttling is an error like others",
    noticedBy: "throttling by the provider is tried twice more",
    change: retriers((list) => list.filter(({ ErrorEquals }) => !ErrorEquals.includes("TooManyRequestsException"))),
  },
  {
    name: "the failed state's time is taken for the start",
    noticedBy: "the spool's reply is lost, even on every attempt: two records, one start",
    change: inputs("aws:sfn/stateMachine:StateMachine", /./, ({ definition }) => ({
      definition: String(definition).replace(
        "$states.context.Execution.StartTime",
        "$states.context.State.EnteredTime",
      ),
    })),
  },
  {
    name: "the safety net has no target",
    noticedBy: "the spool is unreachable: the safety net writes the record when it can",
    change: missing(target, /-safety-net-spool$/),
  },
  {
    name: "the safety net also catches what was parked",
    noticedBy: 'with the outcome "fail" parked work fails, and is recorded once',
    change: inputs("aws:cloudwatch/eventRule:EventRule", /^careless-safety-net$/, ({ eventPattern }) => ({
      eventPattern: String(eventPattern).replace("Respool.Spooled", "Respool.Other"),
    })),
  },
  {
    name: "the reconciler never runs",
    noticedBy: "charge: the status event is never delivered, and the reconciler writes the record",
    change: missing(target, /-reconciler-schedule-target$/),
  },
  {
    name: "the renewer never runs",
    noticedBy: "records outlive SQS's 14 days, and are redriven once",
    change: missing(target, /-renewer-schedule-target$/),
  },
  {
    name: "the renewer comes too late",
    noticedBy: "records outlive SQS's 14 days, and are redriven once",
    change: variable("reprocess-renewer", "RESPOOL_CONFIG", (text) =>
      text.replace(/"renewBeforeSeconds":\d+/, '"renewBeforeSeconds":1'),
    ),
  },
  {
    name: "failures are redriven without end",
    noticedBy: "more than maxRedrives goes to the poison queue",
    change: variable("reprocess", "RESPOOL_CONFIG", (text) => text.replace(/"maxRedrives":\d+/, '"maxRedrives":99')),
  },
  {
    name: "a run has another limit",
    noticedBy: "max 10 of 25: the rest waits",
    change: variable("reprocess", "MAX_REPROCESS", () => "11"),
  },
  {
    name: "a source goes to another state machine",
    noticedBy: "two machines may share an execution's name",
    change: variable("reprocess", "RESPOOL_CONFIG", (text) =>
      text.replace("stateMachine:careless", "stateMachine:charge"),
    ),
  },
  {
    name: "the renewer's measure has another name",
    noticedBy: "the age alarm goes off in time although dry runs have received the message often",
    change: inputs("aws:cloudwatch/metricAlarm:MetricAlarm", /^spool-age$/, () => ({ metricName: "Age" })),
  },
];
