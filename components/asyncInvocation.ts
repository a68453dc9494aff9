// How Lambda goes about asynchronous invocations of a function: retries, age, destinations.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Destination, type ResolvedDestination, resolveDestination } from "./destination";
import { type Duration, toSeconds } from "./duration";
import type { PermissionStatement } from "./policy";
import { keyStatements, type SpoolReference } from "./spoolReference";
import { validated, wholeNumber } from "./validate";

/** Arguments about asynchronous invocations. */
export interface AsyncInvocationSettings {
  /** How often Lambda tries again what failed, 0 to 2: after one minute, and after two more. @default 2 */
  readonly retries?: pulumi.Input<number>;
  /** How long an event may wait in Lambda's own queue, "60 seconds" to "6 hours", while the function is throttled for instance. @default "6 hours" */
  readonly maximumEventAge?: pulumi.Input<Duration>;
  /**
   * Where events go that failed for good. Only what is in the spool can be redriven; elsewhere it is yours to look after. A queue or topic with a
   * key of its own needs permissions for the key, too: see `permissions`.
   *
   * @default "spool"
   */
  readonly onFailure?: "spool" | Destination;
  /** Where records of successful invocations go. @default nowhere */
  readonly onSuccess?: Destination;
}

/** Checked settings: what the configuration says, and what the function's role needs for it. */
export interface AsyncInvocation {
  readonly config: Omit<aws.lambda.FunctionEventInvokeConfigArgs, "functionName">;
  readonly statements: readonly PermissionStatement[];
}

/**
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 *
 * @throws when a setting is not allowed
 */
export function asyncInvocation(settings: AsyncInvocationSettings, spool: SpoolReference): AsyncInvocation {
  const { retries = 2, maximumEventAge = "6 hours", onFailure = "spool" } = settings;
  const failure = onFailure === "spool" ? spoolDestination(spool) : resolveDestination("onFailure", onFailure);
  const success = settings.onSuccess === undefined ? undefined : resolveDestination("onSuccess", settings.onSuccess);
  return {
    config: {
      maximumRetryAttempts: validated(retries, (value) => wholeNumber("retries", value, { minimum: 0, maximum: 2 })),
      maximumEventAgeInSeconds: validated(maximumEventAge, (value) =>
        toSeconds("maximumEventAge", value, { minimum: 60, maximum: 21_600 }),
      ),
      destinationConfig: {
        onFailure: { destination: failure.arn },
        ...(success === undefined ? {} : { onSuccess: { destination: success.arn } }),
      },
    },
    statements: [...failure.statements, ...(success?.statements ?? [])],
  };
}

/** The spool as a destination: what it takes to write there. */
export function spoolDestination(spool: SpoolReference): ResolvedDestination {
  return {
    service: "sqs",
    arn: spool.arn,
    statements: [{ actions: ["sqs:SendMessage"], resources: [spool.arn] }, ...keyStatements(spool)],
  };
}
