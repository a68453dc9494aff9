// What an uncertain task calls: a closure, a Lambda function, or any resource of the Amazon States Language.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionCall, type TaskCall } from "./asl/taskState";
import { ClosureFunction, type ClosureFunctionArgs, type FunctionHandler } from "./closureFunction";
import { functionTimeouts } from "./closureFunctionSettings";
import { type Duration, durationOf, toSeconds } from "./duration";
import type { PermissionStatement } from "./policy";
import { inWords, nonEmpty, validated } from "./validate";

/** JSON in which any value may be an Output, and any string `{% JSONata %}`. */
export type TemplateInput = pulumi.Input<
  null | boolean | number | string | readonly TemplateInput[] | { readonly [key: string]: TemplateInput }
>;

/** A task state's resource: a service integration, an activity, or another state machine. */
export interface TaskResource {
  /**
   * The state's Resource.
   *
   * @example `"arn:aws:states:::dynamodb:putItem"`
   */
  readonly resource: pulumi.Input<string>;
  /**
   * The state's Arguments. Strings of the form `{% ... %}` are JSONata.
   *
   * @default the caller's input
   */
  readonly arguments?: TemplateInput;
  /** The state's Output. @default the result as it is */
  readonly output?: TemplateInput;
  /** What the state machine's role needs in order to call it. */
  readonly permissions: readonly PermissionStatement[];
}

/** The handler itself, or a function that is made from these arguments. */
export type TaskFunction<Event, Result> = FunctionHandler<Event, Result> | ClosureFunctionArgs<Event, Result>;

/** What an uncertain task may call. */
export type UncertainTaskTarget<Event = never, Result = unknown> =
  | TaskFunction<Event, Result>
  | ClosureFunction<Event, Result>
  | aws.lambda.Function
  | TaskResource;

/** A target as the state machine needs it. */
export interface ResolvedTarget {
  readonly call: pulumi.Output<TaskCall>;
  readonly timeoutSeconds: pulumi.Output<number>;
  /** The function's own timeout; undefined where it is no function, or none that is known. */
  readonly functionSeconds: pulumi.Output<number | undefined>;
  readonly permissions: readonly PermissionStatement[];
  /** The function that is called, if it is one. */
  readonly function?: aws.lambda.Function;
}

/** Step Functions takes up to 99,999,999 seconds; an execution ends after a year. */
const longestTimeout = 365 * 86_400;

/** By how much the state's timeout exceeds the function's when the program does not say. */
const defaultMargin = 30;

/** What Lambda takes when a function states no timeout. */
const lambdaDefaultTimeout = 3;

/** @param timeout the state's, as the program gave it */
export function resolveTarget<Event, Result>(
  target: UncertainTaskTarget<Event, Result>,
  timeout: pulumi.Input<Duration> | undefined,
  child: { readonly name: string; readonly options: pulumi.ComponentResourceOptions },
): ResolvedTarget {
  const seconds =
    timeout === undefined
      ? undefined
      : validated(timeout, (value) => toSeconds("timeout", value, { minimum: 1, maximum: longestTimeout }));
  if (isTaskResource(target)) {
    return resourceTarget(target, seconds);
  }
  if (aws.lambda.Function.isInstance(target)) {
    return functionTarget(target, seconds);
  }
  if (target instanceof ClosureFunction) {
    return functionTarget(target.function, seconds);
  }
  const args = typeof target === "function" ? { callback: target } : target;
  checkPlainTimeouts(timeout, args.timeout);
  return functionTarget(new ClosureFunction(child.name, args, child.options).function, seconds);
}

/** @throws when something else than a target is given */
export function checkTarget(target: unknown): void {
  const known = typeof target === "function" || (typeof target === "object" && target !== null);
  if (!known) {
    throw new Error(
      `[task] must be a function, arguments of a ClosureFunction, a Lambda function or a task resource, got ${inWords(target)}`,
    );
  }
}

function isTaskResource(target: object): target is TaskResource {
  return "resource" in target && !pulumi.Resource.isInstance(target);
}

function resourceTarget(target: TaskResource, seconds: pulumi.Input<number> | undefined): ResolvedTarget {
  if (seconds === undefined) {
    throw new Error(
      `[timeout], beside [task], must be given when [task] is a task resource, such as "5 minutes": without one a task that never answers would wait for a year`,
    );
  }
  // Widened to unknown, or the compiler follows the recursive type through every level of Output.
  const json: unknown = [target.arguments, target.output];
  const call = pulumi
    .all([target.resource, pulumi.output(json)])
    .apply(([resource, known]) => taskCall(resource, known as [unknown, unknown]));
  return {
    call,
    timeoutSeconds: pulumi.output(seconds),
    functionSeconds: pulumi.output(undefined),
    permissions: target.permissions,
  };
}

function taskCall(resource: string, [args = "{% $states.input %}", output]: [unknown, unknown]): TaskCall {
  const call = { resource: nonEmpty("task.resource", resource), arguments: args };
  return output === undefined ? call : { ...call, output };
}

function functionTarget(target: aws.lambda.Function, seconds: pulumi.Input<number> | undefined): ResolvedTarget {
  const functionSeconds = pulumi.output(target.timeout).apply((own) => own ?? lambdaDefaultTimeout);
  const timeoutSeconds = pulumi
    .all([functionSeconds, pulumi.output(seconds)])
    .apply(([own, given]) => stateTimeout(given, own));
  return {
    call: target.arn.apply(functionCall),
    timeoutSeconds,
    functionSeconds,
    permissions: [{ actions: ["lambda:InvokeFunction"], resources: [target.arn] }],
    function: target,
  };
}

/**
 * A function runs on after its state timed out: the work would be recorded as failed, and be done. So the state waits longer than the
 * function can take.
 */
export function stateTimeout(stateSeconds: number | undefined, functionSeconds: number): number {
  if (stateSeconds === undefined) {
    return functionSeconds + defaultMargin;
  }
  if (stateSeconds <= functionSeconds) {
    throw new Error(
      `[timeout] must be longer than the function's own, which [task.timeout] gives ("${durationOf(functionSeconds)}"), got "${durationOf(stateSeconds)}"`,
    );
  }
  return stateSeconds;
}

function checkPlainTimeouts(state: unknown, own: unknown = "30 seconds"): void {
  if (pulumi.Output.isInstance(own) || own instanceof Promise) {
    return;
  }
  const ownSeconds = toSeconds("task.timeout", own as Duration, functionTimeouts);
  if (typeof state === "string") {
    stateTimeout(toSeconds("timeout", state as Duration), ownSeconds);
  }
}
