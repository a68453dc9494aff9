import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ErrorSpool } from "../../../components/errorSpool";
import { objectPattern, objectTemplate } from "../../../components/spoolBucket";
import { MockedProgram, outputValue } from "./mockedProgram";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

describe("the bucket of a spool", () => {
  it("is private, takes TLS alone, and keeps payloads longer than work waits", async () => {
    const spool = new ErrorSpool("spool");
    expect(await outputValue(spool.bucket?.name ?? "none")).toBe("spool-payloads");
    expect(
      (await program.resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "spool-payloads-access"))
        .inputs,
    ).toEqual({
      bucket: "spool-payloads",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const { inputs } = await program.resource("aws:s3/bucketPolicy:BucketPolicy", "spool-payloads-policy");
    expect(JSON.parse(String(inputs.policy)).Statement).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::spool-payloads", "arn:aws:s3:::spool-payloads/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    expect((await program.resource(lifecycle, "spool-payloads-lifecycle")).inputs.rules).toEqual([
      { id: "payloads", status: "Enabled", filter: { prefix: "" }, expiration: { days: 400 } },
    ]);
    expect(
      await program.all("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
    ).toEqual([]);
  });

  it("has the key of the queues", async () => {
    new ErrorSpool("spool", { kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" });
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    expect((await program.resource(type, "spool-payloads-encryption")).inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: "arn:aws:kms:eu-west-1:123456789012:key/1",
        },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("tells the spool of what Lambda puts there, by a rule that the queue's policy knows", async () => {
    new ErrorSpool("spool");
    const rule = await program.resource("aws:cloudwatch/eventRule:EventRule", "spool-payloads-rule");
    expect(rule.inputs).toMatchObject({ namePrefix: "spool-", eventPattern: objectPattern("spool-payloads") });
    expect(JSON.parse(objectPattern("spool-payloads"))).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: ["spool-payloads"] }, object: { key: [{ prefix: "aws/lambda/" }] } },
    });
    const target = await program.resource("aws:cloudwatch/eventTarget:EventTarget", "spool-payloads-rule-spool");
    expect(target.inputs).toMatchObject({
      arn: "arn:aws:sqs:eu-west-1:123456789012:spool",
      inputTransformer: { inputTemplate: objectTemplate },
    });
    expect(objectTemplate).toBe('{"respool": 1, "object": <aws.events.event.json>}');
    const notification = await program.resource(
      "aws:s3/bucketNotification:BucketNotification",
      "spool-payloads-notification",
    );
    expect(notification.inputs).toEqual({ bucket: "spool-payloads", eventbridge: true });
  });

  it("can be left out, and changed", async () => {
    expect(new ErrorSpool("plain", { bucket: false }).bucket).toBeUndefined();
    new ErrorSpool("spool", { payloadRetention: "30 days", transform: { bucket: { bucket: { forceDestroy: true } } } });
    expect((await program.all("aws:s3/bucket:Bucket")).map(({ name, inputs }) => [name, inputs.forceDestroy])).toEqual([
      ["spool-payloads", true],
    ]);
  });

  it("keeps payloads for at least as long as a message can wait", () => {
    expect(() => new ErrorSpool("spool", { payloadRetention: "7 days" })).toThrow(
      '[payloadRetention] must be from "14 days" to "3650 days", got "7 days"',
    );
  });

  it("of another stack's spool is known by its name", async () => {
    const spool = ErrorSpool.fromArn("arn:aws-cn:sqs:cn-north-1:123456789012:spool", {
      poisonArn: "arn:aws-cn:sqs:cn-north-1:123456789012:poison",
      bucketName: "payloads",
    });
    expect(await outputValue(spool.bucket?.arn ?? "none")).toBe("arn:aws-cn:s3:::payloads");
  });
});
