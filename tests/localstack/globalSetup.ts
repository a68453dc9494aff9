// Starts, once for all test files, what they need: LocalStack unless AWS_ENDPOINT_URL names an endpoint, and the payment provider.
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListStreamsCommand } from "@aws-sdk/client-kinesis";
import type { TestProject } from "vitest/node";
import { type AwsEndpoint, clientsFor } from "../support/awsBackend/clients";
import { ContainerLog, engineProblem, startLocalstack, startProvider } from "./containers";

declare module "vitest" {
  interface ProvidedContext {
    readonly endpoint: AwsEndpoint;
    /** The payment provider's address as the functions see it, and as the tests do. */
    readonly provider: { readonly url: string; readonly controlUrl: string };
  }
}

const started: { stop(): Promise<unknown> }[] = [];
const logs = { localstack: new ContainerLog("LocalStack"), provider: new ContainerLog("the payment provider") };
let project: TestProject;

/** A provider that runs already: PAYMENT_PROVIDER_URL, for functions that cannot reach a container of this machine. */
async function provider(): Promise<{ url: string; controlUrl: string }> {
  const given = process.env.PAYMENT_PROVIDER_URL;
  if (given) return { url: given, controlUrl: given };
  const { container, url, controlUrl } = await startProvider(logs.provider);
  started.push(container);
  return { url, controlUrl };
}

async function endpointUrl(): Promise<string> {
  if (process.env.AWS_ENDPOINT_URL) return process.env.AWS_ENDPOINT_URL;
  const { container, url } = await startLocalstack(logs.localstack);
  // LocalStack gets the time to stop its functions' containers.
  started.push({ stop: () => container.stop({ timeout: 20_000 }) });
  return url;
}

/** LocalStack starts these at their first call, and fails further ones that come meanwhile. */
async function startServices(endpoint: AwsEndpoint): Promise<void> {
  const clients = clientsFor(endpoint);
  try {
    await Promise.all([clients.dynamoDb.send(new ListTablesCommand()), clients.kinesis.send(new ListStreamsCommand())]);
  } finally {
    clients.destroy();
  }
}

export async function setup(context: TestProject): Promise<void> {
  project = context;
  const needsEngine = !process.env.AWS_ENDPOINT_URL || !process.env.PAYMENT_PROVIDER_URL;
  const problem = needsEngine ? await engineProblem() : undefined;
  if (problem !== undefined) throw new Error(problem);
  try {
    const starting = [endpointUrl(), provider()] as const;
    // Where one fails, the other has to be there before it can be stopped.
    await Promise.allSettled(starting);
    const [url, addresses] = await Promise.all(starting);
    const endpoint = {
      url,
      region: process.env.AWS_REGION ?? "eu-central-1",
      credentials: {
        accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "test",
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "test",
      },
    };
    await startServices(endpoint);
    context.provide("provider", addresses);
    context.provide("endpoint", endpoint);
  } catch (error) {
    for (const log of Object.values(logs)) log.print();
    await stop();
    throw error;
  }
}

export async function teardown(): Promise<void> {
  if (project.vitest.state.getCountOfFailedTests() > 0) logs.localstack.print();
  await stop();
}

async function stop(): Promise<void> {
  await Promise.all(started.splice(0).map((container) => container.stop()));
}
