// Which operation of S3 a request asks for: by its method, by whether it names a bucket or a key, and by its subresource.

/** Query parameters that make another operation of a request. */
const subresources: readonly string[] = [
  ...[
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
  ],
  ...["legal-hold", "lifecycle", "list-type", "location", "logging", "metrics", "notification", "object-lock"],
  ...[
    "ownershipControls",
    "partNumber",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
  ],
  ...[
    "restore",
    "retention",
    "select",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versioning",
    "versions",
    "website",
  ],
];

const names: Readonly<Record<string, string>> = {
  "GET service": "ListBuckets",
  "PUT bucket": "CreateBucket",
  "HEAD bucket": "HeadBucket",
  "DELETE bucket": "DeleteBucket",
  "GET bucket": "ListObjects",
  "GET bucket list-type": "ListObjectsV2",
  "GET bucket location": "GetBucketLocation",
  "GET bucket versions": "ListObjectVersions",
  "POST bucket delete": "DeleteObjects",
  "PUT bucket lifecycle": "PutBucketLifecycleConfiguration",
  "GET bucket lifecycle": "GetBucketLifecycleConfiguration",
  "PUT bucket notification": "PutBucketNotificationConfiguration",
  "GET bucket notification": "GetBucketNotificationConfiguration",
  "PUT bucket publicAccessBlock": "PutPublicAccessBlock",
  "GET bucket publicAccessBlock": "GetPublicAccessBlock",
  "DELETE bucket publicAccessBlock": "DeletePublicAccessBlock",
  "PUT object": "PutObject",
  "GET object": "GetObject",
  "HEAD object": "HeadObject",
  "DELETE object": "DeleteObject",
  "POST object uploads": "CreateMultipartUpload",
  "PUT object partNumber": "UploadPart",
  "POST object uploadId": "CompleteMultipartUpload",
};

function pascal(text: string): string {
  return text.replace(/(^|-)(\w)/g, (_whole, _dash, letter: string) => letter.toUpperCase());
}

/** The operation's name; a name made up by S3's rules for those that the table lacks, which the gateway refuses by it. */
export function operationName(
  method: string,
  level: "service" | "bucket" | "object",
  query: URLSearchParams,
  isCopy: boolean,
): string {
  const subresource = subresources.find((name) => query.has(name));
  const name = names[[method, level, subresource].filter((part) => part !== undefined).join(" ")];
  if (name === "PutObject" && isCopy) return "CopyObject";
  return name ?? `${pascal(method.toLowerCase())}${pascal(level)}${pascal(subresource ?? "")}`;
}
