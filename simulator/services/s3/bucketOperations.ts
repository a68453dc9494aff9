// Operations on buckets themselves: they are made and removed, and answer for where they are.
import { type Operation, operation } from "../../service";
import type { Buckets } from "./buckets";
import { notFound, refuseUnknown, unsupported } from "./errors";
import type { Objects } from "./objects";

export interface BucketInput {
  readonly Bucket: string;
}

interface CreateInput extends BucketInput {
  readonly CreateBucketConfiguration?: { readonly LocationConstraint?: string };
  readonly ObjectOwnership?: string;
}

export function bucketOperations(buckets: Buckets, objects: Objects): Record<string, Operation> {
  const { region } = buckets.world;
  return {
    CreateBucket: operation<CreateInput>({
      authorize: ({ Bucket: name }) => [buckets.onBucket("s3:CreateBucket", name)],
      handle: (input) => {
        const known = ["Bucket", "CreateBucketConfiguration", "ObjectOwnership", "ExpectedBucketOwner"];
        refuseUnknown("CreateBucket", input, known);
        const { Bucket: name, CreateBucketConfiguration: configuration = {}, ObjectOwnership: ownership } = input;
        refuseUnknown("CreateBucketConfiguration", configuration, ["LocationConstraint"]);
        const { LocationConstraint: location = region } = configuration;
        if (location !== region) throw unsupported("LocationConstraint", location, region);
        if (ownership !== undefined && ownership !== "BucketOwnerEnforced") {
          throw unsupported("ObjectOwnership", ownership, "BucketOwnerEnforced");
        }
        return { Location: `/${buckets.create(name).name}` };
      },
    }),
    DeleteBucket: operation<BucketInput>({
      authorize: ({ Bucket: name }) => [buckets.onBucket("s3:DeleteBucket", name)],
      handle: ({ Bucket: name }) => {
        const bucket = buckets.get(name);
        buckets.delete(name);
        objects.lifecycle.stop(bucket);
        return {};
      },
    }),
    HeadBucket: operation<BucketInput>({
      authorize: ({ Bucket: name }) => [buckets.onBucket("s3:ListBucket", name)],
      handle: ({ Bucket: name }) => {
        if (buckets.find(name) === undefined) throw notFound();
        return { BucketRegion: region };
      },
    }),
    ListBuckets: operation<BucketInput>({
      authorize: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
      handle: () => ({
        Buckets: buckets.all.map(({ name, createdAt }) => ({
          Name: name,
          CreationDate: new Date(createdAt).toISOString(),
        })),
      }),
    }),
    GetBucketLocation: operation<BucketInput>({
      authorize: ({ Bucket: name }) => [buckets.onBucket("s3:GetBucketLocation", name)],
      handle: ({ Bucket: name }) => {
        buckets.get(name);
        return region === "us-east-1" ? {} : { LocationConstraint: region };
      },
    }),
  };
}
