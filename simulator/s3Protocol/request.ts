// S3's REST protocol: an HTTP request becomes an operation with its members.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
import type { HttpRequest } from "../internet";
import type { Json, JsonObject } from "../json";
import { bodyMembers } from "../services/s3/body";
import { parseXml, type XmlElement } from "../xml";
import { unchunked } from "./awsChunked";
import { booleans, headerMembers, numbers, queryMembers, transportHeaders, xmlMembers } from "./members";
import { operationName } from "./operationName";

export interface S3Request {
  readonly action: string;
  readonly input: JsonObject;
}

/** A request that no operation can be read from, with S3's code for it. */
export interface Malformed {
  readonly code: string;
  readonly message: string;
}

interface Address {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

const s3Host = /^(?:(.+)\.)?s3[.-](?:dualstack\.)?(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?amazonaws\.com$/;
const scope = /Credential=[^/]+\/\d{8}\/[\w-]+\/(s3|s3express)\/aws4_request/;

/** Whether a request is S3's: by its host, or on loopback by the service that it is signed for. */
export function isS3Request({ url, headers }: HttpRequest): boolean {
  return s3Host.test(url.hostname) || scope.test(headers.authorization ?? "");
}

function addressOf(url: URL): Address {
  const host = s3Host.exec(url.hostname)?.[1] ?? /^(.+)\.localhost$/.exec(url.hostname)?.[1];
  const path = url.pathname.slice(1);
  const slash = path.indexOf("/");
  const [first, rest] = slash < 0 ? [path, ""] : [path.slice(0, slash), path.slice(slash + 1)];
  const [bucket, key] = host === undefined ? [decodeURIComponent(first), rest] : [host, path];
  return { bucket: bucket || undefined, key: key === "" ? undefined : decodeURIComponent(key) };
}

function scalar(name: string, text: string): Json {
  if (numbers.has(name)) return Number(text);
  return booleans.has(name) ? text === "true" : text;
}

function jsonOf(element: XmlElement): Json {
  if (element.children.length === 0) return scalar(element.name, element.text);
  const members: Record<string, Json> = {};
  for (const child of element.children) {
    const { member, list } = xmlMembers[child.name] ?? { member: child.name, list: false };
    if (list) members[member] = [...((members[member] ?? []) as readonly Json[]), jsonOf(child)];
    else members[member] = jsonOf(child);
  }
  return members;
}

/** Structures without members look like empty text in XML. */
function structured(value: Json): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

const payloads: Readonly<Record<string, string>> = {
  CreateBucket: "CreateBucketConfiguration",
  DeleteObjects: "Delete",
  PutBucketEncryption: "ServerSideEncryptionConfiguration",
  PutBucketLifecycleConfiguration: "LifecycleConfiguration",
  PutBucketNotificationConfiguration: "NotificationConfiguration",
  PutBucketOwnershipControls: "OwnershipControls",
  PutBucketVersioning: "VersioningConfiguration",
  PutPublicAccessBlock: "PublicAccessBlockConfiguration",
};

function payloadOf(action: string, body: Buffer): JsonObject | Malformed {
  if (action === "PutObject") return bodyMembers(body);
  if (action === "PutBucketPolicy") return { Policy: body.toString("utf8") };
  const payload = payloads[action];
  if (payload === undefined || (body.length === 0 && action === "CreateBucket")) return {};
  const root = parseXml(body.toString("utf8"));
  if (root === undefined) {
    const message = "The XML you provided was not well-formed or did not validate against our published schema";
    return { code: "MalformedXML", message };
  }
  return { [payload]: structured(jsonOf(root)) };
}

/** Headers that describe a body: members where the body is the object, and of no operation's else. */
const describesBody = /^(content-|cache-control$|expires$|x-amz-checksum-(?!mode))/;

function headersOf(action: string, headers: HttpRequest["headers"]): JsonObject {
  const storesBody = action === "PutObject" || action === "CopyObject";
  const members: Record<string, Json> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith("x-amz-meta-")) metadata[name.slice("x-amz-meta-".length)] = value;
    else if (name.startsWith("x-amz-") || headerMembers[name] !== undefined) {
      if (transportHeaders.has(name) || name === "content-length") continue;
      if (!storesBody && describesBody.test(name)) continue;
      const member = headerMembers[name] ?? name;
      members[member] = scalar(member, value);
    }
  }
  if (Object.keys(metadata).length > 0) members.Metadata = metadata;
  return members;
}

/** Query parameters of no operation here keep their names, so that the operation refuses them by these. */
function queryOf(query: URLSearchParams): JsonObject {
  const members: Record<string, Json> = {};
  for (const [name, value] of query) {
    const member = queryMembers[name];
    if (member !== undefined) members[member] = scalar(member, value);
    else if (/^(response-|encoding-type$|X-Amz-)/.test(name)) members[name] = value;
  }
  return members;
}

/** What a request asks for. Throws URIError when its path is not encoded right. */
export function decodeS3(request: HttpRequest): S3Request | Malformed {
  const { method, url } = request;
  const { bucket, key } = addressOf(url);
  const { "content-encoding": encoding = "", ...others } = request.headers;
  const chunked = encoding.split(",").some((each) => each.trim() === "aws-chunked");
  const plain = chunked ? unchunked(request.body) : { body: request.body, trailers: {} };
  if (plain === undefined) return { code: "IncompleteBody", message: "The request body terminated unexpectedly" };
  const remaining = encoding.replace(/(^|,)\s*aws-chunked\s*(,|$)/, "");
  const headers: Record<string, string> = {
    ...others,
    ...(remaining === "" ? {} : { "content-encoding": remaining }),
    ...plain.trailers,
  };
  const level = bucket === undefined ? "service" : key === undefined ? "bucket" : "object";
  const action = operationName(method, level, url.searchParams, headers["x-amz-copy-source"] !== undefined);
  const payload = payloadOf(action, plain.body);
  if ("code" in payload && "message" in payload) return payload as Malformed;
  const address = { ...(bucket === undefined ? {} : { Bucket: bucket }), ...(key === undefined ? {} : { Key: key }) };
  return { action, input: { ...address, ...headersOf(action, headers), ...queryOf(url.searchParams), ...payload } };
}
