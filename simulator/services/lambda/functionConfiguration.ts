// What a function is made of, checked as Lambda checks it.

import type { LambdaQuotas } from "../../quotas";
import type { RealmFile } from "../../sandbox/host";
import { AwsError } from "../../service";

export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly role: string;
  readonly handler: string;
  readonly runtime: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly tracing: "Active" | "PassThrough";
  readonly files: ReadonlyMap<string, RealmFile>;
  readonly description: string;
  readonly architecture: string;
  /** ARN of the standard queue or topic that asynchronous events go to when they are given up. */
  readonly deadLetterTarget?: string | undefined;
}

export const defaults = { timeout: 3, memorySize: 128, tracing: "PassThrough" } as const;

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message, 400);
}

function wholeNumber(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw invalid(
    `Value '${value}' at '${name}' failed to satisfy constraint: Member must be between ${low} and ${high}`,
  );
}

/** Lambda reserves names that it sets itself; see "Defined runtime environment variables" in the developer guide. */
const reserved =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_\w+|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** See "Dead-letter queues" in the developer guide: a standard queue or a standard topic. */
function checkDeadLetterTarget(target: string | undefined): void {
  if (target === undefined || /^arn:aws:(sqs|sns):[^:]+:\d{12}:[\w-]+$/.test(target)) return;
  throw invalid(`[DeadLetterConfig.TargetArn] must be the ARN of a standard SQS queue or SNS topic, got ${target}`);
}

export function checkConfiguration(configuration: FunctionConfiguration, quotas: LambdaQuotas): void {
  wholeNumber("timeout", configuration.timeout, 1, quotas.maximumTimeoutSeconds);
  wholeNumber("memorySize", configuration.memorySize, quotas.minimumMemoryMegabytes, quotas.maximumMemoryMegabytes);
  if (!/^nodejs(20|22|24)\.x$/.test(configuration.runtime)) {
    throw new AwsError(
      "SimulatorUnsupportedRuntime",
      `[runtime] of function ${configuration.name} must be nodejs20.x, nodejs22.x or nodejs24.x in the simulator, got ${configuration.runtime}`,
    );
  }
  checkDeadLetterTarget(configuration.deadLetterTarget);
  const names = Object.keys(configuration.environment);
  const taken = names.filter((name) => reserved.test(name));
  if (taken.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(", ")}`,
    );
  }
  const size = Object.entries(configuration.environment).reduce(
    (sum, pair) => sum + Buffer.byteLength(pair.join("")),
    0,
  );
  if (size > quotas.environmentVariablesBytes) {
    throw invalid(
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
    );
  }
}
