// S3's REST protocol: what an operation came to becomes an HTTP response.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import type { HttpRequest, HttpResponse } from "../internet";
import type { Json, JsonObject } from "../json";
import type { AwsError, Outcome } from "../service";
import { bytesOf } from "../services/s3/body";
import { element, escaped } from "../xml";
import { headerMembers, xmlMembers } from "./members";
import type { S3Request } from "./request";

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** The root element of an answer in XML, and the member that holds it when the output has others. */
const roots: Readonly<Record<string, { readonly root: string; readonly member?: string }>> = {
  CopyObject: { root: "CopyObjectResult", member: "CopyObjectResult" },
  DeleteObjects: { root: "DeleteResult" },
  GetBucketEncryption: {
    root: "ServerSideEncryptionConfiguration",
    member: "ServerSideEncryptionConfiguration",
  },
  GetBucketLifecycleConfiguration: { root: "LifecycleConfiguration" },
  GetBucketLocation: { root: "LocationConstraint", member: "LocationConstraint" },
  GetBucketNotificationConfiguration: { root: "NotificationConfiguration" },
  GetBucketOwnershipControls: { root: "OwnershipControls", member: "OwnershipControls" },
  GetBucketVersioning: { root: "VersioningConfiguration" },
  GetPublicAccessBlock: { root: "PublicAccessBlockConfiguration", member: "PublicAccessBlockConfiguration" },
  ListBuckets: { root: "ListAllMyBucketsResult" },
  ListObjectsV2: { root: "ListBucketResult" },
};

const withoutContent: ReadonlySet<string> = new Set([
  ...["DeleteBucket", "DeleteBucketLifecycle", "DeleteBucketPolicy", "DeleteObject"],
  ...["DeletePublicAccessBlock", "PutBucketPolicy"],
]);

const headerNames = Object.entries(headerMembers).map(([header, member]) => [member, header] as const);
const elementNames: ReadonlyMap<string, string> = new Map(
  Object.entries(xmlMembers).map(([name, { member }]) => [member, name] as const),
);

function contentOf(value: Json): string {
  if (typeof value !== "object" || value === null) return escaped(String(value ?? ""));
  return Object.entries(value as JsonObject)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => elementOf(name, member as Json))
    .join("");
}

function elementOf(member: string, value: Json): string {
  if (member === "Buckets") return element(member, (value as Json[]).map((each) => elementOf("Bucket", each)).join(""));
  // An object's key is called Key, a filter of keys S3Key.
  const isObjectKey = member === "Key" && typeof value === "string";
  const name = isObjectKey ? member : (elementNames.get(member) ?? member);
  if (Array.isArray(value)) return value.map((entry) => element(name, contentOf(entry as Json))).join("");
  return element(name, contentOf(value));
}

function headersOf(output: JsonObject): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, header] of headerNames) {
    const value = output[member];
    if (typeof value === "object" || value === undefined) continue;
    headers[header] = header === "last-modified" ? new Date(String(value)).toUTCString() : String(value);
  }
  for (const [name, value] of Object.entries((output.Metadata ?? {}) as JsonObject)) {
    headers[`x-amz-meta-${name}`] = String(value);
  }
  return headers;
}

function bodyOf(action: string, output: JsonObject): string | Buffer {
  if (action === "GetObject") return bytesOf(output);
  if (action === "GetBucketPolicy") return String(output.Policy);
  const known = roots[action];
  if (known === undefined) return "";
  const content = contentOf((known.member === undefined ? output : output[known.member]) ?? "");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${known.root} xmlns="${namespace}">${content}</${known.root}>`;
}

function errorBody(error: AwsError, input: JsonObject, requestId: string): string {
  const details = {
    ...(error.code === "NoSuchBucket" || error.code.startsWith("Bucket") ? { BucketName: input.Bucket } : {}),
    ...(error.code === "NoSuchKey" ? { Key: input.Key } : {}),
  };
  const members = { Code: error.code, Message: error.message, ...details, RequestId: requestId, HostId: requestId };
  const content = Object.entries(members).map(([name, value]) => element(name, escaped(String(value))));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("Error", content.join(""))}`;
}

/** @param input the request's members, of which errors name some */
export function s3ErrorResponse(
  request: HttpRequest,
  error: AwsError,
  input: JsonObject,
  requestId: string,
): HttpResponse {
  const headers = { "content-type": "application/xml", "x-amz-request-id": requestId, "x-amz-id-2": requestId };
  // Neither may carry a body.
  const isBare = request.method === "HEAD" || error.status === 304;
  return { status: error.status, headers, body: isBare ? "" : errorBody(error, input, requestId) };
}

export function s3Response(
  request: HttpRequest,
  { action, input }: S3Request,
  outcome: Outcome,
  requestId: string,
): HttpResponse {
  if (!outcome.ok) return s3ErrorResponse(request, outcome.error, input, requestId);
  const { output } = outcome;
  const common = { "x-amz-request-id": requestId, "x-amz-id-2": requestId };
  if (withoutContent.has(action)) return { status: 204, headers: { ...common, ...headersOf(output) } };
  const body = bodyOf(action, output);
  const type: Record<string, string> =
    typeof body === "string" && body !== "" ? { "content-type": "application/xml" } : {};
  const own = roots[action] === undefined ? headersOf(output) : {};
  const status = output.ContentRange === undefined ? 200 : 206;
  return { status, headers: { ...common, ...type, ...own }, body };
}
