// A function of the program without components: its role, its code, and an alarm on its errors.
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";

const bundles = new Map<string, pulumi.asset.AssetArchive>();

/** A file of this folder, bundled once for all functions that need it. */
function bundled(file: string): pulumi.asset.AssetArchive {
  const known = bundles.get(file);
  if (known !== undefined) return known;
  const [output] = buildSync({
    entryPoints: [join(__dirname, file)],
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "cjs",
  }).outputFiles;
  const made = new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(output?.text ?? "") });
  bundles.set(file, made);
  return made;
}

const timeout = 10;

export interface HandlerFunctionArgs {
  /** The name under which the file exports the handler. */
  readonly handler: string;
  /** @default "handlers.ts" */
  readonly file?: string;
  /** The last part of the ARN of AWS's managed policy for it. @default AWSLambdaBasicExecutionRole */
  readonly policy?: string;
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
}

export function handlerFunction(name: string, args: HandlerFunctionArgs): aws.lambda.Function {
  const { handler, file = "handlers.ts", policy = "AWSLambdaBasicExecutionRole", environment = {} } = args;
  const role = new aws.iam.Role(`${name}-role`, {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  const attached = new aws.iam.RolePolicyAttachment(`${name}-policy`, {
    role: role.name,
    policyArn: `arn:aws:iam::aws:policy/service-role/${policy}`,
  });
  const made = new aws.lambda.Function(
    name,
    {
      code: bundled(file),
      handler: `index.${handler}`,
      role: role.arn,
      runtime: "nodejs24.x",
      timeout,
      memorySize: 256,
      environment: { variables: { BEHAVIOR: "OK", ...environment } },
    },
    { dependsOn: [attached] },
  );
  new aws.cloudwatch.MetricAlarm(`${name}-errors`, {
    ...atLeastOne,
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: made.name },
    statistic: "Sum",
  });
  return made;
}

/** Six times the function's timeout, as AWS recommends for queues. */
export const visibilityTimeoutSeconds = 6 * timeout;

/** An alarm that goes off at one, within five minutes. */
export const atLeastOne = {
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 1,
  evaluationPeriods: 1,
  period: 300,
  treatMissingData: "notBreaching",
};
