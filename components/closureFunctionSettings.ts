// What a ClosureFunction makes of its arguments: checked values and defaults, no resources.
import * as pulumi from "@pulumi/pulumi";
import type { ClosureFunctionArgs, FunctionHandler, PackagedCode } from "./closureFunction";
import { type Duration, toSeconds } from "./duration";
import { inWords, oneOf, validated, wholeNumber } from "./validate";

/** arm64 is AWS Graviton. */
export type Architecture = "arm64" | "x86_64";

/** A period that CloudWatch Logs has, or `"forever"`. */
export type LogRetention = Duration | "forever";

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Where a function's code comes from. */
export type FunctionSource<Event, Result> =
  | { readonly kind: "callback"; readonly closure: FunctionHandler<Event, Result> }
  | { readonly kind: "factory"; readonly closure: () => FunctionHandler<Event, Result> }
  | { readonly kind: "packaged"; readonly code: PackagedCode };

/** What Lambda takes, in seconds. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const functionTimeouts = { minimum: 1, maximum: 900 };

/** The one source that the arguments give. */
export function checkedSource<Event, Result>(
  args: Pick<ClosureFunctionArgs<Event, Result>, "callback" | "callbackFactory" | "code">,
): FunctionSource<Event, Result> {
  const { callback, callbackFactory, code } = args;
  const given = Object.entries({ callback, callbackFactory, code }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? "none of them" : given.map(([argument]) => `[${argument}]`).join(" and ");
    throw new Error(`exactly one of [callback], [callbackFactory] and [code] must be given, got ${got}`);
  }
  if (callback !== undefined) {
    return { kind: "callback", closure: checkedCallback(callback) };
  }
  if (callbackFactory !== undefined) {
    return { kind: "factory", closure: checkedFunction("callbackFactory", callbackFactory) };
  }
  return { kind: "packaged", code: code as PackagedCode };
}

/** The settings of the function and its log group, checked and with defaults. */
export function functionSettings(
  args: Pick<
    ClosureFunctionArgs,
    "memorySize" | "timeout" | "reservedConcurrency" | "logRetention" | "architecture" | "tracing"
  >,
) {
  oneOf("tracing", args.tracing ?? "Active", ["Active", "PassThrough"]);
  return {
    architecture: oneOf("architecture", args.architecture ?? "arm64", ["arm64", "x86_64"]),
    memorySize: validated(args.memorySize ?? 256, (value) =>
      wholeNumber("memorySize", value, { minimum: 128, maximum: 10_240 }),
    ),
    timeout: validated(args.timeout ?? "30 seconds", (value) => toSeconds("timeout", value, functionTimeouts)),
    reservedConcurrency:
      args.reservedConcurrency === undefined
        ? undefined
        : validated(args.reservedConcurrency, (value) =>
            wholeNumber("reservedConcurrency", value, { minimum: 0, maximum: 1_000_000 }),
          ),
    retentionInDays: validated(args.logRetention ?? "30 days", checkedRetention),
  };
}

/** CloudWatch's number of days; 0 is forever, as the AWS provider has it. */
export function checkedRetention(value: LogRetention): number {
  if (value === "forever") {
    return 0;
  }
  const days = toSeconds("logRetention", value) / 86_400;
  if (!retentionDays.includes(days)) {
    throw new Error(
      `[logRetention] must be "forever" or one of CloudWatch's ${retentionDays.join(", ")} days, got ${inWords(value)}`,
    );
  }
  return days;
}

/** No environment at all rather than an empty one, which AWS drops, so that every preview would show it as a change. */
export function environmentOf(
  variables: ClosureFunctionArgs["environment"],
): pulumi.Input<{ variables: Record<string, string> } | undefined> {
  return variables === undefined
    ? undefined
    : pulumi
        .output(variables)
        .apply((known) => (Object.keys(known).length === 0 ? undefined : { variables: sortedByName(known) }));
}

/**
 * The log group's name. It holds project and stack, since it is not followed by a random suffix as other names are: an operator
 * looks for it by name.
 */
export function logGroupName(name: string, project = pulumi.getProject(), stack = pulumi.getStack()): string {
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  return `/aws/lambda/${project}-${stack}-${name}`.replaceAll(/[^A-Za-z0-9_\-/.#]/g, "-").slice(0, 512);
}

function sortedByName(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function checkedFunction<F>(argument: string, value: F): F {
  if (typeof value !== "function") {
    throw new Error(`[${argument}] must be a function, got ${inWords(value)}`);
  }
  return value;
}

// nodejs24.x dropped handlers that answer through a callback
// (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-callback).
function checkedCallback<F extends { readonly length: number }>(callback: F): F {
  checkedFunction("callback", callback);
  if (callback.length > 2) {
    throw new Error(
      `[callback] must take (event, context) and return its result or a promise of it, got a function of ${callback.length} parameters`,
    );
  }
  return callback;
}
