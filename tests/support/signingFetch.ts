// Sends requests with AWS's signature, as clients of an API for AWS identities do.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-iam-authentication.html
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

class Sha256 {
  private hash: Hash | Hmac;

  constructor(private readonly secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = this.begun();
  }

  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    this.hash = this.begun();
  }

  private begun(): Hash | Hmac {
    const { secret } = this;
    if (secret === undefined) return createHash("sha256");
    if (typeof secret === "string") return createHmac("sha256", secret);
    if (!ArrayBuffer.isView(secret)) return createHmac("sha256", new Uint8Array(secret));
    return createHmac("sha256", new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength));
  }
}

const signer = new SignatureV4({
  service: "execute-api",
  region: "eu-central-1",
  credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
  sha256: Sha256,
});

export async function signingFetch(request: Request): Promise<Response> {
  const { hostname, host, pathname, port } = new URL(request.url);
  const body = await request.text();
  const { headers } = await signer.sign({
    method: request.method,
    protocol: "http:",
    hostname,
    port: Number(port),
    path: pathname,
    query: {},
    headers: { ...Object.fromEntries(request.headers), host },
    body,
  });
  return fetch(request.url, { method: request.method, headers, ...(body === "" ? {} : { body }) });
}
