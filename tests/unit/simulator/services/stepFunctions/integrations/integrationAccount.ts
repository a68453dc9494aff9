// A simulated account with everything that integrations reach: a queue, a topic, a table, another state machine.
import type { Json, JsonObject } from "../../../../../../simulator/json";
import { Simulation } from "../../../../../../simulator/simulation";

export interface IntegrationAccount {
  readonly simulation: Simulation;
  readonly queueUrl: string;
  readonly topicArn: string;
  /** A state machine that gives back its input, and fails when that says so. */
  readonly childArn: string;
  /** Runs a state machine of this one state. */
  run(
    state: JsonObject,
    input?: JsonObject,
  ): { readonly output?: Json; readonly error?: string; readonly cause?: string };
  /** The messages that came through the topic. */
  inbox(): string[];
}

function document(statement: JsonObject): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

const child = {
  StartAt: "Check",
  States: {
    Check: { Type: "Choice", Choices: [{ Variable: "$.fail", IsPresent: true, Next: "Fail" }], Default: "Done" },
    Fail: { Type: "Fail", Error: "Child.Failed" },
    Done: { Type: "Succeed" },
  },
};

export function integrationAccount(): IntegrationAccount {
  const simulation = new Simulation();
  const trust = document({ Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" });
  const inlinePolicies = [{ name: "all", policy: document({ Action: "*", Resource: "*" }) }];
  const inputs = { name: "machine", assumeRolePolicy: trust, inlinePolicies };
  const roleArn = simulation.create({ type: "aws:iam/role:Role", name: "machine", inputs }).state.arn as string;
  const queueUrl = simulation.call("sqs", "CreateQueue", { QueueName: "inbox" }).QueueUrl as string;
  const queueArn = "arn:aws:sqs:eu-central-1:123456789012:inbox";
  const Policy = document({ Principal: "*", Action: "sqs:SendMessage", Resource: queueArn });
  simulation.call("sqs", "SetQueueAttributes", { QueueUrl: queueUrl, Attributes: { Policy } });
  const topicArn = simulation.call("sns", "CreateTopic", { Name: "news" }).TopicArn as string;
  const Attributes = { RawMessageDelivery: "true" };
  simulation.call("sns", "Subscribe", { TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn, Attributes });
  simulation.call("dynamodb", "CreateTable", {
    TableName: "orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const createMachine = (name: string, definition: JsonObject) =>
    simulation.call("states", "CreateStateMachine", { name, definition: JSON.stringify(definition), roleArn })
      .stateMachineArn as string;
  let machines = 0;
  return {
    simulation,
    queueUrl,
    topicArn,
    childArn: createMachine("child", child),
    run: (state, input = {}) => {
      machines += 1;
      const stateMachineArn = createMachine(`machine${machines}`, { StartAt: "A", States: { A: state } });
      const started = simulation.call("states", "StartExecution", { stateMachineArn, input: JSON.stringify(input) });
      simulation.runFor(3_600_000);
      const { output, error, cause } = simulation.call<{ output?: string; error?: string; cause?: string }>(
        "states",
        "DescribeExecution",
        { executionArn: started.executionArn },
      );
      return { ...(output === undefined ? {} : { output: JSON.parse(output) as Json }), error, cause };
    },
    inbox: () => simulation.sqs.messages(queueArn).map(({ body }) => body),
  };
}
