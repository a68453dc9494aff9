// How the failures of a function are replayed: by invoking it again.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ReplayArgs } from "./replaySource";

/** What Lambda takes when a function states no timeout. */
const lambdaDefaultTimeout = 3;

/** @param origins the ARNs by which AWS's records name the source */
export function functionReplay(
  target: aws.lambda.Function,
  origins: readonly pulumi.Output<string>[],
): ReplayArgs & Required<Pick<ReplayArgs, "functionArn" | "functionTimeoutSeconds">> {
  return {
    functionArn: target.arn,
    functionTimeoutSeconds: target.timeout.apply((seconds) => seconds ?? lambdaDefaultTimeout),
    origins,
  };
}
