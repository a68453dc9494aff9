import { describe, expect, it } from "vitest";
import { canonicalOrder, type MadeResource } from "../../../../simulator/program/canonicalOrder";

function made(type: string, name: string, inputs: Record<string, string> = {}): MadeResource {
  const arn = `arn:${name}-1a2b3c4`;
  return { resource: { type, name, inputs, provider: "" }, created: { id: name, state: { arn } } };
}

const role = made("role", "r");
const queue = made("queue", "q");
const policy = made("policy", "p", { role: "arn:r-1a2b3c4", document: '{"Resource":"arn:q-1a2b3c4"}' });
const alarm = made("alarm", "a", { queue: "q" });

function names(order: readonly MadeResource[]): readonly string[] {
  return canonicalOrder(order).map(({ name }) => name);
}

describe("canonicalOrder", () => {
  it("is the same for every order in which the program came to its resources", () => {
    const expected = ["q", "a", "r", "p"];
    expect(names([role, queue, policy, alarm])).toEqual(expected);
    expect(names([queue, alarm, role, policy])).toEqual(expected);
    expect(names([queue, role, alarm, policy])).toEqual(expected);
  });

  it("keeps what names a stage by its API and its name after the stage", () => {
    const stage = made("aws:apigateway/stage:Stage", "live", { restApi: "a1", stageName: "v1" });
    const settings = made("aws:apigateway/methodSettings:MethodSettings", "limits", { restApi: "a1", stageName: "v1" });
    const others = made("aws:apigateway/methodSettings:MethodSettings", "more", { restApi: "b2", stageName: "v1" });
    expect(names([stage, settings, others])).toEqual(["more", "live", "limits"]);
  });

  it("keeps each resource after those that its inputs name", () => {
    const order = names([role, queue, policy]);
    expect(order.indexOf("p")).toBeGreaterThan(Math.max(order.indexOf("r"), order.indexOf("q")));
  });

  it("leaves none out when two name each other by chance", () => {
    const left = made("x", "left", { other: "arn:right-1a2b3c4" });
    const right = made("x", "right", { other: "arn:left-1a2b3c4" });
    expect([...names([left, right])].sort()).toEqual(["left", "right"]);
  });
});

describe("canonicalOrder with notifications of a bucket", () => {
  it("gives a destination's rights first, when the program did", () => {
    const bucket = made("aws:s3/bucket:Bucket", "b");
    const uploads = made("aws:sqs/queue:Queue", "q");
    const rights = made("aws:sqs/queuePolicy:QueuePolicy", "rights", { queueUrl: "q", policy: "arn:q-1a2b3c4" });
    const notification = made("aws:s3/bucketNotification:BucketNotification", "n", {
      bucket: "b",
      queue: "arn:q-1a2b3c4",
    });
    expect(names([bucket, uploads, rights, notification])).toEqual(["b", "q", "rights", "n"]);
  });
});
