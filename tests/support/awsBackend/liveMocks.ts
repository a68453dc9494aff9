// Deploys a Pulumi program without Pulumi's engine: its mocks create each resource by the AWS SDK, one entry a resource type.
import { createHash } from "node:crypto";
import { evaluateProgram, type NewResource } from "@respool/simulator";
import { alarmTypes } from "./alarms";
import { apiTypes } from "./apis";
import { bucketTypes } from "./buckets";
import { type AwsClients, clientsFor } from "./clients";
import { dashboardTypes } from "./dashboards";
import type { Change, Deployment, DeploymentRequest } from "./deployment";
import { mappingTypes } from "./eventSourceMappings";
import { functionTypes } from "./functions";
import { invokeConfigTypes } from "./invokeConfigs";
import { logGroupTypes } from "./logGroups";
import { queueTypes } from "./queues";
import type { LiveResource, LiveResourceTypes } from "./resourceType";
import { roleTypes } from "./roles";
import { ruleTypes } from "./rules";
import { scheduleTypes } from "./schedules";
import { stateMachineTypes } from "./stateMachines";
import { streamTypes } from "./streams";
import { tableTypes } from "./tables";
import { topicTypes } from "./topics";

/** @param account such as "eu-central-1:123456789012" */
export function resourceTypes(clients: AwsClients, account: string): LiveResourceTypes {
  const [region = "", accountId = ""] = account.split(":");
  return {
    ...alarmTypes(clients.cloudWatch, account),
    ...apiTypes(clients.apiGateway, account),
    ...bucketTypes(clients.s3, region),
    ...dashboardTypes(clients.cloudWatch, accountId),
    ...functionTypes(clients.lambda),
    ...invokeConfigTypes(clients.lambda),
    ...logGroupTypes(clients.logs, account),
    ...mappingTypes(clients.lambda),
    ...queueTypes(clients.sqs),
    ...roleTypes(clients.iam),
    ...ruleTypes(clients.eventBridge),
    ...scheduleTypes(clients.scheduler),
    ...stateMachineTypes(clients.stepFunctions),
    ...streamTypes(clients.kinesis),
    ...tableTypes(clients.dynamoDb),
    ...topicTypes(clients.sns),
  };
}

/** @throws an error that names the type or the arguments which nobody creates here */
export async function createResource(
  types: LiveResourceTypes,
  { type, name, inputs }: Pick<NewResource, "type" | "name" | "inputs">,
  stack: string,
): Promise<LiveResource> {
  const found = types[type];
  if (found === undefined) {
    throw new Error(`no live mock creates ${type}; there are ${Object.keys(types).sort().join(", ")}`);
  }
  const { knownArguments } = found;
  const unknown = Object.keys(inputs).filter((argument) => !["__defaults", ...knownArguments].includes(argument));
  if (unknown.length > 0) {
    const known = knownArguments.join(", ");
    throw new Error(`the live mock of ${type} does not know the argument ${unknown.join(", ")}; it knows ${known}`);
  }
  const suffix = createHash("sha256").update(`${stack} ${type} ${name}`).digest("hex").slice(0, 7);
  return found.create(inputs, `${stack}-${name}-${suffix}`);
}

/** Deploys a program; everything is taken down again when that fails halfway. */
export async function deployWithLiveMocks(
  request: DeploymentRequest,
  change: Change = (resource) => resource,
): Promise<Deployment> {
  const { endpoint, stack, directory, main, config } = request;
  const clients = clientsFor(endpoint);
  const accountId = await clients.accountId();
  const types = resourceTypes(clients, `${endpoint.region}:${accountId}`);
  const created: LiveResource[] = [];
  const destroy = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const resource of created.splice(0).reverse()) await resource.remove().catch((error) => errors.push(error));
    clients.destroy();
    if (errors.length > 0) throw new AggregateError(errors, `could not take down stack ${stack}: ${errors.join("; ")}`);
  };
  const pending = new Set<Promise<unknown>>();
  const create = async (resource: NewResource): Promise<LiveResource> => {
    const live = createResource(types, change(resource), stack).then((done) => {
      created.push(done);
      return done;
    });
    pending.add(live);
    return live;
  };
  try {
    const program = await evaluateProgram(
      { directory, main, stack, config, accountId, region: endpoint.region },
      async (resource) => {
        const { id, state } = await create(resource);
        return { id, state };
      },
    );
    return { outputs: program.outputs as Record<string, string>, destroy };
  } catch (error) {
    await Promise.allSettled(pending);
    await destroy();
    throw error;
  }
}
