// What an edit asks of S3 beside reading and writing: objects that are written once, and what there is under a prefix.
import type { StoredObject } from "../../records/record";
import { timeouts } from "../aws";
import { errorName } from "../awsErrors";

/** Objects that are never overwritten. */
export interface AuditStore {
  /**
   * Writes an object where there is none.
   *
   * @returns false where there is one; also where it was just written by this very call, whose reply was lost
   */
  createObject(object: StoredObject, text: string): Promise<boolean>;
  /** The keys of objects, in alphabetical order. */
  listKeys(bucket: string, prefix: string): Promise<readonly string[]>;
}

/** S3 through the SDK's client. */
export function auditStore(): AuditStore {
  let loading: ReturnType<typeof loadS3> | undefined;
  const loaded = () => {
    loading ??= loadS3();
    return loading;
  };
  return {
    createObject: async ({ bucket, key }, text) => {
      const { client, PutObjectCommand } = loaded();
      const input = { Bucket: bucket, Key: key, Body: text, ContentType: "application/json", IfNoneMatch: "*" };
      try {
        await client.send(new PutObjectCommand(input));
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    },
    listKeys: async (bucket, prefix) => {
      const { client, ListObjectsV2Command } = loaded();
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const input = { Bucket: bucket, Prefix: prefix, ContinuationToken: token };
        const { Contents = [], NextContinuationToken } = await client.send(new ListObjectsV2Command(input));
        keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
        token = NextContinuationToken;
      } while (token !== undefined);
      return keys;
    },
  };
}

// 412 where there is one; 409 where another one is being written, or deleted, at the same time: who then reads, finds out.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
function isTaken(error: unknown): boolean {
  return ["PreconditionFailed", "ConditionalRequestConflict"].includes(errorName(error));
}

function loadS3() {
  const {
    ListObjectsV2Command,
    PutObjectCommand,
    S3Client,
  }: typeof import("@aws-sdk/client-s3") = require("@aws-sdk/client-s3");
  return { client: new S3Client({ requestHandler: timeouts(30_000) }), ListObjectsV2Command, PutObjectCommand };
}
