// The launcher's replay function as Lambda runs it: packaged, with the real clients of the AWS SDK, on the simulator.

import type * as pulumi from "@pulumi/pulumi";
import { type JsonObject, Simulation } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { packageEntry } from "../../../../packaging/packageEntry";
import { archiveMark } from "../../../../simulator/assets";

let code: JsonObject;

function archiveOf(files: Readonly<Record<string, string>>): JsonObject {
  const content = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  return Object.assign({}, { [archiveMark]: Object.fromEntries(content) });
}

beforeAll(async () => {
  const archive = (await packageEntry("replay").archive) as pulumi.asset.AssetArchive;
  const assets = Object.entries((await archive.assets) as Record<string, pulumi.asset.StringAsset>);
  code = archiveOf(
    Object.fromEntries(await Promise.all(assets.map(async ([file, asset]) => [file, await asset.text]))),
  );
});

function account(targetCode: string) {
  const simulation = new Simulation();
  const create = (type: string, name: string, inputs: JsonObject) => simulation.create({ type, name, inputs }).state;
  const trusted = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const role = create("aws:iam/role:Role", "role", {
    name: "role",
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trusted] }),
  });
  const allowed = { Effect: "Allow", Action: ["lambda:InvokeFunction", "sqs:SendMessage"], Resource: "*" };
  create("aws:iam/rolePolicy:RolePolicy", "policy", {
    role: "role",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [allowed] }),
  });
  const common = { role: String(role.arn), handler: "index.handler", runtime: "nodejs24.x" };
  const target = create("aws:lambda/function:Function", "target", {
    ...common,
    name: "target",
    code: archiveOf({ "index.js": targetCode }),
  });
  const queue = create("aws:sqs/queue:Queue", "work", { name: "work.fifo", fifoQueue: true });
  const config = { targets: { notify: { functionArn: target.arn }, orders: { queueUrl: queue.url } } };
  create("aws:lambda/function:Function", "replay", {
    ...common,
    name: "replay",
    code,
    environment: { variables: { RESPOOL_CONFIG: JSON.stringify(config) } },
  });
  const replay = (source: string, how: JsonObject) =>
    simulation.call<{ FunctionError?: string; Payload: string }>("lambda", "Invoke", {
      FunctionName: "replay",
      Payload: JSON.stringify({
        order: { respool: 1, source, id: "work-1", replay: how },
        execution: "00000000000000000000000000000001-redrive-2-0",
      }),
    });
  return { simulation, replay, url: String(queue.url) };
}

describe("the packaged replay function", () => {
  it("fails with the name that its target throws", () => {
    const { replay } = account(
      `exports.handler = async ({ n }) => { throw Object.assign(new Error("down " + n), { name: "ProviderDown" }); };`,
    );
    const { FunctionError, Payload } = replay("notify", { as: "event", payload: '{"n":7}' });
    expect(FunctionError).toBe("Unhandled");
    expect(JSON.parse(Payload)).toMatchObject({ errorType: "ProviderDown", errorMessage: "down 7" });
  });

  it("succeeds when its target does, and sends messages back", () => {
    const { replay, simulation, url } = account("exports.handler = async () => ({ batchItemFailures: [] });");
    expect(replay("notify", { as: "batch", payload: "{}" })).toMatchObject({ Payload: '{"replayed":true}' });
    replay("orders", { as: "message", groupId: "g", attributes: {}, payload: "any text" });
    const received = simulation.call<{ Messages?: JsonObject[] }>("sqs", "ReceiveMessage", {
      QueueUrl: url,
      MessageAttributeNames: ["All"],
    });
    expect(received.Messages).toMatchObject([
      { Body: "any text", MessageAttributes: { respool: { StringValue: '{"id":"work-1","generation":2}' } } },
    ]);
  });
});
