// Encryption at rest: which key an object has, and what using that key needs.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
import type { Iam, PolicyDocument } from "../../iam";
import { AwsError, type Call } from "../../service";
import type { World } from "../../world";
import type { Encryption } from "./bucket";
import { unsupported } from "./errors";

/** The policy of a customer's key, made elsewhere and taken as right: it leaves roles to their own policies. */
const keyPolicy: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "kms:*", Resource: "*" },
};

/** The ARN of a key; undefined for S3's own, which whoever may use the bucket may use, too. */
function keyArn(world: Pick<World, "accountId" | "region">, key: string | undefined): string | undefined {
  if (key === undefined || key === "" || key.endsWith("alias/aws/s3")) return undefined;
  if (/(^|:)alias\//.test(key)) throw unsupported("SSEKMSKeyId", key, "the key's ID or ARN");
  return key.startsWith("arn:") ? key : `arn:aws:kms:${world.region}:${world.accountId}:key/${key}`;
}

/**
 * Checks that a caller may use the key of an object. S3 answers in its own name.
 *
 * @param action such as "kms:Decrypt"
 * @throws AwsError AccessDenied
 */
export function requireKey(iam: Iam, call: Call, { key }: Encryption, action: string): void {
  if (key === undefined) return;
  try {
    iam.authorize(call, { action, resource: key, resourcePolicy: keyPolicy });
  } catch (error) {
    throw error instanceof AwsError ? new AwsError("AccessDenied", error.message, 403) : error;
  }
}

/** An encryption as it is asked for, by a request or as a bucket's default. */
export function encryptionOf(
  world: Pick<World, "accountId" | "region">,
  algorithm: string,
  key: string | undefined,
  bucketKey: boolean | undefined,
): Encryption {
  if (algorithm === "AES256") return { algorithm };
  if (algorithm !== "aws:kms") throw unsupported("ServerSideEncryption", algorithm, "AES256, aws:kms");
  return { algorithm, key: keyArn(world, key), bucketKey };
}
