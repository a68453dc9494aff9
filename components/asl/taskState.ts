// The uncertain task itself. Where it ends the execution, plain use is one state transition.
import { catchErrors, catchFailure } from "./catch";
import { evaluationFailed, type Guard, guardedTimeout, neverEvaluatedAgain } from "./redriveGuard";
import { type Continuation, expression, type Retrier, type TaskState, type Template } from "./states";

/** What the state calls. */
export interface TaskCall {
  /** A service integration, or a Lambda function's own ARN. */
  readonly resource: string;
  /** JSON; strings may be expressions. */
  readonly arguments: unknown;
  /** @default the result as it is */
  readonly output?: unknown;
}

/**
 * Calls a function with the state's input. The function's ARN is the resource itself, not an argument of `lambda:invoke`: that one's
 * arguments and result carry more than the payload, and must stay within the same 256 KiB, so that the largest
 * input that an execution takes could never reach its function.
 */
export function functionCall(functionArn: string): TaskCall {
  return { resource: functionArn, arguments: expression("$states.input") };
}

/** What the state that tries the work must know. */
export interface TaskStateOptions {
  /** What it calls; `functionCall` for a function. */
  readonly call: TaskCall;
  /** Of one attempt. */
  readonly timeoutSeconds: number;
  /** As `retriers` makes them. */
  readonly retry: readonly Retrier[];
  /** Where a failure goes. */
  readonly failed: string;
  /** Errors that go elsewhere. @default none */
  readonly except?: { readonly errors: readonly string[]; readonly next: string };
  /** What must have been passed in the same run of the execution. @default nothing */
  readonly guard?: Pick<Guard, "passed"> & {
    /** Where an evaluation goes that failed, the guard's own or another: `redrivenState`. */
    readonly state: string;
  };
  /** Variables for later states. @default none */
  readonly assign?: Readonly<Record<string, Template>>;
  /** What follows success. @default the execution's end */
  readonly after?: Continuation;
}

/**
 * Each attempt has a finite timeout, and so has the execution: there is none for the whole machine, since no Catch sees that one
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
 */
export function taskState(options: TaskStateOptions): TaskState {
  const { call, timeoutSeconds, retry, failed, except, assign, guard, after = { End: true } } = options;
  const elsewhere = except === undefined ? [] : [catchErrors(except.errors, except.next)];
  const guarded = guard === undefined ? [] : [catchErrors([evaluationFailed], guard.state)];
  return {
    Type: "Task",
    Resource: call.resource,
    Arguments: call.arguments,
    TimeoutSeconds: guard === undefined ? timeoutSeconds : guardedTimeout(guard, timeoutSeconds),
    ...(assign === undefined ? {} : { Assign: assign }),
    ...(call.output === undefined ? {} : { Output: call.output }),
    Retry: guard === undefined ? retry : [neverEvaluatedAgain, ...retry],
    Catch: [...guarded, ...elsewhere, ...catchFailure(failed)],
    ...after,
  };
}
