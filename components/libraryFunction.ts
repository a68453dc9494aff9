// One of the library's own handlers as a Lambda function, told its configuration by environment variables.
import { deflateRawSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { DEFLATED } from "../handlers/config";
import { packageEntry } from "../packaging/packageEntry";
import { ClosureFunction, type ClosureFunctionArgs } from "./closureFunction";
import type { PermissionStatement } from "./policy";

/** What may be otherwise about one of the library's own functions. */
export interface FunctionSettings
  extends Pick<
    ClosureFunctionArgs,
    "memorySize" | "reservedConcurrency" | "tracing" | "logRetention" | "tags" | "transform"
  > {
  /** 1 second to 15 minutes. A run ends in time, and leaves the rest to the next one. @default "15 minutes" */
  readonly timeout?: ClosureFunctionArgs["timeout"];
}

export interface LibraryFunctionArgs extends FunctionSettings {
  /** The handler's file in handlers/entries. */
  readonly entry: string;
  /** What the handler finds in RESPOOL_CONFIG. */
  readonly config: pulumi.Input<object>;
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly permissions: readonly PermissionStatement[];
  readonly description: string;
}

/** Lambda's limit for all environment variables together, less what stands beside the configuration. */
const largestConfig = 4_096 - 256;

export function libraryFunction(name: string, args: LibraryFunctionArgs, parent: pulumi.Resource): ClosureFunction {
  const { entry, config, environment, timeout = "15 minutes", ...rest } = args;
  return new ClosureFunction(
    name,
    {
      ...rest,
      timeout,
      code: packageEntry(entry),
      environment: {
        RESPOOL_CONFIG: pulumi.output(config).apply(configText),
        NODE_OPTIONS: "--enable-source-maps",
        ...environment,
      },
    },
    { parent },
  );
}

/**
 * The configuration as an environment variable: JSON as it is where it fits, deflated otherwise. About 40 AsyncFunctions with two triggers
 * each fit, or 79 with one. State machines end at 50 to 60, where the role's policy is full; see policyDocument.
 *
 * @throws when Lambda would not take it
 *   (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution)
 */
export function configText(config: object): string {
  const plain = JSON.stringify(config);
  if (Buffer.byteLength(plain) <= largestConfig) {
    return plain;
  }
  const text = `${DEFLATED}${deflateRawSync(plain, { level: 9 }).toString("base64")}`;
  if (text.length > largestConfig) {
    throw new Error(
      `[sources] must come to at most ${largestConfig} bytes of configuration, which Lambda takes as environment, got ${text.length}, deflated: use a second spool, with a ReprocessFunction of its own, for some of them`,
    );
  }
  return text;
}
