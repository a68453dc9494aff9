// Event source mappings and destinations in a whole simulated account, where IAM decides.
import { describe, expect, it } from "vitest";
import { archiveMark } from "../../../../../../simulator/assets";
import type { JsonObject } from "../../../../../../simulator/json";
import { Simulation } from "../../../../../../simulator/simulation";

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
};
const managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole";

/** A function with a role, and a queue. */
function account(policyArn?: string): { readonly simulation: Simulation; readonly queue: JsonObject } {
  const simulation = new Simulation();
  const create = (type: string, inputs: JsonObject) => simulation.create({ type, name: "x", inputs }).state;
  const role = create("aws:iam/role:Role", { name: "r", assumeRolePolicy: JSON.stringify(trust) });
  if (policyArn !== undefined) {
    create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "r", policyArn });
  }
  const source = `exports.handler = async (event) => ({ first: event.Records?.[0].body ?? null });`;
  const code = { [archiveMark]: { "index.js": Buffer.from(source).toString("base64") } } as unknown as JsonObject;
  const runtime = "nodejs24.x";
  create("aws:lambda/function:Function", { name: "f", role: role.arn, handler: "index.handler", runtime, code });
  const queue = create("aws:sqs/queue:Queue", { name: "q" });
  create("aws:lambda/eventSourceMapping:EventSourceMapping", { functionName: "f", eventSourceArn: queue.arn });
  return { simulation, queue };
}

function send(simulation: Simulation, queue: JsonObject): void {
  simulation.call("sqs", "SendMessage", { QueueUrl: queue.url, MessageBody: "x" });
  simulation.runUntilQuiet();
}

const count = (simulation: Simulation, kind: string) =>
  simulation.events.all.filter((event) => event.kind === kind).length;

describe("The rights of a function's role", () => {
  it("let a mapping read the queue with AWS's own policy for it", () => {
    const { simulation, queue } = account(managed);
    send(simulation, queue);
    expect(count(simulation, "lambda.Batch")).toBe(1);
    expect(simulation.sqs.messages(String(queue.arn))).toEqual([]);
  });

  it("keep a mapping from the queue when they are missing", () => {
    const { simulation, queue } = account();
    send(simulation, queue);
    expect(count(simulation, "lambda.Batch")).toBe(0);
    expect(count(simulation, "lambda.EventSourceProblem")).toBe(1);
    expect(simulation.sqs.messages(String(queue.arn))).toMatchObject([{ state: "visible", receiveCount: 0 }]);
  });

  it("may come from the queue's own policy", () => {
    const { simulation, queue } = account();
    const Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    const Principal = { AWS: "arn:aws:iam::123456789012:role/r" };
    const Statement = [{ Effect: "Allow", Action, Principal, Resource: queue.arn }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    simulation.call("sqs", "SetQueueAttributes", { QueueUrl: queue.url, Attributes: { Policy } });
    send(simulation, queue);
    expect(count(simulation, "lambda.Batch")).toBe(1);
  });

  it("decide whether a destination gets its record", () => {
    for (const allowed of [true, false]) {
      const { simulation, queue } = account(managed);
      const policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn }],
      });
      const rolePolicy = { name: "p", role: "r", policy };
      if (allowed) simulation.create({ type: "aws:iam/rolePolicy:RolePolicy", name: "p", inputs: rolePolicy });
      const destinationConfig = { onSuccess: { destination: queue.arn } };
      const type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
      simulation.create({ type, name: "c", inputs: { functionName: "f", destinationConfig } as JsonObject });
      simulation.call("lambda", "Invoke", { FunctionName: "f", InvocationType: "Event", Payload: "{}" });
      simulation.runUntilQuiet();
      // The mapping is a synchronous caller: it leaves no record behind, and so there is no loop.
      expect(count(simulation, "lambda.Batch")).toBe(allowed ? 1 : 0);
      expect(count(simulation, "lambda.DestinationFailed")).toBe(allowed ? 0 : 1);
    }
  });
});
