// `fetch` inside a realm: whole bodies, no streaming.
import type { RealmHost, RealmResponse } from "./host";
import { unavailable } from "./realmUnavailable";

interface FetchInit {
  method?: string;
  headers?: ConstructorParameters<typeof Headers>[0];
  body?: unknown;
  signal?: AbortSignal | null;
  redirect?: string;
}

export function realmFetch(host: RealmHost): Record<string, unknown> {
  const HostBuffer = host.globals.Buffer as typeof Buffer;
  const HostHeaders = host.globals.Headers as typeof Headers;
  const HostUrl = host.globals.URL as typeof URL;

  const bytesOf = (body: unknown, headers: Headers): Buffer => {
    if (body === undefined || body === null) return HostBuffer.alloc(0);
    if (typeof body === "string" || body instanceof URLSearchParams) {
      const type =
        typeof body === "string" ? "text/plain;charset=UTF-8" : "application/x-www-form-urlencoded;charset=UTF-8";
      if (!headers.has("content-type")) headers.set("content-type", type);
      return HostBuffer.from(String(body));
    }
    if (body instanceof ArrayBuffer) return HostBuffer.from(new Uint8Array(body));
    if (ArrayBuffer.isView(body)) return HostBuffer.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
    return unavailable("fetch", "a body that is not text, URLSearchParams or bytes")();
  };

  class Body {
    bodyUsed = false;
    constructor(readonly rawBytes: Buffer) {}

    get body(): unknown {
      return this.rawBytes.length === 0
        ? null
        : Object.assign(unavailable("Response", "body"), { cancel: async () => undefined });
    }

    private async take(): Promise<Buffer> {
      if (this.bodyUsed) throw new TypeError("Body is unusable: Body has already been read");
      this.bodyUsed = true;
      return this.rawBytes;
    }

    async text(): Promise<string> {
      return (await this.take()).toString("utf8");
    }

    async json(): Promise<unknown> {
      return JSON.parse(await this.text());
    }

    async bytes(): Promise<Uint8Array> {
      return new Uint8Array(await this.take());
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      return (await this.bytes()).buffer as ArrayBuffer;
    }
  }

  class Response extends Body {
    readonly status: number;
    readonly statusText: string;
    readonly headers: Headers;
    readonly type = "basic";
    readonly redirected = false;
    readonly url: string = "";

    constructor(
      body?: unknown,
      init: { status?: number; statusText?: string; headers?: FetchInit["headers"]; url?: string } = {},
    ) {
      const headers = new HostHeaders(init.headers);
      super(bytesOf(body, headers));
      this.headers = headers;
      this.status = init.status ?? 200;
      this.statusText = init.statusText ?? "";
      this.url = init.url ?? "";
    }

    get ok(): boolean {
      return this.status >= 200 && this.status < 300;
    }

    clone(): Response {
      const { status, statusText, headers, url } = this;
      return new Response(this.rawBytes, { status, statusText, headers, url });
    }

    static json(value: unknown, init: { status?: number } = {}): Response {
      return new Response(JSON.stringify(value), { ...init, headers: { "content-type": "application/json" } });
    }
  }

  class Request extends Body {
    readonly url: string;
    readonly method: string;
    readonly headers: Headers;
    readonly signal: AbortSignal | undefined;

    constructor(target: string | URL | Request, init: FetchInit = {}) {
      const base = target instanceof Request ? target : undefined;
      const headers = new HostHeaders(init.headers ?? base?.headers);
      super(init.body === undefined && base !== undefined ? base.rawBytes : bytesOf(init.body, headers));
      this.headers = headers;
      this.url = new HostUrl(base?.url ?? String(target)).href;
      this.method = (init.method ?? base?.method ?? "GET").toUpperCase();
      this.signal = init.signal ?? base?.signal;
      if (this.rawBytes.length > 0 && (this.method === "GET" || this.method === "HEAD")) {
        throw new TypeError("Request with GET/HEAD method cannot have body.");
      }
    }
  }

  const abortReason = (signal: AbortSignal): unknown => signal.reason;
  const fetch = async (target: string | URL | Request, init: FetchInit = {}) => {
    const request = new Request(target, init);
    const { signal } = request;
    if (signal?.aborted) throw abortReason(signal);
    const headers: Record<string, string> = { accept: "*/*", "user-agent": "node" };
    request.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const response = await new Promise<Extract<RealmResponse, { kind: "response" }>>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(abortReason(signal)));
      host.request({ method: request.method, url: request.url, headers, body: request.rawBytes }, (answer) => {
        if (answer.kind === "response") resolve(answer);
        else
          reject(
            new TypeError("fetch failed", { cause: Object.assign(new Error(answer.message), { code: answer.code }) }),
          );
      });
    });
    if (response.status >= 300 && response.status < 400 && response.headers.location !== undefined) {
      unavailable("fetch", "following a redirect")();
    }
    const { status } = response;
    return new Response(response.body, { status, headers: response.headers, url: request.url });
  };
  return { fetch, Headers: HostHeaders, Request, Response };
}
