// The cycle tests' backend on an AWS endpoint.
import { InvokeCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionUpdatedV2 } from "@aws-sdk/client-lambda";
import { StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import type { Backend, Invocation } from "../backend";
import { type AwsClients, type AwsEndpoint, clientsFor } from "./clients";
import type { Deployment } from "./deployment";
import { executionsOf } from "./executions";
import { lookAt } from "./queueMessages";
import { untilQuiet } from "./quiet";
import type { RemoteProvider } from "./remoteProvider";
import { workOf } from "./work";
import { WrittenItems } from "./writtenItems";

/** Milliseconds without any change after which nothing is under way, where all work is executions. */
const calm = 900;
/** And where some is not: so long may an attempt be unseen, and the next one after it wait. */
const foreignCalm = 15_000;

export interface AwsBackendOptions {
  readonly endpoint: AwsEndpoint;
  readonly deployment: Deployment;
  readonly provider: RemoteProvider;
}

export interface AwsBackend extends Backend {
  /** Makes the deployment as new for another test: nothing waits, nothing is remembered, former executions are not shown. */
  reset(): Promise<void>;
}

export function awsBackend({ endpoint, deployment, provider }: AwsBackendOptions): AwsBackend {
  const { outputs } = deployment;
  const clients = clientsFor(endpoint);
  const { lambda, sqs, stepFunctions } = clients;
  /** The provider's calls before work was given that is no execution, and of which nothing tells where it is. */
  let foreign: number | undefined;
  const givesForeign = async () => {
    foreign ??= await provider.attempts();
  };
  /** Executions that started before are another test's. */
  let since = 0;
  const written = new WrittenItems(clients.dynamoDb);
  const invoke = (functionName: string, payload: unknown) => invokeFunction(clients, functionName, payload);
  return {
    outputs,
    provider,
    control: undefined,
    async start(stateMachineArn, name, input) {
      await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    },
    async executions(machine) {
      return (await executionsOf(stepFunctions, machine)).filter(({ startedAt }) => startedAt >= since);
    },
    async stop(machine, name) {
      const executionArn = `${machine.replace(":stateMachine:", ":execution:")}:${name}`;
      await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    },
    invoke,
    invokeTogether: (calls) => Promise.all(calls.map(({ functionName, payload }) => invoke(functionName, payload))),
    async quiet() {
      await untilQuiet(clients, {
        machines: Object.values(outputs).filter((output) => output.includes(":stateMachine:")),
        queues: queuesOf(outputs),
        milliseconds: foreign === undefined ? calm : foreignCalm,
        activity: () => provider.attempts(),
        moreThan: foreign,
      });
      foreign = undefined;
    },
    ...workOf(clients, givesForeign),
    async putItems(tableName, items) {
      await givesForeign();
      await written.put(tableName, items);
    },
    async reset() {
      await this.quiet();
      await written.remove();
      await Promise.all(queuesOf(outputs).map((QueueUrl) => sqs.send(new PurgeQueueCommand({ QueueUrl }))));
      await provider.reset();
      since = Date.now();
    },
    messages: (queueUrl) => lookAt(sqs, queueUrl),
    async setEnvironment(FunctionName, variables) {
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { ...variables } } }),
      );
      await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 120, minDelay: 1 }, { FunctionName });
    },
    async close() {
      clients.destroy();
      await deployment.destroy();
    },
  };
}

function queuesOf(outputs: Deployment["outputs"]): readonly string[] {
  return Object.values(outputs).filter((output) => /^https?:\/\/.*\/\d{12}\//.test(output));
}

async function invokeFunction({ lambda }: AwsClients, FunctionName: string, payload: unknown): Promise<Invocation> {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) });
  const { FunctionError, Payload } = await lambda.send(command);
  const text = Payload?.transformToString() ?? "null";
  return FunctionError === undefined ? { result: JSON.parse(text) as unknown } : { error: text };
}
