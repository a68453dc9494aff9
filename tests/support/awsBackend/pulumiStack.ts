// Deploys a program with the Pulumi CLI, through the Automation API: state in a temporary folder, no account at Pulumi's.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as aws from "@pulumi/aws";
import { LocalWorkspace, type OutputMap, Stack } from "@pulumi/pulumi/automation";
import type { AwsEndpoint } from "./clients";
import type { Deployment, DeploymentRequest } from "./deployment";

/** The services that a program's resources belong to, as the provider's `aws:endpoints` names them. */
const services = [
  "cloudwatch",
  "cloudwatchlogs",
  "dynamodb",
  "events",
  "iam",
  "kinesis",
  "lambda",
  "s3",
  "scheduler",
  "sfn",
  "sns",
  "sqs",
  "sts",
] as const satisfies readonly (keyof aws.types.input.ProviderEndpoint)[];

/** What Pulumi.localstack.yaml says, for an endpoint whose port is known only now. */
export function providerConfig({ url, region, credentials }: AwsEndpoint) {
  return {
    "aws:region": region,
    "aws:accessKey": credentials.accessKeyId,
    "aws:secretKey": credentials.secretAccessKey,
    "aws:skipCredentialsValidation": true,
    "aws:skipMetadataApiCheck": true,
    // An emulator has one host name for all buckets.
    "aws:s3UsePathStyle": true,
    "aws:endpoints": [Object.fromEntries(services.map((service) => [service, url]))],
  };
}

/** The program's Pulumi.yaml in a folder of its own, so that stack files and state do not lie beside the program. */
function writeProject(workDir: string, directory: string, main = join(directory, "index.ts")): string {
  const text = readFileSync(join(directory, "Pulumi.yaml"), "utf8");
  writeFileSync(join(workDir, "Pulumi.yaml"), text.replace(/^main:.*$/m, `main: ${JSON.stringify(main)}`));
  return /^name: *(\S+)$/m.exec(text)?.[1] ?? "";
}

export async function deployWithPulumi(request: DeploymentRequest): Promise<Deployment> {
  const { endpoint, directory, main, stack: name, config } = request;
  const workDir = mkdtempSync(join(tmpdir(), "respool-stack-"));
  const state = join(workDir, "state");
  mkdirSync(state);
  const project = writeProject(workDir, directory, main);
  const own = Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]);
  const workspace = await LocalWorkspace.create({
    workDir,
    envVars: { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "none" },
    stackSettings: { [name]: { config: { ...providerConfig(endpoint), ...Object.fromEntries(own) } } },
  });
  const stack = await Stack.create(name, workspace);
  const destroy = async (): Promise<void> => {
    await stack.destroy();
    rmSync(workDir, { recursive: true, force: true });
  };
  try {
    const { outputs } = await stack.up();
    return { outputs: valuesOf(outputs), destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}

function valuesOf(outputs: OutputMap): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
}
