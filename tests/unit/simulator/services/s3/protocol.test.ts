// S3's REST protocol as bytes: addresses, encodings, and requests that are not whole.
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../../../simulator/internet";
import { unchunked } from "../../../../../simulator/s3Protocol/awsChunked";
import { decodeS3, isS3Request } from "../../../../../simulator/s3Protocol/request";
import { parseXml } from "../../../../../simulator/xml";

const region = "s3.eu-west-1.amazonaws.com";
const request = (method: string, url: string, headers: Record<string, string> = {}, body = ""): HttpRequest => ({
  method,
  url: new URL(url),
  headers,
  body: Buffer.from(body),
});

describe("a request", () => {
  it("is S3's by its host, or by the service that it is signed for", () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=AKIA/20260105/eu-west-1/s3/aws4_request, SignedHeaders=host";
    expect(isS3Request(request("GET", `https://b.c.${region}/k`))).toBe(true);
    expect(isS3Request(request("GET", "http://127.0.0.1:4000/b/k", { authorization }))).toBe(true);
    expect(isS3Request(request("GET", "http://127.0.0.1:4000/b/k"))).toBe(false);
    expect(isS3Request(request("GET", "https://sqs.eu-west-1.amazonaws.com/"))).toBe(false);
  });

  it.each([
    ["GET", `https://b.c.${region}/x/y%20z+1?x-id=GetObject`, "GetObject", { Bucket: "b.c", Key: "x/y z+1" }],
    ["GET", `https://${region}/b/x/y`, "GetObject", { Bucket: "b", Key: "x/y" }],
    ["HEAD", `https://b.${region}/`, "HeadBucket", { Bucket: "b" }],
    [
      "GET",
      `https://b.${region}/?list-type=2&prefix=a%2F&max-keys=5`,
      "ListObjectsV2",
      { Bucket: "b", Prefix: "a/", MaxKeys: 5 },
    ],
    ["GET", `https://${region}/`, "ListBuckets", {}],
    ["GET", `https://b.${region}/?acl`, "GetBucketAcl", { Bucket: "b" }],
    ["PUT", "http://b.localhost:4000/k", "PutObject", { Bucket: "b", Key: "k", Body: "" }],
  ])("%s %s is %s", (method, url, action, input) => {
    expect(decodeS3(request(method, url))).toEqual({ action, input });
  });

  it("brings its trailing checksum, and no encoding of the way", () => {
    const headers = { "content-encoding": "gzip,aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32" };
    const body = "4\r\ntext\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
    expect(decodeS3(request("PUT", `https://b.${region}/k`, headers, body))).toEqual({
      action: "PutObject",
      input: { Bucket: "b", Key: "k", Body: "text", ContentEncoding: "gzip", ChecksumCRC32: "AAAA" },
    });
  });

  it("is malformed when its body is not whole", () => {
    const chunked = { "content-encoding": "aws-chunked" };
    expect(decodeS3(request("PUT", `https://b.${region}/k`, chunked, "5\r\ntext"))).toMatchObject({
      code: "IncompleteBody",
    });
    const broken = request("POST", `https://b.${region}/?delete`, {}, "<Delete><Object>");
    expect(decodeS3(broken)).toMatchObject({ code: "MalformedXML" });
  });
});

describe("unchunked", () => {
  it("joins chunks with and without signatures", () => {
    const body = Buffer.from("3;chunk-signature=abc\r\none\r\n2\r\n\r\n\r\n0\r\n\r\n");
    expect(unchunked(body)).toEqual({ body: Buffer.from("one\r\n"), trailers: {} });
    expect(unchunked(Buffer.from("zz\r\n"))).toBeUndefined();
    expect(unchunked(Buffer.from(""))).toBeUndefined();
  });
});

describe("parseXml", () => {
  it("reads elements, entities and empty elements", () => {
    const root = parseXml('<?xml version="1.0"?><A xmlns="x"><B>1 &lt; &#50;&#x33; &amp;amp;</B><C/><D></D></A>');
    expect(root).toEqual({
      name: "A",
      text: "",
      children: [
        { name: "B", text: "1 < 23 &amp;", children: [] },
        { name: "C", text: "", children: [] },
        { name: "D", text: "", children: [] },
      ],
    });
  });

  it("takes no element that is not closed, or closed as another", () => {
    for (const xml of ["<A>", "<A></B>", "</A>", ""]) expect(parseXml(xml)).toBeUndefined();
  });
});
