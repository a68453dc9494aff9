// The account's buckets.
import { type Authorization, AwsError } from "../../service";
import type { World } from "../../world";
import { Bucket } from "./bucket";
import { noSuchBucket } from "./errors";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isValidName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..") && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
}

export class Buckets {
  private readonly byName = new Map<string, Bucket>();

  constructor(readonly world: World) {}

  get all(): readonly Bucket[] {
    return [...this.byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.byName.get(name);
  }

  /** @throws AwsError NoSuchBucket */
  get(name: string): Bucket {
    const bucket = this.byName.get(name);
    if (bucket === undefined) throw noSuchBucket();
    return bucket;
  }

  create(name: string): Bucket {
    if (!isValidName(name)) throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
    if (this.byName.has(name)) {
      const message = "Your previous request to create the named bucket succeeded and you already own it.";
      throw new AwsError("BucketAlreadyOwnedByYou", message, 409);
    }
    const bucket = new Bucket(name, this.world.clock.now);
    this.byName.set(name, bucket);
    return bucket;
  }

  delete(name: string): void {
    const bucket = this.get(name);
    if (bucket.objects.size > 0) {
      throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
    }
    this.byName.delete(name);
  }

  /** What an action on a bucket needs; its policy counts, too. @param action such as "s3:ListBucket" */
  onBucket(action: string, name: string, conditionKeys?: Readonly<Record<string, string>>): Authorization {
    const resourcePolicy = this.find(name)?.policy?.document;
    return { action, resource: `arn:aws:s3:::${name}`, resourcePolicy, conditionKeys };
  }

  onObject(action: string, name: string, key: string): Authorization {
    return { ...this.onBucket(action, name), resource: `arn:aws:s3:::${name}/${key}` };
  }

  /**
   * What reading an object needs. A key that is missing shows only to who may list the bucket: AccessDenied otherwise.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax (Permissions)
   */
  onRead(name: string, key: string): Authorization[] {
    const bucket = this.find(name);
    const needed = [this.onObject("s3:GetObject", name, key)];
    if (bucket === undefined) return needed;
    return bucket.objects.has(key) ? needed : [...needed, this.onBucket("s3:ListBucket", name)];
  }

  /** What writing an object needs. @param algorithm the encryption that the request names */
  onWrite(name: string, key: string, algorithm: string | undefined): Authorization[] {
    const conditionKeys = algorithm === undefined ? undefined : { "s3:x-amz-server-side-encryption": algorithm };
    return [{ ...this.onObject("s3:PutObject", name, key), conditionKeys }];
  }
}
