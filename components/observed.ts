// What a component tells a Dashboard and SavedQueries: the names that CloudWatch knows its parts by.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { inWords } from "./validate";

/** Who the middleware's metrics come from: dimension `service`. */
export interface MiddlewareMetrics {
  readonly service: pulumi.Input<string>;
  /** @default "Respool" */
  readonly namespace?: pulumi.Input<string>;
}

/** What every kind of component may have. */
export interface ObservedBasics {
  /** The component's name, as headings show it. */
  readonly title: string;
  /** The function that does the work, by its name. @default none */
  readonly functionName?: pulumi.Output<string>;
  /** The metrics of the middleware around that function. @default none */
  readonly middleware?: MiddlewareMetrics;
  /** Log groups that saved queries read. @default none */
  readonly logGroupNames?: readonly pulumi.Output<string>[];
  /** The component's alarms. @default none */
  readonly alarmArns?: readonly pulumi.Output<string>[];
}

/** The parts of a component, by its kind. */
export type ObservedParts = ObservedBasics &
  (
    | {
        readonly kind: "spool";
        readonly queueName: pulumi.Output<string>;
        readonly poisonQueueName: pulumi.Output<string>;
      }
    | { readonly kind: "task"; readonly stateMachineArn: pulumi.Output<string> }
    | { readonly kind: "function"; readonly functionName: pulumi.Output<string> }
    | {
        readonly kind: "api";
        readonly apiName: pulumi.Output<string>;
        readonly stageName: pulumi.Output<string>;
      }
    | {
        readonly kind: "queue";
        readonly queueName: pulumi.Output<string>;
        /** Beside the spool, such as that of a FIFO queue. */
        readonly deadLetterQueueName?: pulumi.Output<string>;
      }
    | {
        readonly kind: "command";
        readonly queueName: pulumi.Output<string>;
        /** The names of the commands that the function decides: each has metrics of its own. */
        readonly commandNames: readonly string[];
        readonly middleware: MiddlewareMetrics;
      }
    | { readonly kind: "stream"; readonly functionName: pulumi.Output<string> }
  );

/** A component that a Dashboard can show. */
export interface Observed {
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;
}

/** @throws when there is none, or something else */
export function checkObserved(components: readonly Observed[]): readonly Observed[] {
  if (!Array.isArray(components) || components.length === 0) {
    throw new Error(`[components] must hold at least one component, got ${inWords(components)}`);
  }
  for (const [index, component] of components.entries()) {
    const known: unknown = component;
    if (typeof known !== "object" || known === null || !("observed" in known)) {
      throw new Error(`[components] must hold components that Respool can observe, got another thing at ${index}`);
    }
  }
  return components;
}

/** Where a function's lines go: the log group that it names, or the one that Lambda makes for it. */
export function functionLogGroup({ loggingConfig, name }: aws.lambda.Function): pulumi.Output<string> {
  return pulumi
    .all([loggingConfig, name])
    .apply(([logging, functionName]) => logging?.logGroup || `/aws/lambda/${functionName}`);
}

/** What the components around a handler in the middleware have in common. */
export function observedHandler(
  name: string,
  made: aws.lambda.Function,
  alarms: readonly aws.cloudwatch.MetricAlarm[],
  { service = name, namespace }: { readonly service?: string; readonly namespace?: string },
) {
  return {
    title: name,
    functionName: made.name,
    middleware: { service, namespace },
    logGroupNames: [functionLogGroup(made)],
    alarmArns: alarms.map(({ arn }) => arn),
  };
}
