// What a trigger of an AsyncFunction is attached to.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { SpoolReference } from "./spoolReference";
import { type Transform, transformed } from "./transform";

/** The function, and the spool for what cannot be delivered to it. */
export interface TriggerTarget {
  readonly function: aws.lambda.Function;
  readonly spool: SpoolReference;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly parent: pulumi.Resource;
  /** What must be there before the first event: one that fails without a destination is lost. */
  readonly after: pulumi.Resource;
}

/** By whom the function may be invoked. */
export interface Invoker {
  /** Such as `"sns.amazonaws.com"`. */
  readonly principal: string;
  readonly sourceArn: pulumi.Input<string>;
  readonly sourceAccount?: pulumi.Input<string>;
}

/** Lets one source of one service invoke the function. */
export function allowInvocation(
  name: string,
  target: TriggerTarget,
  invoker: Invoker,
  transform: Transform<aws.lambda.PermissionArgs> | undefined,
): aws.lambda.Permission {
  return new aws.lambda.Permission(
    ...transformed(
      transform,
      name,
      { action: "lambda:InvokeFunction", function: target.function.name, ...invoker },
      { parent: target.parent, dependsOn: [target.after] },
    ),
  );
}
