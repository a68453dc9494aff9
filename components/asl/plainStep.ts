// A step that does not park its failure itself: when it fails, the execution does.
import type { Continuation, Fragment, Retrier, Template } from "./states";
import type { TaskCall } from "./taskState";

/** What such a step is made of. */
export interface PlainStepOptions {
  /** The state's name. */
  readonly task: string;
  readonly call: TaskCall;
  readonly timeoutSeconds: number;
  readonly retry: readonly Retrier[];
  readonly assign?: Readonly<Record<string, Template>>;
  readonly after: Continuation;
}

/** A task without a Catch: RedriveExecution runs the state that failed again. */
export function plainStep({ task, call, timeoutSeconds, retry, assign, after }: PlainStepOptions): Fragment {
  return {
    startAt: task,
    states: {
      [task]: {
        Type: "Task",
        Resource: call.resource,
        Arguments: call.arguments,
        TimeoutSeconds: timeoutSeconds,
        ...(call.output === undefined ? {} : { Output: call.output }),
        ...(assign === undefined ? {} : { Assign: assign }),
        Retry: retry,
        Catch: [],
        ...after,
      },
    },
  };
}
