// Creates in a simulation what a case needs, as the recorded test did on AWS.
import type { Json, JsonObject } from "../simulator/json";
import type { Simulation } from "../simulator/simulation";
import type { ConformanceCase, RecordedFunction } from "./conformanceCase";
import { pythonLambda } from "./pythonFunctions";
import { type References, resourceName } from "./references";

/** A role that may do everything: the recordings are not about permissions. */
function createRole(simulation: Simulation): string {
  const trust = { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" };
  const all = { Effect: "Allow", Action: "*", Resource: "*" };
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const role = simulation.create({
    type: "aws:iam/role:Role",
    name: "conformance",
    inputs: {
      name: "conformance-role",
      assumeRolePolicy: policy(trust),
      inlinePolicies: [{ name: "all", policy: policy(all) }],
    },
  });
  return role.state.arn as string;
}

/** Lets a topic or a rule send to a queue. */
function openQueue(simulation: Simulation, queueUrl: string, queueArn: string): void {
  const statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: queueArn };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  simulation.call("sqs", "SetQueueAttributes", { QueueUrl: queueUrl, Attributes: { Policy } });
}

function createDataStores(simulation: Simulation, item: ConformanceCase, references: References): void {
  for (const { key, fifo = false } of item.queues) {
    const Attributes: JsonObject = fifo ? { FifoQueue: "true" } : {};
    simulation.call("sqs", "CreateQueue", { QueueName: resourceName("Queue", key, fifo), Attributes });
    openQueue(simulation, references.text(`\${Queue:${key}}.url`), references.text(`\${Queue:${key}}.arn`));
  }
  for (const { key, partitionKey } of item.tables) {
    simulation.call("dynamodb", "CreateTable", {
      TableName: resourceName("Table", key),
      AttributeDefinitions: [{ AttributeName: partitionKey, AttributeType: "S" }],
      KeySchema: [{ AttributeName: partitionKey, KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  }
  for (const { key, fifo = false } of item.topics ?? []) {
    const Attributes: JsonObject = fifo ? { FifoTopic: "true", ContentBasedDeduplication: "true" } : {};
    simulation.call("sns", "CreateTopic", { Name: resourceName("Topic", key, fifo), Attributes });
  }
}

/** What the recorded test did before the execution began. */
function setUp(simulation: Simulation, actor: JsonObject, references: References): void {
  const { subscribe, deleteTopic, deleteStateMachine, eventRule } = actor as {
    subscribe?: { topic: string; queue: string; raw: boolean };
    deleteTopic?: string;
    deleteStateMachine?: string;
    eventRule?: { bus: string; pattern: Json; target: string };
  };
  const of = (kind: string, key: string) => references.text(`\${${kind}:${key}}.arn`);
  if (subscribe !== undefined) {
    simulation.call("sns", "Subscribe", {
      TopicArn: of("Topic", subscribe.topic),
      Protocol: "sqs",
      Endpoint: of("Queue", subscribe.queue),
      Attributes: { RawMessageDelivery: String(subscribe.raw) },
    });
  } else if (deleteTopic !== undefined) {
    simulation.call("sns", "DeleteTopic", { TopicArn: of("Topic", deleteTopic) });
  } else if (deleteStateMachine !== undefined) {
    simulation.call("states", "DeleteStateMachine", { stateMachineArn: of("StateMachine", deleteStateMachine) });
  } else if (eventRule !== undefined) {
    const rule = { Name: "conformance-rule", EventBusName: eventRule.bus };
    simulation.call("events", "PutRule", { ...rule, EventPattern: JSON.stringify(eventRule.pattern) });
    const Targets = [{ Id: "queue", Arn: of("Queue", eventRule.target) }];
    simulation.call("events", "PutTargets", { Rule: rule.Name, EventBusName: eventRule.bus, Targets });
  } else throw new Error(`unknown setup: ${JSON.stringify(actor)}`);
}

/** @returns the ARN of a role for the case's state machine */
export function provision(simulation: Simulation, item: ConformanceCase, references: References): string {
  const functions = Object.entries(item.functions).map(([key, value]) => {
    const written = references.resolve(value as unknown as Json) as unknown as RecordedFunction;
    return [resourceName("Function", key), written] as const;
  });
  simulation.gateway.add(pythonLambda(simulation, new Map(functions)));
  const roleArn = createRole(simulation);
  createDataStores(simulation, item, references);
  for (const [key, { type, definition }] of Object.entries(item.stateMachines ?? {})) {
    const name = resourceName("StateMachine", key);
    const text = JSON.stringify(references.resolve(definition));
    simulation.call("states", "CreateStateMachine", { name, definition: text, roleArn, type });
  }
  for (const actor of item.external ?? []) if (actor.actor === "setup") setUp(simulation, actor, references);
  return roleArn;
}
