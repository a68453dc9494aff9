import { afterAll, describe, expect, it } from "vitest";
import { clientsFor } from "../../../support/awsBackend/clients";
import { createResource, resourceTypes } from "../../../support/awsBackend/liveMocks";

const clients = clientsFor({
  url: "http://127.0.0.1:1",
  region: "eu-central-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
const types = resourceTypes(clients, "eu-central-1:000000000000");
const create = (type: string, inputs: Record<string, string>) =>
  createResource(types, { type, name: "spool", inputs }, "test");

afterAll(() => clients.destroy());

describe("live mocks", () => {
  it("name a resource type that they do not create", async () => {
    await expect(create("aws:ec2/vpc:Vpc", {})).rejects.toThrow(
      "no live mock creates aws:ec2/vpc:Vpc; there are aws:apigateway/deployment:Deployment, aws:apigateway/methodSettings:MethodSettings, ",
    );
  });

  it("name an argument that they do not honour", async () => {
    await expect(create("aws:sqs/queue:Queue", { name: "spool", delaySeconds: "5" })).rejects.toThrow(
      "the live mock of aws:sqs/queue:Queue does not know the argument delaySeconds; it knows name, contentBasedDeduplication, fifoQueue, kmsMasterKeyId, ",
    );
  });

  it("name the value of an argument that they do not honour", async () => {
    const inputs = { type: "EXPRESS", definition: "{}", roleArn: "arn:aws:iam::000000000000:role/role" };
    await expect(create("aws:sfn/stateMachine:StateMachine", inputs)).rejects.toThrow(
      '[type] must be "STANDARD" here, got "EXPRESS"',
    );
  });
});
