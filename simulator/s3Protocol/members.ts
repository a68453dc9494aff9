// How the members of S3's operations travel: which header, which query parameter, which XML element.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html

/** Request and response headers, by their names in lower case. */
export const headerMembers: Readonly<Record<string, string>> = {
  "accept-ranges": "AcceptRanges",
  "cache-control": "CacheControl",
  "content-disposition": "ContentDisposition",
  "content-encoding": "ContentEncoding",
  "content-language": "ContentLanguage",
  "content-length": "ContentLength",
  "content-md5": "ContentMD5",
  "content-range": "ContentRange",
  "content-type": "ContentType",
  etag: "ETag",
  expires: "Expires",
  "if-match": "IfMatch",
  "if-modified-since": "IfModifiedSince",
  "if-none-match": "IfNoneMatch",
  "if-unmodified-since": "IfUnmodifiedSince",
  "last-modified": "LastModified",
  location: "Location",
  range: "Range",
  "x-amz-acl": "ACL",
  "x-amz-bucket-region": "BucketRegion",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-mode": "ChecksumMode",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
  "x-amz-checksum-type": "ChecksumType",
  "x-amz-copy-source": "CopySource",
  "x-amz-expected-bucket-owner": "ExpectedBucketOwner",
  "x-amz-expiration": "Expiration",
  "x-amz-metadata-directive": "MetadataDirective",
  "x-amz-object-ownership": "ObjectOwnership",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-server-side-encryption-bucket-key-enabled": "BucketKeyEnabled",
  "x-amz-source-expected-bucket-owner": "ExpectedSourceBucketOwner",
  "x-amz-storage-class": "StorageClass",
};

/** Headers of signatures, clients and encodings, which no operation has as a member. */
export const transportHeaders: ReadonlySet<string> = new Set([
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-decoded-content-length",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-security-token",
  "x-amz-trailer",
  "x-amz-user-agent",
]);

export const queryMembers: Readonly<Record<string, string>> = {
  "continuation-token": "ContinuationToken",
  delimiter: "Delimiter",
  "fetch-owner": "FetchOwner",
  "max-keys": "MaxKeys",
  prefix: "Prefix",
  "start-after": "StartAfter",
  versionId: "VersionId",
};

interface XmlMember {
  readonly member: string;
  readonly list: boolean;
}

const one = (member: string): XmlMember => ({ member, list: false });
const many = (member: string): XmlMember => ({ member, list: true });

/** XML elements that are called otherwise in the API, or that stand for the entries of a list. */
export const xmlMembers: Readonly<Record<string, XmlMember>> = {
  CloudFunction: one("LambdaFunctionArn"),
  CloudFunctionConfiguration: many("LambdaFunctionConfigurations"),
  CommonPrefixes: many("CommonPrefixes"),
  Contents: many("Contents"),
  Deleted: many("Deleted"),
  Error: many("Errors"),
  Event: many("Events"),
  FilterRule: many("FilterRules"),
  Object: many("Objects"),
  Queue: one("QueueArn"),
  QueueConfiguration: many("QueueConfigurations"),
  Rule: many("Rules"),
  S3Key: one("Key"),
  Topic: one("TopicArn"),
  TopicConfiguration: many("TopicConfigurations"),
  Transition: many("Transitions"),
};

export const numbers: ReadonlySet<string> = new Set([
  ...["Days", "DaysAfterInitiation", "MaxKeys", "NewerNoncurrentVersions", "NoncurrentDays"],
  ...["ObjectSizeGreaterThan", "ObjectSizeLessThan"],
]);

export const booleans: ReadonlySet<string> = new Set([
  ...["BlockPublicAcls", "BlockPublicPolicy", "BucketKeyEnabled", "ExpiredObjectDeleteMarker", "FetchOwner"],
  ...["IgnorePublicAcls", "Quiet", "RestrictPublicBuckets"],
]);
