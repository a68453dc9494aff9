// The cycle tests' backend on an AWS endpoint. Time is real there, so it waits by asking again and again.
import { setTimeout as pause } from "node:timers/promises";
import { InvokeCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionUpdatedV2 } from "@aws-sdk/client-lambda";
import { StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Backend, Invocation, Provider } from "../backend";
import { type AwsClients, type AwsEndpoint, clientsFor } from "./clients";
import type { Deployment } from "./deployment";
import { countRunning, executionsOf } from "./executions";
import { countMessages, lookAt } from "./queueMessages";

/** Milliseconds between two looks at what is under way. */
const interval = 300;
/** So many equal looks, one after the other, and nothing is under way: an event may still be on its way to a queue. */
const calmLooks = 3;
/** Milliseconds after which work that does not end is an error. */
const patience = 240_000;

export interface AwsBackendOptions {
  readonly endpoint: AwsEndpoint;
  readonly deployment: Deployment;
  readonly provider: Provider;
}

export function awsBackend({ endpoint, deployment, provider }: AwsBackendOptions): Backend {
  const { outputs } = deployment;
  const clients = clientsFor(endpoint);
  const { lambda, sqs, stepFunctions } = clients;
  const invoke = (functionName: string, payload: unknown) => invokeFunction(clients, functionName, payload);
  return {
    outputs,
    provider,
    control: undefined,
    async start(stateMachineArn, name, input) {
      await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    },
    executions: (machine) => executionsOf(stepFunctions, machine),
    async stop(machine, name) {
      const executionArn = `${machine.replace(":stateMachine:", ":execution:")}:${name}`;
      await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    },
    invoke,
    invokeTogether: (calls) => Promise.all(calls.map(({ functionName, payload }) => invoke(functionName, payload))),
    quiet: () => untilQuiet(clients, Object.values(outputs)),
    messages: (queueUrl) => lookAt(sqs, queueUrl),
    async send(QueueUrl, MessageBody, attributes = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      );
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    },
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

async function invokeFunction({ lambda }: AwsClients, FunctionName: string, payload: unknown): Promise<Invocation> {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) });
  const { FunctionError, Payload } = await lambda.send(command);
  const text = Payload?.transformToString() ?? "null";
  return FunctionError === undefined ? { result: JSON.parse(text) as unknown } : { error: text };
}

/** Until no execution runs, and then until the queues' counts stay: a status event may still be on its way to one. */
async function untilQuiet({ sqs, stepFunctions }: AwsClients, outputs: readonly string[]): Promise<void> {
  const machines = outputs.filter((output) => output.includes(":stateMachine:"));
  const queues = outputs.filter((output) => /^https?:\/\/.*\/\d{12}\//.test(output));
  const end = Date.now() + patience;
  let before = "";
  for (let calm = 0; calm < calmLooks; await pause(interval)) {
    const running = await Promise.all(machines.map((machine) => countRunning(stepFunctions, machine)));
    const idle = running.every((count) => count === 0);
    const now = idle ? String(await Promise.all(queues.map((queue) => countMessages(sqs, queue)))) : "";
    calm = idle && now === before ? calm + 1 : 0;
    before = now;
    if (Date.now() > end) throw new Error(`${running.join(" and ")} executions still run after ${patience} ms`);
  }
}
