// Amazon S3: buckets of objects, their notifications and their lifecycle.
import type { Iam } from "../../iam";
import { AwsError, type Operation, type ResourceType, type Service } from "../../service";
import type { World } from "../../world";
import { bucketOperations } from "./bucketOperations";
import { bucketResources } from "./bucketResources";
import { Buckets } from "./buckets";
import { objectResources } from "./objectResources";
import { Objects } from "./objects";
import { readOperations } from "./readOperations";
import { settingOperations } from "./settingOperations";
import { settingResources } from "./settingResources";
import { BucketSettings } from "./settings";
import { writeOperations } from "./writeOperations";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html */
function checkingOwner(operation: Operation, accountId: string): Operation {
  return {
    authorize: (input) => operation.authorize(input),
    handle: (input, call) => {
      const owner = input.ExpectedBucketOwner ?? accountId;
      if (owner !== accountId) throw new AwsError("AccessDenied", "Access Denied", 403);
      return operation.handle(input, call);
    },
  };
}

/**
 * General purpose buckets without versions. Objects are text in calls within the simulation where they are text (`Body`),
 * else base64 (`BodyBase64`). Multipart uploads, versions, ACLs and storage classes are refused by name.
 */
export class S3Service implements Service {
  readonly name = "s3";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly buckets: Buckets;

  /** @param iam decides on each key of DeleteObjects, and on the keys that encrypt objects */
  constructor(world: World, iam: Iam) {
    const buckets = new Buckets(world);
    const objects = new Objects(world);
    const settings = new BucketSettings(world, objects);
    const operations = {
      ...bucketOperations(buckets, objects),
      ...settingOperations(buckets, settings),
      ...readOperations(buckets, objects, iam),
      ...writeOperations(buckets, objects, iam),
    };
    this.operations = Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, checkingOwner(operation, world.accountId)]),
    );
    this.resourceTypes = {
      ...bucketResources(buckets, settings),
      ...settingResources(buckets, settings),
      ...objectResources(buckets, objects),
    };
    this.buckets = buckets;
  }

  /** What a bucket holds, by key, as text; for tests and reports. */
  contents(bucket: string): ReadonlyMap<string, string> {
    const { objects } = this.buckets.get(bucket);
    return new Map([...objects.values()].map(({ key, bytes }) => [key, bytes.toString("utf8")]));
  }
}
