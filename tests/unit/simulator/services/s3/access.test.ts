// Who may do what with buckets and objects, in an account with IAM.
import { beforeEach, describe, expect, it } from "vitest";
import { AwsError, type JsonObject, type Principal, Simulation } from "../../../../../simulator";

const bucketArn = "arn:aws:s3:::payloads";
let simulation: Simulation;
let role: Principal;

const create = (type: string, name: string, inputs: JsonObject) => simulation.create({ type, name, inputs }).state;
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

/** Replaces what the role may do. */
function grant(...statements: object[]) {
  create("aws:iam/rolePolicy:RolePolicy", "p", { role: "reader", name: "p", policy: policy(...statements) });
}

/** The error's code, or undefined when the role may. */
function refusal(action: string, input: JsonObject, principal: Principal = role): string | undefined {
  try {
    simulation.call("s3", action, { Bucket: "payloads", ...input }, principal);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

beforeEach(() => {
  simulation = new Simulation();
  create("aws:s3/bucket:Bucket", "payloads", { bucket: "payloads" });
  const assumeRolePolicy = policy({
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  const { arn } = create("aws:iam/role:Role", "reader", { name: "reader", assumeRolePolicy });
  role = { kind: "role", roleArn: String(arn) };
  simulation.call("s3", "PutObject", { Bucket: "payloads", Key: "a/1", Body: "x" });
});

describe("a role", () => {
  it("may do with objects what is allowed on their ARNs", () => {
    grant(allow(["s3:GetObject", "s3:PutObject"], `${bucketArn}/a/*`));
    expect(refusal("GetObject", { Key: "a/1" })).toBeUndefined();
    expect(refusal("PutObject", { Key: "a/2", Body: "x" })).toBeUndefined();
    expect(refusal("PutObject", { Key: "b/1", Body: "x" })).toBe("AccessDenied");
    expect(refusal("DeleteObject", { Key: "a/1" })).toBe("AccessDenied");
    expect(refusal("ListObjectsV2", {})).toBe("AccessDenied");
    expect(refusal("CopyObject", { Key: "a/3", CopySource: "payloads/a/1" })).toBeUndefined();
    expect(refusal("CopyObject", { Key: "b/3", CopySource: "payloads/a/1" })).toBe("AccessDenied");
  });

  it("learns that a key is missing only when it may list the bucket", () => {
    grant(allow("s3:GetObject", `${bucketArn}/*`));
    expect(refusal("GetObject", { Key: "none" })).toBe("AccessDenied");
    expect(refusal("HeadObject", { Key: "none" })).toBe("AccessDenied");
    grant(allow("s3:GetObject", `${bucketArn}/*`), allow("s3:ListBucket", bucketArn));
    expect(refusal("GetObject", { Key: "none" })).toBe("NoSuchKey");
    expect(refusal("HeadObject", { Key: "none" })).toBe("NotFound");
  });

  it("lists the prefix that its policy names", () => {
    grant(allow("s3:ListBucket", bucketArn, { Condition: { StringLike: { "s3:prefix": "a/*" } } }));
    expect(refusal("ListObjectsV2", { Prefix: "a/" })).toBeUndefined();
    expect(refusal("ListObjectsV2", { Prefix: "b/" })).toBe("AccessDenied");
  });

  it("is told of each key that it may not delete", () => {
    grant(allow("s3:DeleteObject", `${bucketArn}/a/*`));
    const Objects = [{ Key: "a/1" }, { Key: "b/1" }];
    const answer = simulation.call("s3", "DeleteObjects", { Bucket: "payloads", Delete: { Objects } }, role);
    expect(answer).toMatchObject({ Deleted: [{ Key: "a/1" }], Errors: [{ Key: "b/1", Code: "AccessDenied" }] });
  });

  it("needs the key of a bucket that has a customer's", () => {
    const key = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const applyServerSideEncryptionByDefault = { sseAlgorithm: "aws:kms", kmsMasterKeyId: key };
    const rules = [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: true }];
    create("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "e", {
      bucket: "payloads",
      rules,
    });
    const objects = allow(["s3:GetObject", "s3:PutObject"], `${bucketArn}/*`);
    grant(objects);
    expect(refusal("PutObject", { Key: "k", Body: "x" })).toBe("AccessDenied");
    grant(objects, allow("kms:GenerateDataKey", key));
    expect(refusal("PutObject", { Key: "k", Body: "x" })).toBeUndefined();
    expect(refusal("GetObject", { Key: "k" })).toBe("AccessDenied");
    expect(refusal("GetObject", { Key: "a/1" })).toBeUndefined();
    grant(objects, allow(["kms:GenerateDataKey", "kms:Decrypt"], key));
    expect(simulation.call("s3", "HeadObject", { Bucket: "payloads", Key: "k" }, role)).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: key,
      BucketKeyEnabled: true,
    });
  });
});

describe("a bucket's policy", () => {
  it("can allow a role by itself, and refuse what is not encrypted on its way", () => {
    const Principal = { AWS: (role as { roleArn: string }).roleArn };
    const insecure = { Bool: { "aws:SecureTransport": "false" } };
    const denied = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: insecure,
    };
    create("aws:s3/bucketPolicy:BucketPolicy", "p", {
      bucket: "payloads",
      policy: policy({ ...allow("s3:GetObject", `${bucketArn}/*`), Principal }, denied),
    });
    expect(refusal("GetObject", { Key: "a/1" })).toBeUndefined();
    const codes: string[] = [];
    for (const secureTransport of [true, false]) {
      const input = { Bucket: "payloads", Key: "a/1" };
      const request = {
        service: "s3",
        action: "GetObject",
        input,
        principal: { kind: "operator" } as const,
        secureTransport,
      };
      simulation.gateway.call(request, (outcome) => void codes.push(outcome.ok ? "ok" : outcome.error.code));
    }
    simulation.runUntilQuiet();
    expect(codes.sort()).toEqual(["AccessDenied", "ok"]);
  });

  it("must be about the bucket, and not public unless the bucket lets it", () => {
    const everybody = { ...allow("s3:GetObject", `${bucketArn}/*`), Principal: "*" };
    const put = (statement: object) => refusal("PutBucketPolicy", { Policy: policy(statement) }, { kind: "operator" });
    expect(put({ ...everybody, Resource: "arn:aws:s3:::other/*" })).toBe("MalformedPolicy");
    expect(put(everybody)).toBe("AccessDenied");
    create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", {
      bucket: "payloads",
      blockPublicPolicy: false,
    });
    expect(put(everybody)).toBeUndefined();
    expect(refusal("GetObject", { Key: "a/1" }, { kind: "anonymous" })).toBeUndefined();
    expect(refusal("PutObject", { Key: "a/1", Body: "x" }, { kind: "anonymous" })).toBe("AccessDenied");
  });
});
